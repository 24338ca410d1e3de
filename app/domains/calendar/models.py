"""Tables of availability, and the guard row that serialises everything that takes a person's time."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
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
