"""`/api/health` says that the process answers, `/api/ready` that it can work."""

from datetime import UTC, datetime

import pytest
import tzdata
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


async def test_readiness_tells_how_current_time_zones_are(world: World) -> None:
    release = (await world.http.get("/api/ready")).json()
    assert release == {
        "status": "ok",
        "payouts": "running",
        "tzdata_version": tzdata.IANA_VERSION,
        "is_tzdata_old": False,
    }
    world.clock.move_to(datetime(int(tzdata.IANA_VERSION[:4]) + 1, 7, 1, tzinfo=UTC))
    assert (await world.http.get("/api/ready")).json()["is_tzdata_old"] is True
    world.clock.advance(seconds=-1)
    assert (await world.http.get("/api/ready")).json()["is_tzdata_old"] is False
