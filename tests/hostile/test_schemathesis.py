"""Schemathesis against a real server: what the document promises of accounts holds, whatever is sent."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.config import Settings
from tests.conftest import NO_LIMITS
from tests.journeys.server import Server

ROOT = Path(__file__).parents[2]
# Pictures, followers, numbers and wishes to teach of a person belong to the catalogue.
PATHS = re.compile("^/api/(auth|users)(?!.*(avatar|follow|stats|teaching))(/|$)")
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    lifted = {f"PEERLOOP_{name.upper()}": str(value) for name, value in NO_LIMITS.items()}
    server = Server(settings.data_dir, settings.database_url, settings=lifted)
    server.start()
    yield server
    server.stop()


def attack(server: Server, phases: str, *, examples: int, paths: re.Pattern[str] = PATHS, **variables: str) -> str:
    """What Schemathesis printed when it found nothing. All checks and a fixed seed; no examples of earlier runs."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "--no-color", "run"]
    command += [f"{server.base_url}/openapi.json", "--include-path-regex", paths.pattern]
    command += ["--phases", phases, "--checks", "all", "--seed", "1", "--max-examples", str(examples)]
    command += ["--generation-database", "none", "--no-shrink"]
    environment = server.environment | {"SCHEMATHESIS_HOOKS": "tests.hostile.schemathesis_hooks"} | variables
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def all_tested(openapi_document: dict[str, Any]) -> str:
    """The line that says how many operations were tested: every one of accounts."""
    paths = [path for path in openapi_document["paths"] if PATHS.match(path)]
    return f"Tested: {sum(len(openapi_document['paths'][path]) for path in paths)}\n"


@on_sqlite
def test_whoever_is_logged_in_gets_what_the_document_promises(server: Server, all_tested: str) -> None:
    printed = attack(server, "examples,coverage,fuzzing,stateful", examples=8)
    assert all_tested in printed
    assert "GET /api/users/me\n" not in printed  # it would be listed as one that answered 401 and nothing else


@on_sqlite
def test_whoever_is_not_gets_it_too(server: Server, all_tested: str) -> None:
    assert all_tested in attack(server, "examples,fuzzing", examples=4, PEERLOOP_TEST_NOBODY="1")


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_and_on_postgres(server: Server, all_tested: str) -> None:
    assert all_tested in attack(server, "examples,fuzzing,stateful", examples=8)
