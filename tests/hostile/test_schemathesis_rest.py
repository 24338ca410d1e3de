"""Schemathesis over all that is not about accounts: catalogue, studio, files, coursework, sessions, payments, admin."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.core.config import Settings
from tests.conftest import NO_LIMITS
from tests.hostile.test_schemathesis import PATHS, attack
from tests.journeys.server import Server

REST = re.compile(f"^(?!{PATHS.pattern.removeprefix('^')})/")
pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    """With what the demo has, so that there is something to be found."""
    lifted = {f"PEERLOOP_{name.upper()}": str(value) for name, value in NO_LIMITS.items()}
    server = Server(settings.data_dir, settings.database_url, settings=lifted)
    server.run("demo")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_value_at_its_limits_gets_what_the_document_promises(
    server: Server, openapi_document: dict[str, Any]
) -> None:
    """The examples of the document, and by coverage each rule of a schema kept and broken. Nothing here ends a
    log-in."""
    paths = [path for path in openapi_document["paths"] if REST.match(path)]
    printed = attack(server, "examples,coverage", examples=5, paths=REST, PEERLOOP_TEST_KEEPS_LOG_IN="1")
    assert f"Tested: {sum(len(openapi_document['paths'][path]) for path in paths)}\n" in printed
