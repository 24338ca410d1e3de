"""When people offer their time: the week, the rules around it, and what follows from both for a lesson."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from app.db.session import ReadSession, WriteSession
from app.domains.calendar import repository
from app.domains.calendar.events import AvailabilityChanged
from app.domains.calendar.policies import BookingPolicy, check_own_rules, check_week
from app.domains.calendar.repository import AvailabilityRow
from app.domains.calendar.schemas import AvailabilityBody
from app.domains.calendar.service.taking import lock_people
from app.domains.calendar.types import (
    MINUTES_PER_DAY,
    Availability,
    AvailabilityRules,
    DateOverride,
    OpeningHours,
    OwnRules,
    WeeklyHours,
)
from app.domains.calendar.zones import zone_of
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.etags import Expected

_OVER = timedelta(days=2)  # a date that is over everywhere, and whose hours may run into the next one


def replace_availability(
    session: WriteSession, user_id: UserId, wanted: Availability, expected: Expected, *, policy: BookingPolicy
) -> Availability:
    """What `set_availability` does, if the present one is the expected one and the rules are within the house's.

    Raises also `PreconditionFailed`, `RulesBeyondHouse`.
    """
    lock_people(session, user_id)
    expected.check(AvailabilityBody.of(get_availability(session, user_id, policy=policy)))
    check_own_rules(wanted.own, policy)
    return set_availability(
        session,
        user_id,
        timezone=wanted.timezone,
        buffer_minutes=wanted.buffer_minutes,
        windows=wanted.windows,
        own=wanted.own,
    )


def set_availability(
    session: WriteSession,
    user_id: UserId,
    *,
    timezone: str,
    buffer_minutes: int,
    windows: Sequence[WeeklyHours],
    own: OwnRules | None = None,
) -> Availability:
    """Replace the whole week and all rules. Booked sessions stay as they are, and so do single dates.

    Raises `InvalidTimezone`, `WindowTooShort`, `AvailabilityOverlap`.
    """
    zone_of(timezone)
    check_week(windows)
    lock_people(session, user_id)
    if zone_for(session, user_id) != timezone:
        repository.fetch_anew(session, user_id)  # times without a zone are meant in the teacher's
    repository.put_profile(session, user_id, timezone=timezone, buffer_minutes=buffer_minutes)
    repository.put_rules(session, user_id, own or OwnRules())
    repository.replace_windows(session, user_id, [_window_row(user_id, window) for window in windows])
    session.publish(AvailabilityChanged(user_id))
    return _availabilities(session, [user_id])[user_id]


def _window_row(user_id: UserId, window: WeeklyHours) -> dict[str, str | int]:
    hours = window.hours
    return {
        "user_id": user_id,
        "weekday": window.weekday,
        "start_minute": hours.start_minute,
        "end_minute": hours.end_minute or MINUTES_PER_DAY,
    }


def get_availability(session: ReadSession, user_id: UserId, *, policy: BookingPolicy) -> Availability:
    """As it was set; before that, no hours, the person's own zone and the usual pause."""
    known = _availabilities(session, [user_id])
    return known.get(user_id) or _nothing_offered(users.get_person(session, user_id).timezone, policy)


def zone_for(session: ReadSession, user_id: UserId) -> str:
    """The zone in which the person's hours are meant: that of the availability, else the person's own."""
    known = _availabilities(session, [user_id]).get(user_id)
    return known.timezone if known else users.get_person(session, user_id).timezone


def rules_for(
    session: ReadSession, user_ids: Collection[UserId], *, lesson_minutes: int, policy: BookingPolicy
) -> dict[UserId, AvailabilityRules]:
    """The rules of every person asked for, for lessons of this length. Who has set no hours is never open."""
    known = _availabilities(session, user_ids)
    missing = users.zones_of(session, set(user_ids) - known.keys()) if len(known) < len(user_ids) else {}
    known |= {user_id: _nothing_offered(zone, policy) for user_id, zone in missing.items()}
    overrides = overrides_of(session, user_ids)
    return {
        user_id: _rules(offered, overrides.get(user_id, ()), lesson_minutes, policy)
        for user_id, offered in known.items()
    }


def _nothing_offered(timezone: str, policy: BookingPolicy) -> Availability:
    return Availability(timezone, policy.buffer_minutes)


def _rules(
    offered: Availability, overrides: tuple[DateOverride, ...], lesson_minutes: int, policy: BookingPolicy
) -> AvailabilityRules:
    """The house's notice and horizon hold also where it became stricter than what a person chose before."""
    own = offered.own
    return AvailabilityRules(
        zone=offered.timezone,
        weekly=offered.windows,
        overrides=overrides,
        duration_min=lesson_minutes,
        step_min=own.step_minutes,
        buffer_before_min=own.buffer_before_minutes,
        buffer_after_min=offered.buffer_minutes,
        notice_min=max(own.notice_minutes or 0, policy.notice_minutes),
        horizon_days=min(own.horizon_days or policy.horizon_days, policy.horizon_days),
        max_per_day=own.max_per_day,
        max_per_week=own.max_per_week,
        week_start=own.week_start,
        paused=own.is_paused and own.paused_through is None,
        paused_through=own.paused_through,
    )


def overrides_of(session: ReadSession, user_ids: Collection[UserId]) -> dict[UserId, tuple[DateOverride, ...]]:
    """The single dates of these people that are not over yet, in order."""
    first = (session.now - _OVER).date()
    rows = repository.overrides(session, user_ids, first.isoformat())
    return {
        user_id: tuple(_override(row.day, row.hours) for row in group)
        for user_id, group in groupby(rows, key=lambda row: row.user_id)
    }


def _override(day: str, hours: Sequence[Sequence[int]]) -> DateOverride:
    return DateOverride(date.fromisoformat(day), tuple(OpeningHours(start, end) for start, end in hours))


def _availabilities(session: ReadSession, user_ids: Collection[UserId]) -> dict[UserId, Availability]:
    rows = repository.availability(session, user_ids)
    return {user_id: _availability(list(group)) for user_id, group in groupby(rows, key=lambda row: row.user_id)}


def _availability(rows: Sequence[AvailabilityRow]) -> Availability:
    first = rows[0]
    return Availability(first.timezone, first.buffer_minutes, tuple(_windows(rows)), repository.own_rules_of(first))


def _windows(rows: Sequence[AvailabilityRow]) -> Iterator[WeeklyHours]:
    for row in rows:
        if row.weekday is not None and row.start_minute is not None and row.end_minute is not None:
            yield WeeklyHours(row.weekday, OpeningHours(row.start_minute, row.end_minute))
