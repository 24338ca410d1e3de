"""Tables of the outbox and its schedules."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.db.types import JsonValue


class JobState(StrEnum):
    """queued → running → done, or dead after the last attempt. A lease that ran out makes a job claimable again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


_WAITING = text("state IN ('queued', 'running')")


class Job(Stamped, Base):
    """One effect to be carried out at least once. Payloads hold ids, never personal data."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(one_of("state", JobState), name="state"),
        Index("ix_jobs_claim", "run_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    dedupe_key: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=JobState.QUEUED)
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    token: Mapped[str | None]
    last_error: Mapped[str | None]
    finished_at: Mapped[datetime | None]


class ScheduleTick(Base):
    """When each schedule last enqueued its job; moved forward in the same transaction."""

    __tablename__ = "schedule_ticks"

    name: Mapped[str] = mapped_column(primary_key=True)
    last_at: Mapped[datetime]
