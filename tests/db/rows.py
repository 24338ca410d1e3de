"""Small units of work on the jobs table, which has no parents and a counter."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.jobs.models import Job


def job(job_id: str, now: datetime, **values: Any) -> dict[str, Any]:
    base = {"id": job_id, "kind": "lamp", "payload": {}, "state": "queued", "attempts": 0}
    return base | {"run_at": now, "created_at": now} | values


def insert(session: WriteSession, job_id: str, /, **values: Any) -> int:
    return insert_or_skip(session, Job, job(job_id, session.now, **values))


def count(session: ReadSession) -> int:
    return session.scalar(select(func.count()).select_from(Job)) or 0


def attempts(session: ReadSession, job_id: str) -> int | None:
    return session.scalar(select(Job.attempts).where(Job.id == job_id))


def set_attempts(session: WriteSession, job_id: str, value: int) -> None:
    session.change(update(Job).where(Job.id == job_id).values(attempts=value))


def increment(session: WriteSession, job_id: str) -> None:
    """Read, decide, write, as a careless unit would; the row is locked first, as every unit must."""
    held = session.scalar(select(Job.attempts).where(Job.id == job_id).with_for_update())
    assert held is not None
    set_attempts(session, job_id, held + 1)
