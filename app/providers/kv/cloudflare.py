"""Workers KV behind `ReadModelStore`, by Cloudflare's REST API. Nothing uses it yet: it is for publishing what changes
rarely and is read far away, such as the catalogue, to code at Cloudflare's edge.

It is no `KeyValueStore` and cannot be taken for one: a change shows after a minute or later, a key takes one write a
second, and nothing is atomic. So no states, counts, sessions or revocations.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import quote

import httpx

from app.core.errors import ProviderRejected
from app.providers.calls import TIMEOUT, bounded_call
from app.providers.cloudflare import URL, accept, error_code, refuse
from app.providers.kv.port import checked_key

MOST_PAIRS: Final = 10_000
SHORTEST_LIFE: Final = timedelta(seconds=60)
_MOST_VALUE_BYTES: Final = 25 * 1024 * 1024
_KEY_NOT_FOUND: Final = 10009
_RAW: Final = {"Content-Type": "application/octet-stream"}


class CloudflareReadModels:
    """One namespace of one account. The caller owns `http`."""

    def __init__(self, account: str, namespace: str, token: str, http: httpx.AsyncClient, *, url: str = URL) -> None:
        self._base = f"{url}/accounts/{quote(account, safe='')}/storage/kv/namespaces/{quote(namespace, safe='')}"
        self._token = token
        self._http = http

    async def get(self, key: str) -> str | None:
        answer = await self._call("GET", _path(key))
        if answer.status_code == httpx.codes.NOT_FOUND and error_code(answer) == _KEY_NOT_FOUND:
            return None
        return _text(answer) if answer.is_success else refuse(answer)

    async def put(self, key: str, value: str, *, life: timedelta | None = None) -> None:
        query = {} if life is None else {"expiration_ttl": _seconds(life)}
        accept(await self._call("PUT", _path(key), params=query, content=_checked(value).encode(), headers=_RAW))

    async def put_all(self, values: Mapping[str, str], *, life: timedelta | None = None) -> None:
        if not 1 <= len(values) <= MOST_PAIRS:
            raise ValueError(f"1 to {MOST_PAIRS} pairs go into one call")
        more = {} if life is None else {"expiration_ttl": _seconds(life)}
        pairs = [{"key": _named(key), "value": _checked(value)} | more for key, value in values.items()]
        accept(await self._call("PUT", "/bulk", json=pairs))

    async def delete(self, key: str) -> None:
        accept(await self._call("DELETE", _path(key)))

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
