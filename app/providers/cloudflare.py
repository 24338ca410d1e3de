"""What all calls of Cloudflare's REST API have in common: its address, its envelope, and whose fault a refusal is."""

from typing import Final, Never

import httpx
from pydantic import BaseModel, ValidationError

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.calls import KEY_REFUSED, asked_pause

URL: Final = "https://api.cloudflare.com/client/v4"
_RETRYABLE: Final = KEY_REFUSED | {408, 429}


class _Error(BaseModel):
    code: int


class _Result(BaseModel):
    unsuccessful_keys: list[str] = []


class _Envelope(BaseModel):
    success: bool
    errors: list[_Error]
    result: _Result | None = None


def accept(answer: httpx.Response) -> None:
    """Success is what the envelope calls so. What a bulk left out can be sent again as a whole. Raises as `refuse`."""
    envelope = _envelope(answer)
    if not answer.is_success or (envelope is not None and not envelope.success):
        refuse(answer)
    if envelope is None or (envelope.result is not None and envelope.result.unsuccessful_keys):
        raise ProviderUnavailable("Cloudflare did not take everything.")


def refuse(answer: httpx.Response) -> Never:
    """Raise whose fault it is; the message of the answer may repeat what was sent and stays out."""
    reason = f"{answer.status_code}, code {error_code(answer) or 'missing'}"
    if answer.is_server_error or answer.status_code in _RETRYABLE:
        raise ProviderUnavailable(f"Cloudflare does not answer now ({reason}).", retry_after=asked_pause(answer))
    raise ProviderRejected(f"Cloudflare refused the request ({reason}).")


def error_code(answer: httpx.Response) -> int | None:
    """The first error's number, if the answer is an envelope with one."""
    envelope = _envelope(answer)
    return envelope.errors[0].code if envelope is not None and envelope.errors else None


def _envelope(answer: httpx.Response) -> _Envelope | None:
    try:
        return _Envelope.model_validate_json(answer.content)
    except ValidationError:
        return None
