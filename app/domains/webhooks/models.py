"""The inbox."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class InboxEvent(Base):
    """A genuine delivery, once per provider and event id, kept for thirty days. Of its bytes, which tell of people who
    may leave meanwhile, only the SHA-256 is kept."""

    __tablename__ = "inbox_events"
    __table_args__ = (Index("ix_inbox_events_received_at", "received_at"),)

    provider: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    body: Mapped[bytes]
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]
