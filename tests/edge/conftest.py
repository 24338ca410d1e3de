"""The assembled app without a database of its own, with a few operations to probe the edge with."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from app.main import create_app
from tests.conftest import make_settings
from tests.edge import probes
from tests.support.clock import ManualClock
from tests.support.world import BASE_URL


@pytest.fixture(scope="session")
def edge_app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    app = create_app(make_settings(tmp_path_factory.mktemp("edge")), clock=ManualClock(), in_process=True)
    app.include_router(probes.router)
    app.state.twins.books.close()
    return app


@pytest.fixture
async def http(edge_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(edge_app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        yield client
