"""The real server with demo data, on a free port and in a folder of its own, on SQLite or on a Postgres of its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import httpx

from app.sandbox.demo.cast import PASSWORD
from tests.journeys.server import Server
from tests.support.databases import Postgres, upgrade


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of an empty, migrated database; none for SQLite."""
    if kind == "sqlite":
        yield ""
        return
    with TemporaryDirectory(prefix="peerloop-postgres-") as folder:
        postgres = Postgres(Path(folder))
        yield postgres.url(postgres.create_database())
        postgres.stop()


@contextmanager
def installation(
    kind: str, *, module: str = "app.main", settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Server]:
    """A running server; `module` is what is run in its place, with `settings` in its environment."""
    with TemporaryDirectory(prefix="peerloop-bench-") as folder, database(kind) as url:
        server = Server(Path(folder), url, module=module, settings=settings)
        if not url:
            upgrade(data_dir=folder, database_url="")
        server.run("demo")
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextmanager
def peer(module: str) -> Iterator[Server]:
    """Another server, which needs no database."""
    with TemporaryDirectory(prefix="peerloop-bench-") as folder:
        server = Server(Path(folder), module=module)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def pid_of(server: Server) -> int:
    assert server.process is not None
    return server.process.pid


def access_token(server: Server, email: str) -> str:
    """Of a fresh log-in of somebody of the demo."""
    body = {"email": email, "password": PASSWORD}
    answer = httpx.post(f"{server.base_url}/api/auth/login", json=body, timeout=20)
    token: str = answer.raise_for_status().json()["access_token"]
    return token
