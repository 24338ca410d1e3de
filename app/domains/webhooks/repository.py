"""SQL of the inbox."""

from datetime import datetime

from sqlalchemy import delete, update

from app.db.session import WriteSession
from app.db.upsert import insert_or_skip
from app.domains.webhooks.models import InboxEvent


def insert(session: WriteSession, *, provider: str, event_id: str, kind: str, body: bytes) -> bool:
    """False when this event is in the inbox already."""
    row = {"provider": provider, "event_id": event_id, "kind": kind, "body": body, "received_at": session.now}
    return insert_or_skip(session, InboxEvent, row) == 1


def mark_processed(session: WriteSession, provider: str, event_id: str) -> None:
    session.change(
        update(InboxEvent)
        .where(InboxEvent.provider == provider, InboxEvent.event_id == event_id)
        .values(processed_at=session.now)
    )


def delete_before(session: WriteSession, moment: datetime) -> int:
    return session.change(delete(InboxEvent).where(InboxEvent.received_at < moment))
