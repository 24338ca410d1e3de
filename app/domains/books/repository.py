"""SQL of findings and cursors."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.books.models import ReconciliationCursor, ReconciliationFinding
from app.domains.books.types import FindingId, FindingStatus


def see(session: WriteSession, fingerprint: str, values: dict[str, Any], *, finding_id: str) -> bool:
    """Write a finding down; False when it was found before, then it is seen again."""
    fresh = {"id": finding_id, "fingerprint": fingerprint, "found_at": session.now, "seen_at": session.now}
    if insert_or_skip(session, ReconciliationFinding, fresh | values):
        return True
    statement = update(ReconciliationFinding).where(ReconciliationFinding.fingerprint == fingerprint)
    session.change(statement.values(values | {"seen_at": session.now, "resolved_at": None}))
    return False


def finding(session: ReadSession, finding_id: FindingId) -> ReconciliationFinding | None:
    return session.get(ReconciliationFinding, finding_id, populate_existing=True)


def resolve(session: WriteSession, finding_id: FindingId) -> bool:
    """False when it was gone before."""
    is_open = ReconciliationFinding.resolved_at.is_(None)
    statement = update(ReconciliationFinding).where(ReconciliationFinding.id == finding_id, is_open)
    return session.change(statement.values(resolved_at=session.now)) == 1


def moments(session: ReadSession) -> dict[str, datetime]:
    """When that moved which findings are about."""
    statement = select(ReconciliationFinding.id, ReconciliationFinding.moved_at)
    rows = session.execute(statement.where(ReconciliationFinding.moved_at.is_not(None)))
    return {finding_id: moved_at for finding_id, moved_at in rows if moved_at}


def resolve_others(session: WriteSession, seen: Collection[str]) -> int:
    """What is not found any more is gone."""
    statement = update(ReconciliationFinding).where(
        ReconciliationFinding.resolved_at.is_(None), ReconciliationFinding.fingerprint.not_in(seen)
    )
    return session.change(statement.values(resolved_at=session.now))


def page(
    session: ReadSession, *, status: FindingStatus | None, before: Moment | None, limit: int | None
) -> list[ReconciliationFinding]:
    """Newest first."""
    statement = select(ReconciliationFinding)
    if status is not None:
        gone = ReconciliationFinding.resolved_at
        statement = statement.where(gone.is_(None) if status is FindingStatus.OPEN else gone.is_not(None))
    keys = (ReconciliationFinding.found_at, ReconciliationFinding.id)
    return list(session.scalars(page_after(statement, *keys, place=before, limit=limit)))


def read_until(session: ReadSession, name: str) -> datetime | None:
    statement = select(ReconciliationCursor.read_until).where(ReconciliationCursor.name == name)
    return session.scalar(statement)


def move_cursor(session: WriteSession, name: str, read_until: datetime) -> None:
    """Only forward."""
    insert_or_skip(session, ReconciliationCursor, {"name": name, "read_until": read_until})
    statement = update(ReconciliationCursor).where(
        ReconciliationCursor.name == name, ReconciliationCursor.read_until < read_until
    )
    session.change(statement.values(read_until=read_until))
