"""Every object store that there is, with the HTTP server that its addresses lead to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.providers.storage.port import ObjectStore, SignedRequest
from tests.conftest import make_settings
from tests.support.clock import ManualClock


@dataclass(frozen=True, slots=True)
class Site:
    """A store, and a browser that has nothing but addresses."""

    store: ObjectStore
    http: httpx.AsyncClient

    async def send(
        self, signed: SignedRequest, content: bytes = b"", *, url: str = "", method: str = "", **headers: str
    ) -> httpx.Response:
        """The signed request, or one that differs from it. Underscores in names of headers stand for hyphens."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.request(
            method or signed.method, url or signed.url, content=content, headers=dict(signed.headers) | given
        )

    async def keys(self, prefix: str = "", *, after: str = "") -> list[str]:
        return [found.key async for found in self.store.list(prefix, after=after)]


@pytest.fixture
async def folder_site(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Site]:
    app = create_app(make_settings(tmp_path), clock=clock, in_process=True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        yield Site(app.state.providers.storage, http)
    app.state.twins.books.close()


@pytest.fixture(params=["folder"])
def site(request: pytest.FixtureRequest) -> Site:
    """Each in turn."""
    made: Site = request.getfixturevalue(f"{request.param}_site")
    return made
