"""Cloudflare's cache behind `EdgeCache`: one zone, purged by tag."""

from collections.abc import Collection
from urllib.parse import quote

import httpx

from app.providers.calls import TIMEOUT, bounded_call
from app.providers.cloudflare import URL, accept
from app.providers.edge.port import MOST_TAGS


class CloudflareEdge:
    """The cache of one zone. The token needs the permission "Zone, Cache Purge" and no other. The caller owns `http`."""

    def __init__(self, zone_id: str, token: str, http: httpx.AsyncClient, *, url: str = URL) -> None:
        self._address = f"{url}/zones/{quote(zone_id, safe='')}/purge_cache"
        self._token = token
        self._http = http

    async def purge(self, tags: Collection[str]) -> None:
        if not 1 <= len(tags) <= MOST_TAGS:
            raise ValueError(f"1 to {MOST_TAGS} tags go into one call")
        headers = {"Authorization": f"Bearer {self._token}"}
        async with bounded_call():
            answer = await self._http.post(self._address, json={"tags": list(tags)}, headers=headers, timeout=TIMEOUT)
        accept(answer)
