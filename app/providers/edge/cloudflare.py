"""Cloudflare's cache behind `EdgeCache`: one zone, purged by tag and by address."""

from collections.abc import Collection
from urllib.parse import quote

import httpx

from app.providers.calls import TIMEOUT, bounded_call
from app.providers.cloudflare import URL, accept
from app.providers.edge.port import MOST_AT_ONCE


class CloudflareEdge:
    """The cache of one zone. The token needs the permission "Zone, Cache Purge" and no other. The caller owns
    `http`."""

    def __init__(self, zone_id: str, token: str, http: httpx.AsyncClient, *, url: str = URL) -> None:
        self._address = f"{url}/zones/{quote(zone_id, safe='')}/purge_cache"
        self._token = token
        self._http = http

    async def purge(self, tags: Collection[str]) -> None:
        await self._purge("tags", tags)

    async def purge_below(self, addresses: Collection[str]) -> None:
        """By prefix, which has no scheme. By exact address would leave what was asked for with a query or an `Origin`:
        to Cloudflare those are addresses of their own."""
        await self._purge("prefixes", [address.partition("://")[2] for address in addresses])

    async def _purge(self, kind: str, names: Collection[str]) -> None:
        if not 1 <= len(names) <= MOST_AT_ONCE:
            raise ValueError(f"1 to {MOST_AT_ONCE} {kind} go into one call")
        headers = {"Authorization": f"Bearer {self._token}"}
        async with bounded_call():
            answer = await self._http.post(self._address, json={kind: list(names)}, headers=headers, timeout=TIMEOUT)
        accept(answer)
