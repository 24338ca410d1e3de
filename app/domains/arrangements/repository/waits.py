"""SQL of the waitlist."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, or_, select, update

from app.core.ids import new_id
from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.arrangements.models import SessionWait, WaitOffer
from app.domains.arrangements.types import WaitFacts, WaitId, WaitStatus
from app.domains.enrollments.types import EnrollmentId
from app.domains.holds.types import HoldFacts, HoldId
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId

_FACTS = (
    SessionWait.id,
    SessionWait.enrollment_id,
    SessionWait.course_id,
    SessionWait.teacher_id,
    SessionWait.student_id,
    SessionWait.moved_session_id,
    SessionWait.earliest_at,
    SessionWait.latest_at,
    SessionWait.status,
    SessionWait.hold_id,
    SessionWait.session_id,
    SessionWait.created_at,
)


def _facts(row: RowMapping) -> WaitFacts:
    return WaitFacts(**{**row, "status": WaitStatus(row["status"])})


def by_id(session: ReadSession, wait_id: WaitId) -> WaitFacts | None:
    row = session.execute(select(*_FACTS).where(SessionWait.id == wait_id)).mappings().one_or_none()
    return _facts(row) if row else None


def by_hold(session: ReadSession, hold_id: HoldId) -> WaitFacts | None:
    """Whom the hold is offered to."""
    wait_id = session.scalar(select(WaitOffer.wait_id).where(WaitOffer.hold_id == hold_id))
    return by_id(session, wait_id) if wait_id else None


def insert(session: WriteSession, values: dict[str, Any]) -> WaitId | None:
    """None when somebody waits for this place already."""
    wait_id = WaitId(new_id("swt"))
    row = values | {"id": wait_id, "status": WaitStatus.WAITING, "created_at": session.now}
    return wait_id if insert_or_skip(session, SessionWait, row) else None


def next_of_teacher(session: ReadSession, teacher_id: UserId, *, after: WaitId | None) -> WaitFacts | None:
    """Who came next. Ids that were made later sort later."""
    statement = select(*_FACTS).where(SessionWait.teacher_id == teacher_id, SessionWait.status == WaitStatus.WAITING)
    if after is not None:
        statement = statement.where(SessionWait.id > after)
    row = session.execute(statement.order_by(SessionWait.id).limit(1)).mappings().one_or_none()
    return _facts(row) if row else None


def waiting_in(session: ReadSession, enrollment_id: EnrollmentId) -> WaitFacts | None:
    """The one entry of the place that waits."""
    statement = select(*_FACTS).where(
        SessionWait.enrollment_id == enrollment_id, SessionWait.status == WaitStatus.WAITING
    )
    row = session.execute(statement).mappings().one_or_none()
    return _facts(row) if row else None


def teachers_awaited(session: ReadSession, people: Collection[UserId] | None = None) -> list[UserId]:
    """Whose time somebody waits for; where `people` are given, if it is about these on either side."""
    statement = select(SessionWait.teacher_id).where(SessionWait.status == WaitStatus.WAITING)
    if people is not None:
        statement = statement.where(or_(SessionWait.teacher_id.in_(people), SessionWait.student_id.in_(people)))
    return list(session.scalars(statement.distinct().order_by(SessionWait.teacher_id)))


def note_offer(session: WriteSession, wait_id: WaitId, hold: HoldFacts) -> None:
    row = {"hold_id": hold.id, "wait_id": wait_id, "starts_at": hold.starts_at, "created_at": session.now}
    insert_or_skip(session, WaitOffer, row)
    statement = update(SessionWait).where(SessionWait.id == wait_id, SessionWait.status == WaitStatus.WAITING)
    session.change(statement.values(hold_id=hold.id))


def offered_starts(session: ReadSession, wait_id: WaitId) -> list[datetime]:
    """What this entry was offered ever."""
    return list(session.scalars(select(WaitOffer.starts_at).where(WaitOffer.wait_id == wait_id)))


def finish(session: WriteSession, wait_id: WaitId, status: WaitStatus, *, session_id: SessionId | None = None) -> bool:
    """False when nobody waits any more."""
    statement = update(SessionWait).where(SessionWait.id == wait_id, SessionWait.status == WaitStatus.WAITING)
    return session.change(statement.values(status=status, session_id=session_id)) == 1


def end_past(session: WriteSession) -> None:
    """Entries whose last moment has passed."""
    statement = update(SessionWait).where(
        SessionWait.status == WaitStatus.WAITING, SessionWait.latest_at <= session.now
    )
    session.change(statement.values(status=WaitStatus.ENDED))


def withdraw_of(session: WriteSession, user_id: UserId) -> None:
    """Nobody waits for the person, and the person for nobody."""
    statement = update(SessionWait).where(
        or_(SessionWait.teacher_id == user_id, SessionWait.student_id == user_id),
        SessionWait.status == WaitStatus.WAITING,
    )
    session.change(statement.values(status=WaitStatus.WITHDRAWN))


def page_of_student(session: ReadSession, student_id: UserId, *, before: Moment | None, limit: int) -> list[WaitFacts]:
    """The latest first."""
    statement = select(*_FACTS).where(SessionWait.student_id == student_id)
    found = page_after(statement, SessionWait.created_at, SessionWait.id, place=before, limit=limit)
    return [_facts(row) for row in session.execute(found).mappings()]


def export_rows(session: ReadSession, user_id: UserId) -> list[Plain]:
    offers = select(func.count()).where(WaitOffer.wait_id == SessionWait.id).scalar_subquery().label("offers")
    statement = select(
        SessionWait.id,
        SessionWait.enrollment_id,
        SessionWait.moved_session_id,
        SessionWait.earliest_at,
        SessionWait.latest_at,
        SessionWait.status,
        offers,
        SessionWait.session_id,
        SessionWait.created_at,
    ).where(SessionWait.student_id == user_id)
    return plain_rows(session, statement.order_by(SessionWait.created_at.desc(), SessionWait.id))
