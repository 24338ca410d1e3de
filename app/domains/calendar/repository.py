"""SQL of availability and of the time that sessions take."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from app.db.export import Plain, plain_rows
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_bump, insert_or_skip
from app.domains.calendar.models import AvailabilityProfile, AvailabilityWindow, PersonGuard, TakenCell
from app.domains.users.types import UserId

AvailabilityRow = Row[UserId, str, int, int | None, int | None, int | None]


def availability(session: ReadSession, user_ids: Collection[UserId]) -> Sequence[AvailabilityRow]:
    """One row per window; one without window columns for a profile that has none."""
    window = AvailabilityWindow
    statement = (
        select(
            AvailabilityProfile.user_id,
            AvailabilityProfile.timezone,
            AvailabilityProfile.buffer_minutes,
            window.weekday,
            window.start_minute,
            window.end_minute,
        )
        .outerjoin(window, window.user_id == AvailabilityProfile.user_id)
        .where(AvailabilityProfile.user_id.in_(user_ids))
        .order_by(AvailabilityProfile.user_id, window.weekday, window.start_minute)
    )
    return session.execute(statement).all()


def put_profile(session: WriteSession, user_id: UserId, *, timezone: str, buffer_minutes: int) -> None:
    values = {"timezone": timezone, "buffer_minutes": buffer_minutes, "updated_at": session.now}
    if not insert_or_skip(session, AvailabilityProfile, values | {"user_id": user_id}):
        session.change(update(AvailabilityProfile).where(AvailabilityProfile.user_id == user_id).values(values))


def replace_windows(session: WriteSession, user_id: UserId, rows: list[dict[str, Any]]) -> None:
    session.change(delete(AvailabilityWindow).where(AvailabilityWindow.user_id == user_id))
    if rows:
        session.change(insert(AvailabilityWindow).values(rows))


def bump_guards(session: WriteSession, user_ids: Sequence[UserId]) -> None:
    """In this order."""
    rows = [{"user_id": user_id, "revision": 1} for user_id in user_ids]
    insert_or_bump(session, PersonGuard, *rows, keys=["user_id"], counter="revision")


def insert_cells(session: WriteSession, rows: list[dict[str, Any]]) -> int:
    """How many of the cells were still free."""
    return insert_or_skip(session, TakenCell, *rows)


def delete_cells(session: WriteSession, owner_id: str) -> int:
    return session.change(delete(TakenCell).where(TakenCell.owner_id == owner_id))


def export_profile(session: ReadSession, user_id: UserId) -> list[Plain]:
    profile = AvailabilityProfile
    statement = select(profile.timezone, profile.buffer_minutes, profile.updated_at)
    return plain_rows(session, statement.where(profile.user_id == user_id))


def export_windows(session: ReadSession, user_id: UserId) -> list[Plain]:
    window = AvailabilityWindow
    statement = select(window.weekday, window.start_minute, window.end_minute).where(window.user_id == user_id)
    return plain_rows(session, statement.order_by(window.weekday, window.start_minute))


def delete_availability(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(AvailabilityWindow).where(AvailabilityWindow.user_id == user_id))
    session.change(delete(AvailabilityProfile).where(AvailabilityProfile.user_id == user_id))
