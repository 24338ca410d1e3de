"""Rules of people's time: when teachers offer it, and that nobody's time is taken twice."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.calendar import repository
from app.domains.calendar.events import AvailabilityChanged
from app.domains.calendar.policies import BookingPolicy, check_week
from app.domains.calendar.repository import AvailabilityRow
from app.domains.calendar.types import MINUTES_PER_DAY, AvailabilityRules, OpeningHours, WeeklyHours
from app.domains.calendar.zones import zone_of
from app.domains.users import service as users
from app.domains.users.types import UserId

_CELL_S = 300


@dataclass(frozen=True, slots=True)
class Availability:
    """The weekly hours of one teacher, in the teacher's own zone, and the pause after each session."""

    timezone: str
    buffer_minutes: int
    windows: tuple[WeeklyHours, ...]


def set_availability(
    session: WriteSession, user_id: UserId, *, timezone: str, buffer_minutes: int, windows: Sequence[WeeklyHours]
) -> Availability:
    """Replace the whole week. Booked sessions stay as they are.

    Raises `InvalidTimezone`, `WindowTooShort`, `AvailabilityOverlap`.
    """
    zone_of(timezone)
    check_week(windows)
    lock_people(session, user_id)
    repository.put_profile(session, user_id, timezone=timezone, buffer_minutes=buffer_minutes)
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
    """The week as it was set; before that, no hours, the person's own zone and the usual pause."""
    known = _availabilities(session, [user_id])
    return known.get(user_id) or _nothing_offered(users.get_person(session, user_id).timezone, policy)


def rules_for(
    session: ReadSession, user_ids: Collection[UserId], *, lesson_minutes: int, policy: BookingPolicy
) -> dict[UserId, AvailabilityRules]:
    """The rules of every person asked for, for lessons of this length. Who has set no hours is never open."""
    known = _availabilities(session, user_ids)
    missing = users.get_people(session, set(user_ids) - known.keys()) if len(known) < len(user_ids) else {}
    known |= {person.id: _nothing_offered(person.timezone, policy) for person in missing.values()}
    return {user_id: _rules(offered, lesson_minutes, policy) for user_id, offered in known.items()}


def _nothing_offered(timezone: str, policy: BookingPolicy) -> Availability:
    return Availability(timezone, policy.buffer_minutes, ())


def _rules(offered: Availability, lesson_minutes: int, policy: BookingPolicy) -> AvailabilityRules:
    return AvailabilityRules(
        zone=offered.timezone,
        weekly=offered.windows,
        duration_min=lesson_minutes,
        buffer_after_min=offered.buffer_minutes,
        notice_min=policy.notice_minutes,
        horizon_days=policy.horizon_days,
    )


def _availabilities(session: ReadSession, user_ids: Collection[UserId]) -> dict[UserId, Availability]:
    rows = repository.availability(session, user_ids)
    return {user_id: _availability(list(group)) for user_id, group in groupby(rows, key=lambda row: row.user_id)}


def _availability(rows: Sequence[AvailabilityRow]) -> Availability:
    return Availability(rows[0].timezone, rows[0].buffer_minutes, tuple(_windows(rows)))


def _windows(rows: Sequence[AvailabilityRow]) -> Iterator[WeeklyHours]:
    for row in rows:
        if row.weekday is not None and row.start_minute is not None and row.end_minute is not None:
            yield WeeklyHours(row.weekday, OpeningHours(row.start_minute, row.end_minute))


def lock_people(session: WriteSession, *user_ids: UserId) -> None:
    """Make everybody else who wants these people's time wait for the end of this transaction.

    Call it before anything is read that depends on their time. An UPDATE is right at every isolation level, where
    SELECT … FOR UPDATE is not, and the sorted order lets no two callers wait for each other.
    """
    repository.bump_guards(session, sorted(set(user_ids)))


def take_time(session: WriteSession, owner_id: str, spans: Mapping[UserId, tuple[datetime, datetime]]) -> bool:
    """Take these people's time for one owner. False when some of it is taken: then the caller must raise, because
    the part that was free is taken already and only a rollback gives it back."""
    cells = sorted((user_id, cell) for user_id, span in spans.items() for cell in _cells(*span))
    rows = [{"user_id": user_id, "cell": cell, "owner_id": owner_id} for user_id, cell in cells]
    return repository.insert_cells(session, rows) == len(rows)


def give_back_time(session: WriteSession, owner_id: str) -> None:
    """Free all that this owner took."""
    repository.delete_cells(session, owner_id)


def _cells(start: datetime, end: datetime) -> range:
    """The five-minute periods since 1970 that the span touches."""
    return range(int(start.timestamp() // _CELL_S), int(-(-end.timestamp() // _CELL_S)))


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """When the person offers lessons. Weekday 0 is Sunday; minutes count from midnight in that zone."""
    return {
        "rules": repository.export_profile(session, user_id),
        "weekly": repository.export_windows(session, user_id),
    }


def erase(session: WriteSession, user_id: UserId) -> None:
    """The person offers nothing any more. The time that past lessons took stays taken: it names nobody."""
    repository.delete_availability(session, user_id)
