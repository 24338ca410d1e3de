"""The table of audit entries. Triggers refuse UPDATE and DELETE."""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.append_only import APPEND_ONLY
from app.db.base import Base, Stamped
from app.db.types import JsonValue
from app.domains.audit.types import AuditEntryId


class AuditEntry(Stamped, Base):
    """One change. No foreign keys: an entry outlives what it speaks of."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_created_at", "created_at", "id"),
        Index("ix_audit_entries_subject", "subject_type", "subject_id", "created_at"),
        Index("ix_audit_entries_actor_id", "actor_id", "created_at"),
        APPEND_ONLY,
    )

    id: Mapped[AuditEntryId] = mapped_column(primary_key=True)
    actor_id: Mapped[str | None]
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    after: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    reason: Mapped[str | None]
