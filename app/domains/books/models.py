"""Tables of checking the books."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Cents, JsonValue
from app.domains.books.types import FindingId


class ReconciliationFinding(Base):
    """A difference between our books and those of the payment service. It is found once, seen again each night, and
    resolved when it is gone. What drifts is an open set: no CHECK."""

    __tablename__ = "reconciliation_findings"
    __table_args__ = (Index("ix_reconciliation_findings_found_at", "found_at", "id"),)

    id: Mapped[FindingId] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    move: Mapped[str]
    drift: Mapped[str]
    subject: Mapped[str]
    ours_cents: Mapped[int] = mapped_column(Cents)
    theirs_cents: Mapped[int] = mapped_column(Cents)
    currency: Mapped[str]
    sentence: Mapped[str]
    proposal: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)
    moved_at: Mapped[datetime | None]  # when the newest of what it is about moved; none of the whole balance
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


class ReconciliationCursor(Base):
    """Up to when something was read, by its name."""

    __tablename__ = "reconciliation_cursors"

    name: Mapped[str] = mapped_column(primary_key=True)
    read_until: Mapped[datetime]
