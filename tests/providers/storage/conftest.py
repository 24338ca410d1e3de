"""Every object store that there is, with the HTTP server that its addresses lead to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.core.clock import SystemClock
from app.core.config import FILES_PATH
from app.edge.files import FileRoutes
from app.edge.problems import install_error_handlers
from app.providers.storage.folder import FolderStore
from app.providers.storage.port import ObjectStore, SignedRequest
from app.providers.storage.s3 import S3Account, S3Store, _make_client
from tests.support.clock import ManualClock
from tests.support.swift import ACCESS_KEY, REGION, SECRET, SwiftServer


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


def serve(store: FolderStore) -> FastAPI:
    """No more of our server than this store needs."""
    app = FastAPI()
    app.mount(FILES_PATH, FileRoutes(store, FILES_PATH))
    install_error_handlers(app)
    return app


@pytest.fixture
async def folder_site(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Site]:
    store = FolderStore(tmp_path / "objects", url=f"http://here{FILES_PATH}", secret="s" * 32, clock=clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(serve(store))) as http:
        yield Site(store, http)


_numbers = count()


async def make_buckets(endpoint: str, *, region: str = REGION) -> S3Account:
    """An account with two empty buckets of its own."""
    name = f"bucket-{next(_numbers)}"
    account = S3Account(endpoint, region, ACCESS_KEY, SECRET, name, f"{name}-public", "https://images.example")
    async with _make_client(account) as client:
        await client.create_bucket(Bucket=account.bucket)
        await client.create_bucket(Bucket=account.public_bucket)
    return account


@pytest.fixture
async def s3_site(swift: SwiftServer) -> AsyncIterator[Site]:
    """On the machine's clock, which the SDK asks."""
    store = S3Store(await make_buckets(swift.url), SystemClock(), page=5)
    async with httpx.AsyncClient(timeout=30) as http:
        yield Site(store, http)
    await store.close()


@pytest.fixture(params=["folder", "s3"])
def site(request: pytest.FixtureRequest) -> Site:
    """Each in turn."""
    made: Site = request.getfixturevalue(f"{request.param}_site")
    return made
