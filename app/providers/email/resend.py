"""Resend behind `EmailProvider`. Its calls are described in `app/sandbox/specs`."""

import base64
import re
from typing import Final

import httpx
from pydantic import BaseModel, Field, ValidationError

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.calls import KEY_REFUSED, TIMEOUT, bounded_call
from app.providers.email.port import Attachment, Mail

ALREADY_SENT: Final = "already-sent"
"""Answered instead of an id when another mail went out under this key before."""

_USER_AGENT: Final = "PeerLoop/0.1"  # Resend refuses requests without one
_RETRYABLE: Final = KEY_REFUSED | {408, 409, 429}  # a used-up quota (429) ends with the day, the month or a better plan
_ERROR_NAME: Final = re.compile(r"[a-z_]{1,64}")


class _Sent(BaseModel):
    id: str = Field(min_length=1)


class _Error(BaseModel):
    name: str


class ResendEmail:
    """Mails from `sender` through Resend's API at `url`. The caller owns `http`."""

    def __init__(self, key: str, url: str, sender: str, http: httpx.AsyncClient) -> None:
        self._key = key
        self._url = url
        self._sender = sender
        self._http = http

    async def send(self, mail: Mail, *, key: str) -> str:
        """As the port says; `ALREADY_SENT` when the key was used for another text of this mail."""
        headers = {"Authorization": f"Bearer {self._key}", "User-Agent": _USER_AGENT, "Idempotency-Key": key}
        async with bounded_call():
            response = await self._http.post(
                f"{self._url}/emails", json=self._body(mail), headers=headers, timeout=TIMEOUT
            )
        return _sent_id(response) if response.is_success else _judged(response.status_code, _error_name(response))

    def _body(self, mail: Mail) -> dict[str, object]:
        return {
            "from": self._sender,
            "to": [mail.to],
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "tags": [{"name": name, "value": value} for name, value in mail.tags],
            "attachments": [_encoded(attachment) for attachment in mail.attachments],
        }


def _encoded(attachment: Attachment) -> dict[str, str]:
    return {
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "content": base64.b64encode(attachment.content).decode(),
    }


def _sent_id(response: httpx.Response) -> str:
    try:
        return _Sent.model_validate_json(response.content).id
    except ValidationError as error:
        raise ProviderUnavailable from error  # repeating it is safe: the key makes Resend answer the same id


def _error_name(response: httpx.Response) -> str:
    try:
        name = _Error.model_validate_json(response.content).name
    except ValidationError:
        return ""
    return name if _ERROR_NAME.fullmatch(name) else ""


def _judged(status: int, name: str) -> str:
    """Branches on the error's name where one status means several things."""
    if name == "invalid_idempotent_request":
        return ALREADY_SENT
    reason = f"{status} {name or 'without a reason'}"
    if status >= 500 or status in _RETRYABLE:  # noqa: PLR2004 - HTTP's server errors
        raise ProviderUnavailable(f"The mail service does not take mails now ({reason}).")
    raise ProviderRejected(f"The mail service refused the mail ({reason}).")
