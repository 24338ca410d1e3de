"""Fixtures: both databases, the whole app in one process with its twins, and people to act as."""

import gc
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from app.core.config import Settings
from app.main import create_app
from tests.support.clock import ManualClock
from tests.support.databases import Postgres, copy_sqlite, make_sqlite_template
from tests.support.redis import RedisServer, find_server
from tests.support.stripe_watch import CALLS
from tests.support.swift import NO_SWIFT, SwiftServer, is_installed
from tests.support.world import World

# A test that a busy machine fails tells nothing.
hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")

NO_REDIS = "There is no redis-server and no valkey-server on PATH, and no wheel that brings one."
NO_NODE = "There is no Node on PATH, or its registry did not answer."
_LIMITS = (
    "requests_per_minute",
    "logins_per_minute",
    "signups_per_minute",
    "mails_per_hour",
    "uploads_per_minute",
    "holds_per_minute",
    "failed_logins_per_quarter_hour",
)
NO_LIMITS = dict.fromkeys(_LIMITS, 1_000_000)
NO_CACHES: dict[str, Any] = {"public_cache_seconds": 0, "cloudflare_zone_id": ""}
"""Nothing is kept of answers and no edge is told: tests change rows behind the services' back."""
REAL_LIMITS = {name: Settings.model_fields[name].default for name in _LIMITS}
CACHES = {name: Settings.model_fields[name].default for name in NO_CACHES}


def pytest_collection_finish() -> None:
    """What was imported stays until the end: spare the collector from looking through it again and again."""
    gc.collect()
    gc.freeze()


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


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """In a folder of its own: pytest's are too long for the path of a socket."""
    program = find_server()
    if program is None:
        pytest.skip(NO_REDIS)
    with TemporaryDirectory(prefix="peerloop-redis-") as folder:
        server = RedisServer(program, Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def swift() -> Iterator[SwiftServer]:
    """A real S3 server that checks signatures."""
    if not is_installed():
        pytest.skip(NO_SWIFT)
    with TemporaryDirectory(prefix="peerloop-swift-") as folder:
        server = SwiftServer(Path(folder))
        yield server
        server.stop()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """Say last what was left out."""
    yield
    calls = sum(CALLS.values())
    if calls:
        terminalreporter.write_line(f"Stripe: {calls} calls of {len(CALLS)} operations, each held to its description.")
    skipped = [str(report.longrepr) for report in terminalreporter.getreports("skipped")]
    for what, reason in (("on Redis", NO_REDIS), ("with calendar programs in JavaScript", NO_NODE)):
        if left_out := sum(reason in each for each in skipped):
            terminalreporter.write_line(f"LEFT OUT: {left_out} tests {what}. {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells how often it called Stripe's twin."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["stripe_calls"] = dict(CALLS)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker is done: what it called counts here."""
    CALLS.update(getattr(node, "workeroutput", {}).get("stripe_calls", {}))


@pytest.fixture
def sqlite_settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    copy_sqlite(sqlite_template, tmp_path)
    return make_settings(tmp_path)


@pytest.fixture
def postgres_settings(postgres: Postgres, tmp_path: Path) -> Iterator[Settings]:
    name = postgres.lend_database()
    yield make_settings(tmp_path, database_url=postgres.url(name))
    postgres.take_back(name)


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest) -> Settings:
    """Settings of a fresh, migrated database; every test that asks for them runs on both."""
    made: Settings = request.getfixturevalue(f"{request.param}_settings")
    return made


def make_settings(data_dir: Path, **values: Any) -> Settings:
    """Limits that no test reaches, and no caches, unless it is about them and gives `REAL_LIMITS` or `CACHES`."""
    return Settings(environment="test", data_dir=data_dir, **(NO_LIMITS | NO_CACHES | values))


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
