"""Bodies of the availability API."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.domains.calendar.types import (
    Availability,
    DateOverride,
    ExternalCalendarIdField,
    OpeningHours,
    OwnRules,
    WeeklyHours,
)
from app.domains.users.types import NameField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant
from app.edge.timezones import TimezoneField

WallTime = Annotated[str, StringConstraints(pattern=r"^(?:([01][0-9]|2[0-3]):[0-5][05]|24:00)$")]


def _parse_date(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        found = date.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.isoformat() != value:
        raise PydanticCustomError("calendar_date", "must be a date such as 2026-12-24")
    return found


CalendarDate = Annotated[
    date, BeforeValidator(_parse_date), WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-12-24"]})
]
"""A date without a zone, YYYY-MM-DD: whose calendar it is of is said where it is used."""

_WINDOW: dict[str, Any] = {"weekday": 1, "start": "09:00", "end": "17:00"}
_HOURS = {"start": "10:00", "end": "14:00"}
_PAUSE = {"through": "2026-12-31"}
_RULES: dict[str, Any] = {
    "buffer_before_minutes": 0,
    "notice_minutes": 1440,
    "horizon_days": 21,
    "step_minutes": 30,
    "max_per_day": 4,
    "max_per_week": None,
    "week_start": 1,
    "pause": None,
}
_FAILURE: dict[str, Any] = {
    "reason": "unreachable",
    "text": "The server did not answer as it should.",
    "tried_at": "2026-12-01T08:45:00Z",
    "times": 2,
}
_EXTERNAL: dict[str, Any] = {
    "id": "cal_01kbq2z7m8e6h9s0t3v5x7y9zk",
    "name": "Private",
    "host": "calendar.example.com",
    "fetched_at": "2026-12-01T07:00:00Z",
    "age_minutes": 120,
    "is_stale": True,
    "text": "Read 2 hours ago. The server did not answer as it should.",
    "failure": _FAILURE,
    "next_read_at": "2026-12-01T09:15:00Z",
    "created_at": "2026-11-01T09:00:00Z",
}
_DATE = {"date": "2026-12-24", "windows": [_HOURS]}


class AvailabilityWindow(ApiModel):
    """Hours that come back every week, by the wall clock of the teacher's zone."""

    model_config = ConfigDict(json_schema_extra=example("Mondays", _WINDOW))

    weekday: int = Field(ge=0, le=6, description="The day on which the window starts; 0 is Sunday.")
    start: WallTime = Field(description="HH:MM on a five-minute grid.")
    end: WallTime = Field(description="HH:MM; before the start it is on the next day. 24:00 is the end of the day.")


class Pause(ApiModel):
    """A time in which nothing can be booked; what is booked stays booked."""

    model_config = ConfigDict(json_schema_extra=example("Until the new year", _PAUSE))

    through: CalendarDate | None = Field(
        None, description="The last date of the pause, in the teacher's zone; null until it is taken back."
    )


class AvailabilityBody(ApiModel):
    """A teacher's whole week and the rules around it. A PUT replaces all of it; what is left out is as by default."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Tokyo", {"timezone": "Asia/Tokyo", "buffer_minutes": 15, "windows": [_WINDOW]} | _RULES
        )
    )

    timezone: TimezoneField = Field(
        description="IANA zone that the windows are meant in; they follow its clock changes."
    )
    buffer_minutes: int = Field(ge=0, le=60, multiple_of=5, description="Pause after each session, 0 to 60 minutes.")
    windows: list[AvailabilityWindow] = Field(
        max_length=50, description="At least 15 minutes each, without overlaps. An empty list closes the calendar."
    )
    buffer_before_minutes: int = Field(
        0, ge=0, le=60, multiple_of=5, description="Pause before each session, 0 to 60 minutes, added to the one after."
    )
    notice_minutes: int | None = Field(
        None,
        ge=0,
        le=20_160,
        description="How long before its start a session can be booked; null: as the house has it.",
    )
    horizon_days: int | None = Field(
        None,
        ge=1,
        le=365,
        description="How many dates ahead can be booked; null: as the house has it, the most there is.",
    )
    step_minutes: int | None = Field(
        None, ge=5, le=240, multiple_of=5, description="Starts lie so far apart; null: as long as a session lasts."
    )
    max_per_day: int | None = Field(None, ge=1, le=50, description="Sessions on one date at most; null: no limit.")
    max_per_week: int | None = Field(None, ge=1, le=200, description="Sessions in one week at most; null: no limit.")
    week_start: int = Field(1, ge=0, le=6, description="The weekday with which a week begins for its limit; 0: Sunday.")
    pause: Pause | None = Field(None, description="Nothing can be booked for the time being; null: something can.")

    @property
    def offered(self) -> Availability:
        """Raises `InvalidWindow`."""
        week = tuple(WeeklyHours(each.weekday, OpeningHours.from_wall(each.start, each.end)) for each in self.windows)
        own = OwnRules(
            buffer_before_minutes=self.buffer_before_minutes,
            notice_minutes=self.notice_minutes,
            horizon_days=self.horizon_days,
            step_minutes=self.step_minutes,
            max_per_day=self.max_per_day,
            max_per_week=self.max_per_week,
            week_start=self.week_start,
            is_paused=self.pause is not None,
            paused_through=self.pause.through if self.pause else None,
        )
        return Availability(self.timezone, self.buffer_minutes, week, own)

    @classmethod
    def of(cls, offered: Availability) -> Self:
        own = offered.own
        return cls(
            timezone=offered.timezone,
            buffer_minutes=offered.buffer_minutes,
            windows=[
                AvailabilityWindow(weekday=each.weekday, start=_start(each.hours), end=_end(each.hours))
                for each in offered.windows
            ],
            buffer_before_minutes=own.buffer_before_minutes,
            notice_minutes=own.notice_minutes,
            horizon_days=own.horizon_days,
            step_minutes=own.step_minutes,
            max_per_day=own.max_per_day,
            max_per_week=own.max_per_week,
            week_start=own.week_start,
            pause=Pause(through=own.paused_through) if own.is_paused else None,
        )


class DateWindow(ApiModel):
    """Hours of one date."""

    model_config = ConfigDict(json_schema_extra=example("Morning", _HOURS))

    start: WallTime = Field(description="HH:MM on a five-minute grid.")
    end: WallTime = Field(
        description="HH:MM; before the start it is on the next date, unless that has hours of its own. 24:00 is midnight."
    )


class DateHoursBody(ApiModel):
    """The hours of a date in place of those of the week."""

    model_config = ConfigDict(json_schema_extra=example("A short day", {"windows": [_HOURS]}))

    windows: list[DateWindow] = Field(
        max_length=20, description="At least 15 minutes each, without overlaps. An empty list: closed on that date."
    )

    @property
    def hours(self) -> list[OpeningHours]:
        """Raises `InvalidWindow`."""
        return [OpeningHours.from_wall(each.start, each.end) for each in self.windows]


class DateHours(ApiModel):
    """A date that has hours of its own. Nothing of the week's hours holds on it, nor what runs in from the night
    before."""

    model_config = ConfigDict(json_schema_extra=example("Christmas Eve", _DATE))

    date: CalendarDate = Field(description="In the zone of the teacher's availability.")
    windows: list[DateWindow] = Field(description="In order; an empty list: closed.")

    @classmethod
    def of(cls, override: DateOverride) -> Self:
        windows = [DateWindow(start=_start(hours), end=_end(hours)) for hours in override.hours]
        return cls(date=override.day, windows=windows)


class ExternalCalendarBody(ApiModel):
    """A calendar elsewhere whose busy times are not to be offered."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Private calendar",
            {"name": "Private", "url": "https://calendar.example.com/calendar/ical/tara/private-5f0c9f1e/basic.ics"},
        )
    )

    name: NameField = Field(description="What the caller calls it, 2 to 100 characters; nobody else sees it.")
    url: str = Field(
        max_length=2000,
        description="Its secret iCal address, https:// or webcal://. It is never shown again.",
    )


class CalendarFailure(ApiModel):
    """Why a calendar could not be read the last time."""

    model_config = ConfigDict(json_schema_extra=example("Away", _FAILURE))

    reason: str = Field(
        description="address, unreachable, refused, too_large, too_slow, not_a_calendar or too_much; more may come."
    )
    text: str = Field(description="The same in words, to be shown as it is.")
    tried_at: Instant = Field(description="When that was.")
    times: int = Field(description="How often in a row.")


class ExternalCalendar(ApiModel):
    """A calendar elsewhere: busy times in it are not offered. Those of the last good copy count, however old it is."""

    model_config = ConfigDict(json_schema_extra=example("Private calendar", _EXTERNAL))

    id: ExternalCalendarIdField = Field(description="The calendar's id.")
    name: str = Field(description="What the caller calls it.")
    host: str = Field(description="Where it is; the rest of its address is a secret.")
    fetched_at: Instant | None = Field(description="When it was last read well; null before the first time.")
    age_minutes: int | None = Field(description="How many whole minutes ago that was.")
    is_stale: bool = Field(description="Whether it should have been read again since; then it may have changed unseen.")
    text: str = Field(description="How current it is in words, to be shown as it is.")
    failure: CalendarFailure | None = Field(description="Why it could not be read since; null where it could.")
    next_read_at: Instant = Field(description="When it is to be read again.")
    created_at: Instant = Field(description="When it was added.")


class ExternalCalendars(ApiModel):
    """The calendars elsewhere that the caller added."""

    model_config = ConfigDict(json_schema_extra=example("One", {"items": [_EXTERNAL], "most": 5}))

    items: list[ExternalCalendar] = Field(description="The first one added first.")
    most: int = Field(description="How many there can be.")


class DateHoursList(ApiModel):
    """All dates from today on that have hours of their own."""

    model_config = ConfigDict(json_schema_extra=example("One", {"items": [_DATE]}))

    items: list[DateHours] = Field(description="By date; at most two years ahead.")

    @classmethod
    def of(cls, overrides: Iterable[DateOverride]) -> Self:
        return cls(items=[DateHours.of(each) for each in overrides])


def _start(hours: OpeningHours) -> str:
    return _wall(hours.start_minute)


def _end(hours: OpeningHours) -> str:
    return _wall(hours.end_minute)


def _wall(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
