"""Findings of one test on one database, compared with those on the other."""

import re
from collections.abc import AsyncIterator, Iterator

import pytest

from app.core.config import Settings
from tests.hostile.document import Operation, operations
from tests.hostile.findings import Findings, Verdict
from tests.hostile.photograph import Photograph
from tests.hostile.stage import Stage
from tests.support.clock import ManualClock
from tests.support.databases import Postgres

Verdicts = dict[str, Verdict]


@pytest.fixture(scope="session")
def earlier() -> dict[str, Verdicts]:
    """By test: the answers that the database which came first gave."""
    return {}


@pytest.fixture
def findings(request: pytest.FixtureRequest, earlier: dict[str, Verdicts]) -> Iterator[Findings]:
    """Collects; in the end there must be no fault, and no answer that differs from the other database's."""
    found = Findings()
    yield found
    before = earlier.setdefault(re.sub("sqlite|postgres", "", request.node.name), found.verdicts)
    names = before.keys() | found.verdicts.keys()
    differing = [name for name in sorted(names) if before.get(name) != found.verdicts.get(name)]
    faults = found.faults + [
        f"{name}: {before.get(name)} on one database, {found.verdicts.get(name)} here" for name in differing
    ]
    assert not faults, f"{len(faults)} of {len(names)} cases:\n" + "\n".join(faults[:40])


@pytest.fixture(scope="session")
def walked(openapi_document: dict[str, object]) -> list[Operation]:
    """Every operation of the API."""
    return operations(openapi_document)


@pytest.fixture(scope="session")
def photographs() -> dict[str, Photograph]:
    """By kind of database, made by the first test that needs one."""
    return {}


@pytest.fixture
async def stage(
    request: pytest.FixtureRequest,
    settings: Settings,
    clock: ManualClock,
    photographs: dict[str, Photograph],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Stage]:
    """People and things on which every operation can succeed."""
    postgres: Postgres | None = request.getfixturevalue("postgres") if settings.database_url else None
    kind = "postgres" if postgres else "sqlite"
    if kind not in photographs:
        photographs[kind] = await Photograph.take(settings, tmp_path_factory.mktemp("stage") / kind, postgres)
    async with photographs[kind].copy(settings, clock, postgres) as copy:
        yield copy
