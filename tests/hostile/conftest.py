"""Findings of one test on one database, compared with those on the other."""

import re
from collections.abc import Iterator

import pytest

from tests.hostile.document import Operation, operations
from tests.hostile.findings import Findings, Verdict
from tests.hostile.stage import Stage, set_stage
from tests.support.world import World

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


@pytest.fixture
async def stage(world: World) -> Stage:
    """People and things on which every operation can succeed."""
    return await set_stage(world)
