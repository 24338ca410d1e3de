"""Workers KV behind `ReadModelStore`, by Cloudflare's REST API. Nothing uses it yet: it is for publishing what changes
rarely and is read far away, such as the catalogue, to code at Cloudflare's edge.

It is no `KeyValueStore` and cannot be taken for one: a change shows after a minute or later, a key takes one write a
second, and nothing is atomic. So no states, counts, sessions or revocations.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Never
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.calls import KEY_REFUSED, TIMEOUT, asked_pause, bounded_call
from app.providers.kv.port import checked_key

URL: Final = "https://api.cloudflare.com/client/v4"
MOST_PAIRS: Final = 10_000
SHORTEST_LIFE: Final = timedelta(seconds=60)
_MOST_VALUE_BYTES: Final = 25 * 1024 * 1024
_RETRYABLE: Final = KEY_REFUSED | {408, 429}
_KEY_NOT_FOUND: Final = 10009
_RAW: Final = {"Content-Type": "application/octet-stream"}


class _Error(BaseModel):
    code: int


class _Result(BaseModel):
    unsuccessful_keys: list[str] = []


class _Envelope(BaseModel):
    success: bool
    errors: list[_Error]
    result: _Result | None = None


class CloudflareReadModels:
    """One namespace of one account. The caller owns `http`."""

    def __init__(self, account: str, namespace: str, token: str, http: httpx.AsyncClient, *, url: str = URL) -> None:
        self._base = f"{url}/accounts/{quote(account, safe='')}/storage/kv/namespaces/{quote(namespace, safe='')}"
        self._token = token
        self._http = http

    async def get(self, key: str) -> str | None:
        answer = await self._call("GET", _path(key))
        if answer.status_code == httpx.codes.NOT_FOUND and _code(answer) == _KEY_NOT_FOUND:
            return None
        return _text(answer) if answer.is_success else _refuse(answer)

    async def put(self, key: str, value: str, *, life: timedelta | None = None) -> None:
        query = {} if life is None else {"expiration_ttl": _seconds(life)}
        _accept(await self._call("PUT", _path(key), params=query, content=_checked(value).encode(), headers=_RAW))

    async def put_all(self, values: Mapping[str, str], *, life: timedelta | None = None) -> None:
        if not 1 <= len(values) <= MOST_PAIRS:
            raise ValueError(f"1 to {MOST_PAIRS} pairs go into one call")
        more = {} if life is None else {"expiration_ttl": _seconds(life)}
        pairs = [{"key": _named(key), "value": _checked(value)} | more for key, value in values.items()]
        _accept(await self._call("PUT", "/bulk", json=pairs))

    async def delete(self, key: str) -> None:
        _accept(await self._call("DELETE", _path(key)))

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, int] | None = None,
        content: bytes | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        all_headers = {"Authorization": f"Bearer {self._token}"} | dict(headers or {})
        async with bounded_call():
            return await self._http.request(
                method,
                self._base + path,
                params=params or None,
                content=content,
                json=json,
                headers=all_headers,
                timeout=TIMEOUT,
            )


def _path(key: str) -> str:
    return f"/values/{quote(_named(key), safe='')}"


def _named(key: str) -> str:
    """A path's dots are resolved on the way, so these two name no key."""
    if key in {".", ".."}:
        raise ValueError("a key is neither . nor ..")
    return checked_key(key)


def _checked(value: str) -> str:
    if len(value.encode()) > _MOST_VALUE_BYTES:
        raise ValueError("a value is at most 25 MiB")
    return value


def _seconds(life: timedelta) -> int:
    if life < SHORTEST_LIFE:
        raise ValueError("a value lives for a minute at least")
    return life // timedelta(seconds=1)


def _text(answer: httpx.Response) -> str:
    try:
        return answer.content.decode()
    except UnicodeDecodeError as error:
        raise ProviderRejected("The edge store holds what is not text.") from error


def _accept(answer: httpx.Response) -> None:
    """Success is what the envelope calls so. What a bulk left out can be sent again as a whole."""
    envelope = _envelope(answer)
    if not answer.is_success or (envelope is not None and not envelope.success):
        _refuse(answer)
    if envelope is None or (envelope.result is not None and envelope.result.unsuccessful_keys):
        raise ProviderUnavailable("The edge store did not take everything.")


def _refuse(answer: httpx.Response) -> Never:
    """Raise whose fault it is; the message of the answer may repeat keys and stays out."""
    reason = f"{answer.status_code}, code {_code(answer) or 'missing'}"
    if answer.is_server_error or answer.status_code in _RETRYABLE:
        raise ProviderUnavailable(f"The edge store does not answer now ({reason}).", retry_after=asked_pause(answer))
    raise ProviderRejected(f"The edge store refused the request ({reason}).")


def _code(answer: httpx.Response) -> int | None:
    envelope = _envelope(answer)
    return envelope.errors[0].code if envelope is not None and envelope.errors else None


def _envelope(answer: httpx.Response) -> _Envelope | None:
    try:
        return _Envelope.model_validate_json(answer.content)
    except ValidationError:
        return None
