"""Keeping times, and what must be true of all time that is taken."""

from collections.abc import Mapping
from typing import Any

import httpx
from sqlalchemy import select, update

from app.db.session import ReadSession, WriteSession
from app.domains.calendar.models import TakenCell
from app.domains.courses.models import Course
from app.domains.courses.types import CourseId
from app.domains.holds.models import TimeHold
from app.domains.holds.types import HoldStatus
from app.domains.sessions.models import TeachingSession
from app.domains.sessions.types import SessionStatus
from tests.support.learning import Classroom
from tests.support.world import Actor, World

PRICE = 24900
NOON = "2026-12-02T12:00:00Z"
_TAKING = {SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS, SessionStatus.COMPLETED}


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
    assert await world.db.read(wrongly_taken) == set()


def wrongly_taken(session: ReadSession) -> set[str]:
    """Each five minutes of somebody's time belong to a session that takes time or to a hold that is not over, and these
    have all of theirs: the owners for which that is not so."""
    owned, wanted = _owned(session), _wanted(session)
    return {owner for owner in owned.keys() | wanted.keys() if owned.get(owner) != wanted.get(owner)}


def _owned(session: ReadSession) -> Mapping[str, set[tuple[str, int]]]:
    found: dict[str, set[tuple[str, int]]] = {}
    for row in session.scalars(select(TakenCell)):
        found.setdefault(row.owner_id, set()).add((row.user_id, row.cell))
    return found


def _wanted(session: ReadSession) -> Mapping[str, set[tuple[str, int]]]:
    lessons = session.scalars(select(TeachingSession).where(TeachingSession.status.in_(_TAKING)))
    holds = session.scalars(select(TimeHold).where(TimeHold.status == HoldStatus.HELD))
    return {row.id: _cells(row) for row in (*lessons, *holds)}


def _cells(row: TeachingSession | TimeHold) -> set[tuple[str, int]]:
    spans = {row.teacher_id: (row.occupied_from, row.occupied_until), row.student_id: (row.starts_at, row.ends_at)}
    return {
        (user_id, cell)
        for user_id, (start, end) in spans.items()
        for cell in range(int(start.timestamp() // 300), int(-(-end.timestamp() // 300)))
    }
