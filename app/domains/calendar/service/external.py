"""Calendars elsewhere, whose busy times are not offered: added by their addresses, read every hour, and the last good
copy kept whatever fails."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zlib import crc32

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.calendar import repository
from app.domains.calendar.busy_reader import Wanted
from app.domains.calendar.errors import (
    CalendarAddressRefused,
    CalendarKnown,
    ExternalCalendarNotFound,
    TooManyCalendars,
)
from app.domains.calendar.events import AvailabilityChanged
from app.domains.calendar.policies import (
    COPY_LIFE,
    FAILURES,
    MOST_EXTERNAL_CALENDARS,
    READ_EVERY,
    STALE_AFTER,
    BookingPolicy,
    age_in_words,
    read_again_after,
)
from app.domains.calendar.schemas import CalendarFailure, ExternalCalendar
from app.domains.calendar.service.availability import zone_for
from app.domains.calendar.service.taking import lock_people
from app.domains.calendar.types import (
    READ_CALENDAR,
    CalendarPayload,
    ExternalCalendarId,
    ExternalFacts,
    OutsideDates,
    OutsideTime,
)
from app.domains.users.types import UserId
from app.providers.calendars.port import CalendarSource, CalendarUnread, Known, Unread

_DAY = timedelta(days=1)
_READ_AT_ONCE = 100
_IN_HAND = timedelta(hours=1)  # until a job is missed: where calendars are slow, theirs wait for each other
_REACH = timedelta(days=400)  # beyond any horizon
_WIDEST = timedelta(hours=16)  # more than any zone is away from UTC


@dataclass(frozen=True, slots=True)
class ToRead:
    """What is needed to read a calendar: the address is a secret."""

    user_id: UserId
    url: str
    known: Known
    times: Wanted


def accepted(source: CalendarSource, url: str) -> str:
    """The address as it is kept. Raises `CalendarAddressRefused`."""
    try:
        return source.accept(url)
    except CalendarUnread:
        raise CalendarAddressRefused from None


def add_external(session: WriteSession, user_id: UserId, *, name: str, url: str) -> ExternalFacts:
    """Have a calendar read from now on, at first at once. Raises `TooManyCalendars`, `CalendarKnown`."""
    lock_people(session, user_id)
    if len(repository.externals(session, user_id)) >= MOST_EXTERNAL_CALENDARS:
        raise TooManyCalendars(count=MOST_EXTERNAL_CALENDARS)
    calendar_id = ExternalCalendarId(new_id("cal"))
    row = {
        "id": calendar_id,
        "user_id": user_id,
        "name": name,
        "url": url,
        "created_at": session.now,
        "due_at": session.now + _IN_HAND,
        "failures": 0,
    }
    if not repository.insert_external(session, row):
        raise CalendarKnown
    READ_CALENDAR.enqueue(session, CalendarPayload(calendar_id=calendar_id))
    return get_external(session, user_id, calendar_id)


def list_externals(session: ReadSession, user_id: UserId) -> list[ExternalFacts]:
    """The first one added first."""
    return repository.externals(session, user_id)


def get_external(session: ReadSession, user_id: UserId, calendar_id: ExternalCalendarId) -> ExternalFacts:
    """Raises `ExternalCalendarNotFound`, also of somebody else's."""
    found = next((each for each in repository.externals(session, user_id) if each.id == calendar_id), None)
    if found is None:
        raise ExternalCalendarNotFound
    return found


def read_now(session: WriteSession, user_id: UserId, calendar_id: ExternalCalendarId) -> ExternalFacts:
    """Have the calendar read at once, but once a minute at the most. Raises `ExternalCalendarNotFound`."""
    get_external(session, user_id, calendar_id)
    repository.change_external(session, calendar_id, {"due_at": session.now + _IN_HAND})
    payload = CalendarPayload(calendar_id=calendar_id)
    READ_CALENDAR.enqueue(session, payload, dedupe=f"{calendar_id}:{session.now:%Y%m%dT%H%M}")
    return get_external(session, user_id, calendar_id)


def remove_external(session: WriteSession, user_id: UserId, calendar_id: ExternalCalendarId) -> None:
    """Forget the calendar; its times are offered again. Raises `ExternalCalendarNotFound`."""
    lock_people(session, user_id)
    if not repository.delete_external(session, user_id, calendar_id):
        raise ExternalCalendarNotFound
    session.publish(AvailabilityChanged(user_id))


def enqueue_due(session: WriteSession) -> None:
    """A job for each calendar that is to be read again."""
    due = repository.externals_due(session, _READ_AT_ONCE)
    for calendar_id in due:
        repository.change_external(session, calendar_id, {"due_at": session.now + _IN_HAND})
        READ_CALENDAR.enqueue(session, CalendarPayload(calendar_id=calendar_id))


def to_read(session: ReadSession, calendar_id: ExternalCalendarId, policy: BookingPolicy) -> ToRead | None:
    """None once it was removed. A copy that reaches no further than some weeks is read anew, changed or not."""
    row = repository.external_to_read(session, calendar_id)
    if row is None:
        return None
    is_old = row.copied_at is None or row.copied_at + COPY_LIFE <= session.now
    return ToRead(
        user_id=row.user_id,
        url=row.url,
        known=Known() if is_old else Known(row.etag, row.last_modified),
        times=Wanted(zone_for(session, row.user_id), session.now - _DAY, session.now + policy.read_ahead),
    )


def note_unchanged(session: WriteSession, calendar_id: ExternalCalendarId) -> None:
    """It is as it was."""
    repository.change_external(session, calendar_id, _read_well(session, calendar_id))


def note_copy(
    session: WriteSession,
    calendar_id: ExternalCalendarId,
    known: Known,
    times: Sequence[OutsideTime | OutsideDates],
) -> None:
    """It was read: these times are not offered any more, and those before are. The person is locked before the
    calendar, as whoever sets hours does."""
    row = repository.external_to_read(session, calendar_id)
    if row is None:
        return
    lock_people(session, row.user_id)
    if repository.lock_external(session, calendar_id) is None:
        return
    values = {"copied_at": session.now, "etag": known.etag, "last_modified": known.last_modified}
    repository.change_external(session, calendar_id, _read_well(session, calendar_id) | values)
    repository.replace_busy(session, calendar_id, [_row(calendar_id, *each) for each in enumerate(times)])
    session.publish(AvailabilityChanged(row.user_id))


def note_failure(session: WriteSession, calendar_id: ExternalCalendarId, reason: str, pause: timedelta) -> None:
    """It could not be read; the last good copy stays. The more often in a row, the later it is tried again."""
    row = repository.lock_external(session, calendar_id)
    if row is None:
        return
    failures = row.failures + 1
    wait = max(pause, read_again_after(failures))
    values = {"tried_at": session.now, "failures": failures, "failure": reason, "due_at": session.now + wait}
    repository.change_external(session, calendar_id, values)


def _read_well(session: WriteSession, calendar_id: ExternalCalendarId) -> dict[str, Any]:
    """Each calendar has its own minute, so that after an outage not all are read at once for ever."""
    own = timedelta(seconds=crc32(calendar_id.encode()) % 600)
    due = session.now + READ_EVERY - timedelta(minutes=5) + own
    return {"tried_at": session.now, "fetched_at": session.now, "failures": 0, "failure": None, "due_at": due}


def _row(calendar_id: ExternalCalendarId, position: int, taken: OutsideTime | OutsideDates) -> dict[str, Any]:
    row: dict[str, Any] = {"calendar_id": calendar_id, "position": position}
    if isinstance(taken, OutsideTime):
        dates = {"first_day": None, "end_day": None, "zone": None}
        return row | dates | {"starts_at": taken.time.start, "ends_at": taken.time.end}
    return row | {
        "first_day": taken.first.isoformat(),
        "end_day": taken.end.isoformat(),
        "zone": taken.zone,
        "starts_at": datetime.combine(taken.first, time(), UTC) - _WIDEST,
        "ends_at": datetime.combine(taken.end, time(), UTC) + _WIDEST,
    }


def shown(facts: ExternalFacts, now: datetime) -> ExternalCalendar:
    """The calendar as its owner sees it."""
    age = None if facts.fetched_at is None else now - facts.fetched_at
    failure = _failure(facts)
    return ExternalCalendar(
        id=facts.id,
        name=facts.name,
        host=facts.host,
        fetched_at=facts.fetched_at,
        age_minutes=None if age is None else age // timedelta(minutes=1),
        is_stale=age is None or age > STALE_AFTER,
        text=" ".join(filter(None, (age_in_words(age), failure.text if failure else ""))),
        failure=failure,
        next_read_at=facts.due_at,
        created_at=facts.created_at,
    )


def _failure(facts: ExternalFacts) -> CalendarFailure | None:
    if facts.failure is None or facts.tried_at is None:
        return None
    text = FAILURES[Unread(facts.failure)]
    return CalendarFailure(reason=facts.failure, text=text, tried_at=facts.tried_at, times=facts.failures)


def outside_times(session: ReadSession, user_ids: Collection[UserId]) -> dict[UserId, list[OutsideTime | OutsideDates]]:
    """What these people have elsewhere from now on."""
    found: dict[UserId, list[OutsideTime | OutsideDates]] = {}
    for user_id, taken in repository.outside_times(session, user_ids, session.now, session.now + _REACH):
        found.setdefault(user_id, []).append(taken)
    return found
