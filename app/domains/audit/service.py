"""The audit log: written in the transaction of the change itself, so that neither exists without the other."""

from dataclasses import dataclass
from typing import Any

from app.core.ids import new_id
from app.db.export import Plain
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.audit import repository
from app.domains.audit.models import AuditEntry
from app.domains.audit.types import AuditFilter


@dataclass(frozen=True, slots=True)
class Change:
    """What happened: `action` in the form `user.suspended`, to whom or what, and how it was before and after."""

    action: str
    subject_type: str
    subject_id: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reason: str | None = None


def record(session: WriteSession, actor_id: str | None, change: Change) -> None:
    """Add an entry. Without an actor it was the service itself."""
    repository.add(
        session,
        {
            "id": new_id("aud"),
            "actor_id": actor_id,
            "action": change.action,
            "subject_type": change.subject_type,
            "subject_id": change.subject_id,
            "before": change.before,
            "after": change.after,
            "reason": change.reason,
        },
    )


def list_entries(session: ReadSession, wanted: AuditFilter, *, before: Moment | None, limit: int) -> list[AuditEntry]:
    """Newest first."""
    return repository.page(session, wanted, before=before, limit=limit)


def export_of(session: ReadSession, user_id: str) -> list[Plain]:
    """What the person did and what was done to them, newest first."""
    return repository.export_rows(session, user_id)
