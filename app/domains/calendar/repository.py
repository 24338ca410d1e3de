"""SQL of availability and of the time that sessions take."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import BindParameter, Row, Select, bindparam, delete, func, insert, select, update

from app.core.clock import utc_text
from app.db.export import Plain, plain_rows
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_many_or_skip, insert_or_bump, insert_or_skip
from app.domains.calendar.models import (
    AvailabilityOverride,
    AvailabilityProfile,
    AvailabilityRule,
    AvailabilityWindow,
    ExternalBusy,
    ExternalCalendar,
    PersonGuard,
    TakenCell,
)
from app.domains.calendar.types import ExternalCalendarId, ExternalFacts, OutsideDates, OutsideTime, OwnRules, Period
from app.domains.users.types import UserId

_EXTERNAL = (
    ExternalCalendar.id,
    ExternalCalendar.name,
    ExternalCalendar.url,
    ExternalCalendar.created_at,
    ExternalCalendar.due_at,
    ExternalCalendar.tried_at,
    ExternalCalendar.fetched_at,
    ExternalCalendar.copied_at,
    ExternalCalendar.failures,
    ExternalCalendar.failure,
)

AvailabilityRow = Row[*tuple[Any, ...]]
ExternalCalendarRow = Row[*tuple[Any, ...]]
_RULES = (
    AvailabilityRule.buffer_before_minutes,
    AvailabilityRule.notice_minutes,
    AvailabilityRule.horizon_days,
    AvailabilityRule.step_minutes,
    AvailabilityRule.max_per_day,
    AvailabilityRule.max_per_week,
    AvailabilityRule.week_start,
    AvailabilityRule.is_paused,
    AvailabilityRule.paused_through,
)


_USER_IDS: BindParameter[Any] = bindparam("user_ids", expanding=True)
_AVAILABILITY = (
    select(
        AvailabilityProfile.user_id,
        AvailabilityProfile.timezone,
        AvailabilityProfile.buffer_minutes,
        AvailabilityWindow.weekday,
        AvailabilityWindow.start_minute,
        AvailabilityWindow.end_minute,
        *_RULES,
    )
    .outerjoin(AvailabilityRule, AvailabilityRule.user_id == AvailabilityProfile.user_id)
    .outerjoin(AvailabilityWindow, AvailabilityWindow.user_id == AvailabilityProfile.user_id)
    .where(AvailabilityProfile.user_id.in_(_USER_IDS))
    .order_by(AvailabilityProfile.user_id, AvailabilityWindow.weekday, AvailabilityWindow.start_minute)
)
_OVERRIDES = (
    select(AvailabilityOverride.user_id, AvailabilityOverride.day, AvailabilityOverride.hours)
    .where(AvailabilityOverride.user_id.in_(_USER_IDS), AvailabilityOverride.day >= bindparam("first"))
    .order_by(AvailabilityOverride.user_id, AvailabilityOverride.day)
)
_OUTSIDE = (
    select(
        ExternalCalendar.user_id,
        ExternalBusy.starts_at,
        ExternalBusy.ends_at,
        ExternalBusy.first_day,
        ExternalBusy.end_day,
        ExternalBusy.zone,
    )
    .join(ExternalCalendar, ExternalCalendar.id == ExternalBusy.calendar_id)
    .where(
        ExternalCalendar.user_id.in_(_USER_IDS),
        ExternalBusy.ends_at > bindparam("first"),
        ExternalBusy.starts_at < bindparam("end"),
    )
)


def availability(session: ReadSession, user_ids: Collection[UserId]) -> Sequence[AvailabilityRow]:
    """One row per window; one without window columns for a profile that has none."""
    return session.rows(_AVAILABILITY, user_ids=list(user_ids))


def put_profile(session: WriteSession, user_id: UserId, *, timezone: str, buffer_minutes: int) -> None:
    values = {"timezone": timezone, "buffer_minutes": buffer_minutes, "updated_at": session.now}
    if not insert_or_skip(session, AvailabilityProfile, values | {"user_id": user_id}):
        session.change(update(AvailabilityProfile).where(AvailabilityProfile.user_id == user_id).values(values))


def own_rules_of(row: AvailabilityRow) -> OwnRules:
    """A profile of the release before has none."""
    if row.week_start is None:
        return OwnRules()
    return OwnRules(
        buffer_before_minutes=row.buffer_before_minutes,
        notice_minutes=row.notice_minutes,
        horizon_days=row.horizon_days,
        step_minutes=row.step_minutes,
        max_per_day=row.max_per_day,
        max_per_week=row.max_per_week,
        week_start=row.week_start,
        is_paused=row.is_paused,
        paused_through=date.fromisoformat(row.paused_through) if row.paused_through else None,
    )


def put_rules(session: WriteSession, user_id: UserId, own: OwnRules) -> None:
    values = asdict(own)
    values["paused_through"] = own.paused_through.isoformat() if own.paused_through else None
    if not insert_or_skip(session, AvailabilityRule, values | {"user_id": user_id}):
        session.change(update(AvailabilityRule).where(AvailabilityRule.user_id == user_id).values(values))


def overrides(session: ReadSession, user_ids: Collection[UserId], first: str) -> Sequence[Row[UserId, str, Any]]:
    """The single dates from the first on, by person and date."""
    return session.rows(_OVERRIDES, user_ids=list(user_ids), first=first)


def insert_overrides(session: WriteSession, rows: list[dict[str, Any]]) -> None:
    insert_many_or_skip(session, AvailabilityOverride, rows)


def delete_overrides(session: WriteSession, user_id: UserId, first: str, last: str) -> int:
    """Those from the first date up to and with the last; how many there were."""
    override = AvailabilityOverride
    return session.change(delete(override).where(override.user_id == user_id, override.day.between(first, last)))


def replace_windows(session: WriteSession, user_id: UserId, rows: list[dict[str, Any]]) -> None:
    session.change(delete(AvailabilityWindow).where(AvailabilityWindow.user_id == user_id))
    if rows:
        session.change(insert(AvailabilityWindow).values(rows))


def bump_guards(session: WriteSession, user_ids: Sequence[UserId]) -> None:
    """In this order."""
    rows = [{"user_id": user_id, "revision": 1} for user_id in user_ids]
    insert_or_bump(session, PersonGuard, *rows, keys=("user_id",), counter="revision")


_COUNT_OF_OWNER = select(func.count()).where(TakenCell.owner_id == bindparam("owner_id"))
_TAKEN_OF = select(TakenCell.owner_id).where(
    TakenCell.user_id.in_(bindparam("people", expanding=True)), TakenCell.cell == bindparam("cell")
)


def is_cell_taken(session: ReadSession, user_ids: Collection[UserId], cell: int) -> bool:
    return session.execute(_TAKEN_OF, {"people": list(user_ids), "cell": cell}).first() is not None


def insert_cells(session: WriteSession, owner_id: str, cells: Sequence[tuple[UserId, int]]) -> int:
    """How many cells the owner has when it got those that were still free, in this order."""
    rows = [{"user_id": user_id, "cell": cell, "owner_id": owner_id} for user_id, cell in cells]
    insert_many_or_skip(session, TakenCell, rows)
    return session.execute(_COUNT_OF_OWNER, {"owner_id": owner_id}).scalar_one()


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


def export_rules(session: ReadSession, user_id: UserId) -> list[Plain]:
    return plain_rows(session, select(*_RULES).where(AvailabilityRule.user_id == user_id))


def export_overrides(session: ReadSession, user_id: UserId) -> list[Plain]:
    override = AvailabilityOverride
    statement = select(override.day, override.hours).where(override.user_id == user_id)
    return plain_rows(session, statement.order_by(override.day))


def delete_availability(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(AvailabilityOverride).where(AvailabilityOverride.user_id == user_id))
    session.change(delete(AvailabilityRule).where(AvailabilityRule.user_id == user_id))
    session.change(delete(AvailabilityWindow).where(AvailabilityWindow.user_id == user_id))
    session.change(delete(AvailabilityProfile).where(AvailabilityProfile.user_id == user_id))


def externals(session: ReadSession, user_id: UserId) -> list[ExternalFacts]:
    """The person's external calendars, the first one added first."""
    statement = select(*_EXTERNAL).where(ExternalCalendar.user_id == user_id)
    rows = session.execute(statement.order_by(ExternalCalendar.created_at, ExternalCalendar.id)).mappings()
    return [_external(dict(row)) for row in rows]


def _external(row: dict[str, Any]) -> ExternalFacts:
    host = urlsplit(row.pop("url")).hostname or ""
    return ExternalFacts(host=host, **row)


def insert_external(session: WriteSession, row: dict[str, Any]) -> bool:
    """False when the person has this address already."""
    return bool(insert_or_skip(session, ExternalCalendar, row))


def change_external(session: WriteSession, calendar_id: ExternalCalendarId, values: dict[str, Any]) -> bool:
    return bool(session.change(update(ExternalCalendar).where(ExternalCalendar.id == calendar_id).values(values)))


def lock_external(session: WriteSession, calendar_id: ExternalCalendarId) -> ExternalCalendarRow | None:
    """What is needed to read it; null once it was removed."""
    return session.execute(_for_reading(calendar_id).with_for_update()).one_or_none()


def external_to_read(session: ReadSession, calendar_id: ExternalCalendarId) -> ExternalCalendarRow | None:
    return session.execute(_for_reading(calendar_id)).one_or_none()


def _for_reading(calendar_id: ExternalCalendarId) -> Select[*tuple[Any, ...]]:
    calendar = ExternalCalendar
    columns = (
        calendar.user_id,
        calendar.url,
        calendar.etag,
        calendar.last_modified,
        calendar.copied_at,
        calendar.failures,
    )
    return select(*columns).where(calendar.id == calendar_id)


def externals_due(session: ReadSession, limit: int) -> list[ExternalCalendarId]:
    """Those that are to be read again, the longest due first."""
    statement = select(ExternalCalendar.id).where(ExternalCalendar.due_at <= session.now)
    return list(session.scalars(statement.order_by(ExternalCalendar.due_at, ExternalCalendar.id).limit(limit)))


def fetch_anew(session: WriteSession, user_id: UserId) -> int:
    """Have the person's external calendars read soon, whether they changed or not; how many there are."""
    values = {"due_at": session.now, "etag": None, "last_modified": None}
    return session.change(update(ExternalCalendar).where(ExternalCalendar.user_id == user_id).values(values))


def replace_busy(session: WriteSession, calendar_id: ExternalCalendarId, rows: list[dict[str, Any]]) -> None:
    delete_busy(session, calendar_id)
    insert_many_or_skip(session, ExternalBusy, rows)


def delete_busy(session: WriteSession, calendar_id: ExternalCalendarId) -> None:
    session.change(delete(ExternalBusy).where(ExternalBusy.calendar_id == calendar_id))


def outside_times(
    session: ReadSession, user_ids: Collection[UserId], first: datetime, end: datetime
) -> list[tuple[UserId, OutsideTime | OutsideDates]]:
    """What these people have elsewhere that reaches into the time from `first` until `end`."""
    found = session.rows(_OUTSIDE, user_ids=list(user_ids), first=first, end=end)
    return [(row.user_id, _outside(row)) for row in found]


def _outside(row: Row[*tuple[Any, ...]]) -> OutsideTime | OutsideDates:
    if row.first_day is None:
        return OutsideTime(Period(row.starts_at, row.ends_at))
    return OutsideDates(date.fromisoformat(row.first_day), date.fromisoformat(row.end_day), row.zone)


def delete_external(session: WriteSession, user_id: UserId, calendar_id: ExternalCalendarId) -> bool:
    """Forget the calendar and its times; false when the person has none of this id."""
    own = select(ExternalCalendar.id).where(ExternalCalendar.user_id == user_id, ExternalCalendar.id == calendar_id)
    session.change(delete(ExternalBusy).where(ExternalBusy.calendar_id.in_(own)))
    return bool(session.change(delete(ExternalCalendar).where(ExternalCalendar.id.in_(own))))


def delete_external_of(session: WriteSession, user_id: UserId) -> None:
    own = select(ExternalCalendar.id).where(ExternalCalendar.user_id == user_id)
    session.change(delete(ExternalBusy).where(ExternalBusy.calendar_id.in_(own)))
    session.change(delete(ExternalCalendar).where(ExternalCalendar.user_id == user_id))


def export_external(session: ReadSession, user_id: UserId) -> list[Plain]:
    """Without the addresses: whoever has one can read the calendar."""
    return [
        {"name": each.name, "host": each.host, "created_at": utc_text(each.created_at)}
        for each in externals(session, user_id)
    ]
