"""The inbox."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class InboxEvent(Base):
    """A genuine delivery, once per provider and event id. The raw bytes are kept for thirty days; of mail events, which
    name an address, and of events of connected accounts, which tell of a person, only their SHA-256."""

    __tablename__ = "inbox_events"
    __table_args__ = (Index("ix_inbox_events_received_at", "received_at"),)

    provider: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    body: Mapped[bytes]
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]
