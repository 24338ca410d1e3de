"""Single dates whose hours replace those of the week: holidays, days off, a long Saturday."""

from collections.abc import Sequence
from datetime import date, timedelta

from app.db.session import ReadSession, WriteSession
from app.domains.calendar import repository
from app.domains.calendar.errors import InvalidRange, OverrideNotFound, OverrideOutOfRange
from app.domains.calendar.events import AvailabilityChanged
from app.domains.calendar.policies import LONGEST_OVERRIDE_RANGE_DAYS, OVERRIDES_AHEAD_DAYS, check_day
from app.domains.calendar.schemas import DateHours
from app.domains.calendar.service.availability import overrides_of, zone_for
from app.domains.calendar.service.taking import lock_people
from app.domains.calendar.types import DateOverride, OpeningHours
from app.domains.calendar.zones import zone_of
from app.domains.users.types import UserId
from app.edge.etags import Expected, PreconditionFailed

_DAY = timedelta(days=1)


def list_overrides(session: ReadSession, user_id: UserId) -> tuple[DateOverride, ...]:
    """Those of today and later, by the calendar of the teacher's zone."""
    today = _today(session, user_id)
    return tuple(each for each in overrides_of(session, [user_id]).get(user_id, ()) if each.day >= today)


def get_override(session: ReadSession, user_id: UserId, day: date) -> DateOverride:
    """Raises `OverrideNotFound` where the week's hours hold."""
    found = next((each for each in list_overrides(session, user_id) if each.day == day), None)
    if found is None:
        raise OverrideNotFound
    return found


def replace_overrides(
    session: WriteSession, user_id: UserId, hours: Sequence[OpeningHours], dates: tuple[date, date], expected: Expected
) -> DateOverride:
    """Give every date from the first up to and with the last these hours; none: closed. Booked sessions stay.

    `expected` is about the first date. Raises `InvalidRange`, `OverrideOutOfRange`, `WindowTooShort`,
    `AvailabilityOverlap`, `PreconditionFailed`.
    """
    check_day(hours)
    lock_people(session, user_id)
    first, last = dates
    _check_version(session, user_id, first, expected)
    days = _days(session, user_id, first, last)
    repository.delete_overrides(session, user_id, first.isoformat(), last.isoformat())
    repository.insert_overrides(session, [_row(user_id, day, hours) for day in days])
    session.publish(AvailabilityChanged(user_id))
    return get_override(session, user_id, first)


def _check_version(session: ReadSession, user_id: UserId, day: date, expected: Expected) -> None:
    """Of a date without hours of its own there is no version that could be meant."""
    if expected.is_any:
        return
    try:
        expected.check(DateHours.of(get_override(session, user_id, day)))
    except OverrideNotFound:
        raise PreconditionFailed from None


def remove_overrides(session: WriteSession, user_id: UserId, first: date, last: date) -> None:
    """Let the week's hours hold again from the first date up to and with the last; where they do, nothing changes.

    Raises `InvalidRange`, `OverrideOutOfRange`.
    """
    lock_people(session, user_id)
    _days(session, user_id, first, last)
    if repository.delete_overrides(session, user_id, first.isoformat(), last.isoformat()):
        session.publish(AvailabilityChanged(user_id))


def _days(session: ReadSession, user_id: UserId, first: date, last: date) -> list[date]:
    if last < first:
        raise InvalidRange
    today = _today(session, user_id)
    length = (last - first).days + 1
    if first < today or (last - today).days > OVERRIDES_AHEAD_DAYS or length > LONGEST_OVERRIDE_RANGE_DAYS:
        raise OverrideOutOfRange
    return [first + number * _DAY for number in range(length)]


def _today(session: ReadSession, user_id: UserId) -> date:
    return session.now.astimezone(zone_of(zone_for(session, user_id))).date()


def _row(user_id: UserId, day: date, hours: Sequence[OpeningHours]) -> dict[str, object]:
    spans = sorted([each.start_minute, each.end_minute] for each in hours)
    return {"user_id": user_id, "day": day.isoformat(), "hours": spans}
