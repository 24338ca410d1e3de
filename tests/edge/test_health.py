"""`/api/health` says that the process answers, `/api/ready` that it can work."""

import pytest
from sqlalchemy import text

from app.db.session import WriteSession
from tests.support.world import World


def run(session: WriteSession, statement: str) -> None:
    session.execute(text(statement))


async def test_a_migrated_service_is_well_and_ready(world: World) -> None:
    for path in ("/api/health", "/api/ready"):
        answer = await world.http.get(path)
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")


@pytest.mark.parametrize("statement", ["UPDATE alembic_version SET version_num = '0000'", "DROP TABLE alembic_version"])
async def test_another_revision_is_well_but_not_ready(world: World, statement: str) -> None:
    await world.write(run, statement)
    answer = await world.http.get("/api/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert (await world.http.get("/api/health")).status_code == 200


async def test_a_job_runner_that_fails_is_not_ready(world: World) -> None:
    world.app.state.runner.last_turn_ok = False
    assert (await world.http.get("/api/ready")).status_code == 503
