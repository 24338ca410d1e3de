"""Keeping times, and what must be true of all time that is taken."""

from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.courses.models import Course
from app.domains.courses.types import CourseId
from tests.support.cells import faults_of_time
from tests.support.learning import Classroom
from tests.support.world import Actor, World

ON_ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""For what no database decides."""

PRICE = 24900
NOON = "2026-12-02T12:00:00Z"


async def shop(world: World, *, price_cents: int = PRICE, **options: Any) -> Classroom:
    """A classroom whose course costs something."""
    room = await Classroom.open(world, **options)
    await world.write(_set_price, room.course_id, price_cents)
    return room


def _set_price(session: WriteSession, course_id: CourseId, price_cents: int) -> None:
    session.change(update(Course).where(Course.id == course_id).values(price_cents=price_cents))


async def hold(buyer: Actor, room: Classroom, starts_at: str = NOON, *, key: str | None = None) -> httpx.Response:
    body = {"course_id": room.course_id, "teacher_id": room.teacher.user_id, "starts_at": starts_at}
    return await buyer.post("/api/session-holds", body, key=key)


async def held(buyer: Actor, room: Classroom, starts_at: str = NOON) -> dict[str, Any]:
    """A hold that must be had."""
    answer = await hold(buyer, room, starts_at)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def anew(world: World, actor: Actor) -> Actor:
    """The same person with a fresh log-in, for when time has passed."""
    return await world.log_in(actor.user_id, actor.email)


async def offered(room: Classroom, day: str = "2026-12-02") -> list[str]:
    """The hours of the day that anybody is offered."""
    answer = await room.slots(**{"from": f"{day}T00:00:00Z", "to": f"{day}T23:59:59Z"})
    return [slot["starts_at"][11:16] for slot in answer.json()["items"]]


def code_of(answer: httpx.Response) -> str:
    """`done`, or why not."""
    found: str = answer.json().get("code", "done") if answer.content else "done"
    return found


async def assert_sound(world: World) -> None:
    """All time that is taken is taken rightly."""
    assert await world.db.read(faults_of_time) == []
