"""Calls about what happens to sessions that succeed: each that a call changes is another one."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.enrollments.models import Enrollment
from app.domains.sessions.models import TeachingSession
from app.domains.sessions.types import SessionStatus
from tests.hostile.stage import Call
from tests.support.learning import Classroom, Student, booked
from tests.support.world import World

WHY = "My train was cancelled."


async def session_change_calls(world: World, room: Classroom, student: Student) -> dict[str, Call]:
    """Of the student of the stage, whose place is made large enough. What is to be changed starts within a day, so that
    a reason is needed. New times are on Thursdays, on which the teacher's calls leave them open."""
    await world.write(_enlarge, student)
    admin = await world.member("Sue Admin", is_admin=True)
    cancelled, moved = [await booked(student, f"2026-12-01T{hour}:00:00Z") for hour in (13, 15)]
    over = [await booked(student, f"2026-12-{day:02}T15:00:00Z") for day in range(3, 7)]
    to_complete, to_contest, to_resolve, to_credit = over
    missed = {"status": SessionStatus.NO_SHOW, "no_show_user_id": student.actor.user_id}
    await world.write(_make_past, to_complete, 1, {})
    await world.write(_make_past, to_contest, 2, missed)
    await world.write(_make_past, to_resolve, 3, missed)
    await world.write(_make_past, to_credit, 4, {"status": SessionStatus.COMPLETED})
    place = {"enrollment_id": str(student.enrollment_id)}
    decision = {"outcome": "no_show", "no_show_user_id": student.actor.user_id, "note": WHY}
    return {
        "sessions.book_bundle": Call(
            student.actor, body=place | {"starts_at": ["2026-12-17T10:00:00Z", "2026-12-17T13:00:00Z"]}
        ),
        "sessions.cancel": Call(student.actor, {"session_id": cancelled}, body={"reason": WHY}),
        "sessions.reschedule": Call(
            student.actor, {"session_id": moved}, body={"starts_at": "2026-12-10T10:00:00Z", "reason": WHY}
        ),
        "sessions.complete": Call(room.teacher, {"session_id": to_complete}),
        "sessions.contest": Call(student.actor, {"session_id": to_contest}, body={"statement": WHY}),
        "admin_sessions.list": Call(admin),
        "admin_sessions.book": Call(admin, body=place | {"starts_at": "2026-12-24T10:00:00Z", "reason": WHY}),
        "admin_sessions.resolve": Call(admin, {"session_id": to_resolve}, body=decision),
        "admin_sessions.credit": Call(admin, {"session_id": to_credit}, body={"reason": WHY}),
    }


def _enlarge(session: WriteSession, student: Student) -> None:
    session.execute(update(Enrollment).where(Enrollment.id == student.enrollment_id).values(sessions_bought=20))


def _make_past(session: WriteSession, session_id: str, hours: int, values: dict[str, Any]) -> None:
    end: datetime = session.now - timedelta(hours=hours)
    start = end - timedelta(minutes=60)
    times = {"starts_at": start, "ends_at": end, "occupied_from": start, "occupied_until": end, "settled_at": end}
    session.execute(update(TeachingSession).where(TeachingSession.id == session_id).values(times | values))
