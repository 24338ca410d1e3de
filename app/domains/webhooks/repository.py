"""SQL of the inbox."""

import hashlib
from datetime import datetime

from sqlalchemy import delete, update

from app.db.session import WriteSession
from app.db.upsert import insert_or_skip
from app.domains.webhooks.models import InboxEvent


def insert(session: WriteSession, *, provider: str, event_id: str, kind: str, body: bytes) -> bool:
    """False when this event is in the inbox already."""
    event = {"provider": provider, "event_id": event_id, "kind": kind, "body": hashlib.sha256(body).digest()}
    return insert_or_skip(session, InboxEvent, event | {"received_at": session.now}) == 1


def mark_processed(session: WriteSession, provider: str, event_id: str) -> None:
    session.change(
        update(InboxEvent)
        .where(InboxEvent.provider == provider, InboxEvent.event_id == event_id)
        .values(processed_at=session.now)
    )


def delete_before(session: WriteSession, moment: datetime) -> int:
    return session.change(delete(InboxEvent).where(InboxEvent.received_at < moment))
