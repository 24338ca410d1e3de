"""SQL of the audit log."""

from typing import Any

from sqlalchemy import insert

from app.db.session import WriteSession
from app.domains.audit.models import AuditEntry


def add(session: WriteSession, values: dict[str, Any]) -> None:
    session.change(insert(AuditEntry).values(values | {"created_at": session.now}))
