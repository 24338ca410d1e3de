"""SQL of the audit log."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.domains.audit.models import AuditEntry
from app.domains.audit.types import AuditFilter


def add(session: WriteSession, values: dict[str, Any]) -> None:
    session.change(insert(AuditEntry).values(values | {"created_at": session.now}))


def page(session: ReadSession, wanted: AuditFilter, *, before: Moment | None, limit: int) -> list[AuditEntry]:
    """Newest first."""
    statement = select(AuditEntry).where(*_conditions(wanted))
    return list(session.scalars(page_after(statement, AuditEntry.created_at, AuditEntry.id, place=before, limit=limit)))


def _conditions(wanted: AuditFilter) -> Iterator[ColumnElement[bool]]:
    for name in ("actor_id", "subject_type", "subject_id", "action"):
        value = getattr(wanted, name)
        if value is not None:
            yield getattr(AuditEntry, name) == value
    if wanted.since is not None:
        yield AuditEntry.created_at >= wanted.since
    if wanted.until is not None:
        yield AuditEntry.created_at < wanted.until


def export_rows(session: ReadSession, user_id: str) -> list[Plain]:
    """What the person did and what was done to them, without what it says of others."""
    is_subject = (AuditEntry.subject_type == "user") & (AuditEntry.subject_id == user_id)
    statement = select(AuditEntry.created_at, AuditEntry.action, (AuditEntry.actor_id == user_id).label("was_own_act"))
    return plain_rows(
        session,
        statement.where(or_(is_subject, AuditEntry.actor_id == user_id)).order_by(
            AuditEntry.created_at.desc(), AuditEntry.id
        ),
    )
