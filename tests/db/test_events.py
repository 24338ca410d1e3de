"""Events are handled inside the transaction of the unit that published them."""

from dataclasses import dataclass

import pytest

from app.core.events import Event, EventBus
from app.db.database import Database
from app.db.session import WriteSession
from tests.db import rows


@dataclass(frozen=True, slots=True)
class LampLit(Event):
    job_id: str


def publish(session: WriteSession, job_id: str) -> bool:
    rows.insert(session, "job_of_the_publisher")
    session.publish(LampLit(job_id))
    return True


def follow(session: WriteSession, event: LampLit) -> None:
    assert rows.count(session) == 1  # it sees what the publisher did
    rows.insert(session, event.job_id)


def fail(_session: WriteSession, _event: LampLit) -> None:
    raise LookupError("no lamp")


async def test_a_handler_writes_in_the_publisher_s_transaction(db: Database, bus: EventBus) -> None:
    bus.subscribe(LampLit, follow)
    assert await db.write(publish, "job_of_the_handler")
    assert await db.read(rows.count) == 2


async def test_a_failing_handler_rolls_back_everything(db: Database, bus: EventBus) -> None:
    bus.subscribe(LampLit, follow)
    bus.subscribe(LampLit, fail)
    with pytest.raises(LookupError):
        await db.write(publish, "job_of_the_handler")
    assert await db.read(rows.count) == 0
