"""Values of the calendar: when a teacher is open, what takes time, what may be booked, what goes into a file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, NewType, Self

from app.core.ids import id_constraint
from app.domains.calendar.errors import DuplicateOverride, InvalidRange, InvalidRules, InvalidTimestamp, InvalidWindow
from app.jobs.kinds import JobKind, JobPayload

ExternalCalendarId = NewType("ExternalCalendarId", str)
ExternalCalendarIdField = Annotated[ExternalCalendarId, id_constraint("cal")]


class CalendarPayload(JobPayload):
    """Which external calendar."""

    calendar_id: ExternalCalendarId


READ_DUE_CALENDARS = JobKind("calendar.read_due", JobPayload)
READ_CALENDAR = JobKind("calendar.read", CalendarPayload, lease_s=90, at_once=2)

MINUTES_PER_DAY = 1440
_LONGEST_NOTICE_MIN = 366 * MINUTES_PER_DAY
_LONGEST_HORIZON_DAYS = 3660
_WALL_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")


def require_instant(value: datetime) -> datetime:
    """The value itself. Raises InvalidTimestamp where it has no offset: it is never guessed."""
    if value.tzinfo is None:
        raise InvalidTimestamp
    return value


@dataclass(frozen=True, slots=True)
class Period:
    """Half open: from `start` until just before `end`. Raises InvalidRange, InvalidTimestamp."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if require_instant(self.end) < require_instant(self.start):
            raise InvalidRange


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Hours by the wall clock in minutes after midnight; an end at or before the start lies on the next date.

    1440 is midnight at the end of the date. Raises InvalidWindow.
    """

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        possible = 0 <= self.start_minute < MINUTES_PER_DAY and 0 <= self.end_minute <= MINUTES_PER_DAY
        if not possible or self.start_minute == self.end_minute:
            raise InvalidWindow

    @classmethod
    def from_wall(cls, start: str, end: str) -> Self:
        """Of two times written HH:MM."""
        return cls(_minutes(start), _minutes(end))

    @property
    def until_minute(self) -> int:
        """The end in minutes after the midnight that the start is counted from; over 1440 on the next date."""
        overnight = self.end_minute < self.start_minute
        return self.end_minute + MINUTES_PER_DAY if overnight else self.end_minute


def _minutes(wall: str) -> int:
    if not _WALL_TIME.fullmatch(wall):
        raise InvalidWindow
    return int(wall[:2]) * 60 + int(wall[3:])


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours that start on every such weekday; 0 is Sunday. Raises InvalidWindow."""

    weekday: int
    hours: OpeningHours

    def __post_init__(self) -> None:
        if self.weekday not in range(7):
            raise InvalidWindow


@dataclass(frozen=True, slots=True)
class DateOverride:
    """The hours of one local date in place of the weekly ones. No hours: closed."""

    day: date
    hours: tuple[OpeningHours, ...] = ()


@dataclass(frozen=True, slots=True)
class AvailabilityRules:
    """When one teacher may be booked for sessions of one length. The defaults are those of the product.

    `zone` is the IANA zone of hours, overrides, horizon and limits. Slots start every `step_min` from the start of a
    window, by default back to back. `horizon_days` and the limits are counted by local dates; `week_start` 0 is Sunday.
    Hours that start on a date up to `paused_through` are not open, and nothing starts until that date is over.
    Raises InvalidRules, DuplicateOverride; the zone is checked on first use.
    """

    zone: str
    weekly: tuple[WeeklyHours, ...]
    overrides: tuple[DateOverride, ...] = ()
    duration_min: int = 60
    step_min: int | None = None
    buffer_before_min: int = 0
    buffer_after_min: int = 15
    notice_min: int = 120
    horizon_days: int = 28
    max_per_day: int | None = None
    max_per_week: int | None = None
    week_start: int = 1
    paused: bool = False
    paused_through: date | None = None

    def __post_init__(self) -> None:
        if not all(self._checks()):
            raise InvalidRules
        if len({override.day for override in self.overrides}) < len(self.overrides):
            raise DuplicateOverride

    def _checks(self) -> Iterator[bool]:
        yield 1 <= self.duration_min <= MINUTES_PER_DAY
        yield self.step_min is None or 1 <= self.step_min <= MINUTES_PER_DAY
        yield 0 <= self.buffer_before_min <= MINUTES_PER_DAY
        yield 0 <= self.buffer_after_min <= MINUTES_PER_DAY
        yield 0 <= self.notice_min <= _LONGEST_NOTICE_MIN
        yield 0 <= self.horizon_days <= _LONGEST_HORIZON_DAYS
        yield self.max_per_day is None or self.max_per_day >= 1
        yield self.max_per_week is None or self.max_per_week >= 1
        yield self.week_start in range(7)


@dataclass(frozen=True, slots=True)
class OwnRules:
    """What a teacher wants otherwise than the house. None: the house's notice and horizon, no limit, and starts that
    follow each other back to back. While paused nothing can be booked, with a date up to and with that local date."""

    buffer_before_minutes: int = 0
    notice_minutes: int | None = None
    horizon_days: int | None = None
    step_minutes: int | None = None
    max_per_day: int | None = None
    max_per_week: int | None = None
    week_start: int = 1
    is_paused: bool = False
    paused_through: date | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """The weekly hours of one teacher in the teacher's own zone, the pause after each session, and the other rules."""

    timezone: str
    buffer_minutes: int
    windows: tuple[WeeklyHours, ...] = ()
    own: OwnRules = OwnRules()


class SessionState(StrEnum):
    """What a session means for the time it asks for."""

    PENDING = "pending"
    HELD = "held"
    BOOKED = "booked"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class SessionTime:
    """The time of one session. `occupied` adds the buffers that were in force when it was booked.

    Raises InvalidTimestamp.
    """

    id: str
    time: Period
    occupied: Period
    state: SessionState = SessionState.BOOKED
    hold_expires_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.hold_expires_at is not None:
            require_instant(self.hold_expires_at)

    def blocks(self, now: datetime) -> bool:
        """Whether nobody else may have the time. A hold ends at the very instant it expires."""
        match self.state:
            case SessionState.BOOKED | SessionState.PENDING | SessionState.COMPLETED | SessionState.NO_SHOW:
                return True
            case SessionState.HELD:
                return self.hold_expires_at is None or now < self.hold_expires_at
            case SessionState.CANCELLED:
                return False


@dataclass(frozen=True, slots=True)
class OutsideTime:
    """Another engagement, from some other calendar. A transparent one, or one that lasts no time, blocks nothing."""

    time: Period
    transparent: bool = False


@dataclass(frozen=True, slots=True)
class OutsideDates:
    """The same for whole dates from `first` until the day before `end`, in `zone` or else in the teacher's."""

    first: date
    end: date
    zone: str | None = None
    transparent: bool = False


@dataclass(frozen=True, slots=True)
class Busy:
    """What takes time. All of it may come unsorted, overlapping and from outside the range that is asked for.

    `teaching` are the sessions the teacher gives, which also count for the limits; `attending` is all that the student
    has; `outside` is what else the teacher has, such as lessons taken from somebody else.
    """

    teaching: tuple[SessionTime, ...] = ()
    attending: tuple[SessionTime, ...] = ()
    outside: tuple[OutsideTime | OutsideDates, ...] = ()

    def without(self, session_id: str) -> Self:
        """The same, as if that session did not exist: for moving it."""
        return replace(
            self,
            teaching=tuple(session for session in self.teaching if session.id != session_id),
            attending=tuple(session for session in self.attending if session.id != session_id),
        )


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that may be booked, in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ExternalFacts:
    """A calendar elsewhere whose busy times are not offered. `host` is all of its address that may be shown.

    `fetched_at` is when it was last read well, `copied_at` when it last was another than before; `failure` is why it
    could not be read since, `failures` times in a row.
    """

    id: ExternalCalendarId
    name: str
    host: str
    created_at: datetime
    due_at: datetime
    tried_at: datetime | None
    fetched_at: datetime | None
    copied_at: datetime | None
    failures: int
    failure: str | None


class Refusal(StrEnum):
    """Why a start may not be booked."""

    PAUSED = "paused"
    IN_PAST = "in_past"
    NOTICE = "notice"
    HORIZON = "horizon"
    OUTSIDE_AVAILABILITY = "outside_availability"
    TEACHER_BUSY = "teacher_busy"
    STUDENT_BUSY = "student_busy"
    DAY_LIMIT = "day_limit"
    WEEK_LIMIT = "week_limit"


class EventStatus(StrEnum):
    """STATUS of RFC 5545 3.8.1.11."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Method(StrEnum):
    """What a mailed file asks of the reader's calendar (RFC 5546 3.2)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """A session as a calendar shows it.

    `uid` never changes and holds no personal data; `revision` rises with every visible change, or Google keeps the
    old one. The organizer is the platform's own address, the one that mails come from. `join_url` may be empty.
    """

    uid: str
    title: str
    description: str
    location: str
    join_url: str
    start: datetime
    end: datetime
    status: EventStatus
    revision: int
    created_at: datetime
    updated_at: datetime
    organizer: Mailbox
    attendees: tuple[Mailbox, ...]
    reminders_min: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """A calendar to subscribe to: what the reader calls it, and how often it may ask again."""

    name: str
    refresh_minutes: int = 60
