"""Tables of availability, and the guard row that serialises everything that takes a person's time."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import JsonValue
from app.domains.calendar.types import ExternalCalendarId
from app.domains.users.types import UserId


class AvailabilityWindow(Base):
    """A weekly window in the teacher's own zone. 0 is Sunday; an end before the start runs past midnight."""

    __tablename__ = "availability_windows"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("start_minute BETWEEN 0 AND 1435 AND start_minute % 5 = 0", name="start"),
        CheckConstraint("end_minute BETWEEN 5 AND 1440 AND end_minute % 5 = 0", name="end"),
    )

    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    start_minute: Mapped[int] = mapped_column(primary_key=True)
    end_minute: Mapped[int]


class AvailabilityProfile(Base):
    """The zone the windows are meant in, and the pause between two sessions."""

    __tablename__ = "availability_profiles"
    __table_args__ = (CheckConstraint("buffer_minutes BETWEEN 0 AND 60 AND buffer_minutes % 5 = 0", name="buffer"),)

    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    timezone: Mapped[str]
    buffer_minutes: Mapped[int]
    updated_at: Mapped[datetime]


class AvailabilityRule(Base):
    """What a teacher wants otherwise than the house; null is as the house has it, or no limit. A row of its own beside
    the profile, so that the release before can still write profiles."""

    __tablename__ = "availability_rules"
    __table_args__ = (
        CheckConstraint("buffer_before_minutes BETWEEN 0 AND 60 AND buffer_before_minutes % 5 = 0", name="buffer"),
        CheckConstraint("step_minutes BETWEEN 5 AND 240 AND step_minutes % 5 = 0", name="step"),
        CheckConstraint("week_start BETWEEN 0 AND 6", name="week_start"),
    )

    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    buffer_before_minutes: Mapped[int]
    notice_minutes: Mapped[int | None]
    horizon_days: Mapped[int | None]
    step_minutes: Mapped[int | None]
    max_per_day: Mapped[int | None]
    max_per_week: Mapped[int | None]
    week_start: Mapped[int]
    is_paused: Mapped[bool]
    paused_through: Mapped[str | None]  # an ISO date of the teacher's zone


class AvailabilityOverride(Base):
    """The hours of one date in place of the week's. `day` is an ISO date; `hours` are pairs of minutes, none:
    closed."""

    __tablename__ = "availability_overrides"

    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    hours: Mapped[list[list[int]]] = mapped_column(JsonValue)


class ExternalCalendar(Base):
    """The address of a calendar elsewhere whose busy times are not offered. Whoever has the address may read all of it:
    it is a secret. The busy times are those of the last good copy, whatever failed since."""

    __tablename__ = "external_calendars"
    __table_args__ = (
        UniqueConstraint("user_id", "url"),
        Index("ix_external_calendars_due_at", "due_at"),
    )

    id: Mapped[ExternalCalendarId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    url: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]  # when it is to be read again
    tried_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]  # when it was last read well, changed or not
    copied_at: Mapped[datetime | None]  # when the busy times were taken from it
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    failures: Mapped[int]  # in a row
    failure: Mapped[str | None]


class ExternalBusy(Base):
    """Time taken in an external calendar. Of whole dates, `starts_at` and `ends_at` are as wide as any zone makes them;
    `zone` null is the teacher's."""

    __tablename__ = "external_busy"

    calendar_id: Mapped[ExternalCalendarId] = mapped_column(ForeignKey("external_calendars.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    first_day: Mapped[str | None]
    end_day: Mapped[str | None]
    zone: Mapped[str | None]


class PersonGuard(Base):
    """One row per person, updated first by whatever takes that person's time: the lock."""

    __tablename__ = "person_guards"

    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    revision: Mapped[int]


class TakenCell(Base):
    """Five minutes of one person's time, taken by one session. The primary key is what makes a double booking
    impossible on either database, whatever the code above it does."""

    __tablename__ = "taken_cells"
    __table_args__ = (Index("ix_taken_cells_owner", "owner_id"),)

    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    cell: Mapped[int] = mapped_column(primary_key=True)  # five-minute periods since 1970
    owner_id: Mapped[str]
