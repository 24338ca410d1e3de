"""Fixtures: both databases, the whole app in one process with its twins, and people to act as."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fastapi import FastAPI

from app.core.config import Settings
from app.main import create_app
from tests.support.clock import ManualClock
from tests.support.databases import Postgres, copy_sqlite, make_sqlite_template
from tests.support.world import World


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Not under pytest's own folder: started as root, the server runs as somebody else, whom pytest locks out."""
    with TemporaryDirectory(prefix="peerloop-postgres-") as folder:
        server = Postgres(Path(folder))
        yield server
        server.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a fresh, migrated database; every test that asks for them runs on both."""
    if request.param == "sqlite":
        copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        yield make_settings(tmp_path)
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    name = postgres.create_database()
    yield make_settings(tmp_path, database_url=postgres.url(name))
    postgres.drop_database(name)


def make_settings(data_dir: Path, **values: Any) -> Settings:
    return Settings(environment="test", data_dir=data_dir, **values)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def app(settings: Settings, clock: ManualClock) -> AsyncIterator[FastAPI]:
    app = create_app(settings, clock=clock, in_process=True)
    async with app.router.lifespan_context(app):
        yield app
    app.state.twins.books.close()


@pytest.fixture
async def world(app: FastAPI, clock: ManualClock) -> AsyncIterator[World]:
    async with World.of(app, clock) as world:
        yield world


@pytest.fixture(scope="session")
def openapi_document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The OpenAPI document; needs no database."""
    app = create_app(make_settings(tmp_path_factory.mktemp("openapi")), clock=ManualClock(), in_process=True)
    document: dict[str, Any] = app.openapi()
    app.state.twins.books.close()
    return document
