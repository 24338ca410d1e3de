"""SQL of holds. Rows leave as facts: every change is an UPDATE that loaded objects do not see."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    RowMapping,
    Select,
    bindparam,
    case,
    delete,
    insert,
    or_,
    select,
    update,
)

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.domains.holds.models import TimeHold
from app.domains.holds.types import HoldFacts, HoldId, HoldPurpose, HoldStatus
from app.domains.users.types import UserId

_FACTS = (
    TimeHold.id,
    TimeHold.purpose,
    TimeHold.teacher_id,
    TimeHold.student_id,
    TimeHold.course_id,
    TimeHold.starts_at,
    TimeHold.ends_at,
    TimeHold.occupied_from,
    TimeHold.occupied_until,
    TimeHold.status,
    TimeHold.expires_at,
    TimeHold.ended_at,
    TimeHold.session_id,
    TimeHold.created_at,
    TimeHold.checkout_at.is_not(None).label("has_checkout"),
)


def _found(session: ReadSession, statement: Select[*tuple[Any, ...]]) -> list[HoldFacts]:
    return [_facts(row) for row in session.execute(statement).mappings()]


def _facts(row: RowMapping) -> HoldFacts:
    known = {"purpose": HoldPurpose(row["purpose"]), "status": HoldStatus(row["status"])}
    return HoldFacts(**{**row, **known})


def by_id(session: ReadSession, hold_id: HoldId) -> HoldFacts | None:
    return next(iter(_found(session, select(*_FACTS).where(TimeHold.id == hold_id))), None)


def insert_hold(session: WriteSession, values: dict[str, Any]) -> None:
    session.change(insert(TimeHold).values(values))


def _is_of(people: Collection[UserId] | BindParameter[Any]) -> ColumnElement[bool]:
    return or_(TimeHold.teacher_id.in_(people), TimeHold.student_id.in_(people))


def live() -> Select[str, UserId, UserId, datetime, datetime, datetime, datetime]:
    people: BindParameter[Any] = bindparam("people", expanding=True)
    return select(
        TimeHold.id,
        TimeHold.teacher_id,
        TimeHold.student_id,
        TimeHold.starts_at,
        TimeHold.ends_at,
        TimeHold.occupied_from,
        TimeHold.occupied_until,
    ).where(
        _is_of(people),
        TimeHold.status == HoldStatus.HELD,
        TimeHold.expires_at > bindparam("now"),
        TimeHold.occupied_until > bindparam("after"),
    )


def of_student(session: ReadSession, student_id: UserId, purpose: HoldPurpose, *, since: datetime) -> list[HoldFacts]:
    """The student's holds that were made since then, the latest first."""
    statement = select(*_FACTS).where(
        TimeHold.student_id == student_id, TimeHold.purpose == purpose, TimeHold.created_at >= since
    )
    return _found(session, statement.order_by(TimeHold.created_at.desc(), TimeHold.id.desc()))


def page_of_student(
    session: ReadSession, student_id: UserId, purpose: HoldPurpose, *, before: Moment | None, limit: int
) -> list[HoldFacts]:
    """The latest first."""
    statement = select(*_FACTS).where(TimeHold.student_id == student_id, TimeHold.purpose == purpose)
    return _found(session, page_after(statement, TimeHold.created_at, TimeHold.id, place=before, limit=limit))


def expired(session: WriteSession, *conditions: ColumnElement[bool], limit: int) -> list[HoldFacts]:
    """Holds whose time is over and that nobody has ended, nor is just ending; always in one order."""
    statement = select(*_FACTS).where(TimeHold.status == HoldStatus.HELD, TimeHold.expires_at <= session.now)
    ordered = statement.where(*conditions).order_by(TimeHold.id).limit(limit)
    return _found(session, ordered.with_for_update(skip_locked=True))


def expired_of(session: WriteSession, people: Collection[UserId], *, limit: int) -> list[HoldFacts]:
    return expired(session, _is_of(people), limit=limit)


def end(session: WriteSession, hold_id: HoldId, status: HoldStatus) -> bool:
    """Release or expire a hold; false when it is over."""
    statement = update(TimeHold).where(TimeHold.id == hold_id, TimeHold.status == HoldStatus.HELD)
    return session.change(statement.values(status=status, ended_at=session.now)) == 1


def use(session: WriteSession, hold_id: HoldId, session_id: str) -> bool:
    """False when it is over, or has expired by now."""
    statement = update(TimeHold).where(
        TimeHold.id == hold_id, TimeHold.status == HoldStatus.HELD, TimeHold.expires_at > session.now
    )
    values = {"status": HoldStatus.USED, "session_id": session_id, "ended_at": session.now}
    return session.change(statement.values(values)) == 1


def use_late(session: WriteSession, hold_id: HoldId, session_id: str) -> None:
    """Note what came of a hold after it had expired."""
    statement = update(TimeHold).where(TimeHold.id == hold_id, TimeHold.status != HoldStatus.USED)
    session.change(statement.values(status=HoldStatus.USED, session_id=session_id))


def begin_checkout(session: WriteSession, hold_id: HoldId, *, until: datetime) -> None:
    """Nothing when that was done before, or the hold is over."""
    statement = update(TimeHold).where(
        TimeHold.id == hold_id,
        TimeHold.status == HoldStatus.HELD,
        TimeHold.expires_at > session.now,
        TimeHold.checkout_at.is_(None),
    )
    session.change(statement.values(expires_at=until, checkout_at=session.now))


def held_of(session: ReadSession, user_id: UserId) -> list[HoldId]:
    """All that nobody has ended, of whichever side."""
    statement = select(TimeHold.id).where(_is_of([user_id]), TimeHold.status == HoldStatus.HELD)
    return list(session.scalars(statement.order_by(TimeHold.id)))


def delete_ended(session: WriteSession, age: timedelta, *, limit: int) -> None:
    """Forget holds for purchases that have been over for so long and of which nothing came."""
    old = select(TimeHold.id).where(
        TimeHold.purpose == HoldPurpose.PURCHASE,
        TimeHold.status.in_((HoldStatus.RELEASED, HoldStatus.EXPIRED)),
        TimeHold.expires_at <= session.now - age,
    )
    session.change(delete(TimeHold).where(TimeHold.id.in_(old.limit(limit))))


def export_rows(session: ReadSession, user_id: UserId) -> list[Plain]:
    role = case((TimeHold.student_id == user_id, "student"), else_="teacher").label("role")
    statement = select(
        TimeHold.id,
        role,
        TimeHold.purpose,
        TimeHold.course_id,
        TimeHold.status,
        TimeHold.starts_at,
        TimeHold.ends_at,
        TimeHold.expires_at,
        TimeHold.session_id,
        TimeHold.created_at,
    ).where(_is_of([user_id]))
    return plain_rows(session, statement.order_by(TimeHold.created_at.desc(), TimeHold.id))
