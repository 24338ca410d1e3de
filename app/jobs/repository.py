"""SQL of the outbox. One statement serves both databases; SQLite's write lock stands in for SKIP LOCKED."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.jobs.models import Job, JobState, ScheduleTick


def insert_job(
    session: WriteSession, *, kind: str, payload: dict[str, Any], dedupe_key: str | None, run_at: datetime
) -> None:
    insert_or_skip(
        session,
        Job,
        {
            "id": new_id("job"),
            "kind": kind,
            "payload": payload,
            "dedupe_key": dedupe_key,
            "state": JobState.QUEUED,
            "run_at": run_at,
            "attempts": 0,
            "created_at": session.now,
        },
    )


def hold_queued(session: WriteSession, kind: str, *, by: datetime) -> bool:
    """Whether a job of this kind is queued that is due by then; `claim` passes it over until this transaction ends."""
    queued = select(Job.id).where(Job.kind == kind, Job.state == JobState.QUEUED, Job.run_at <= by).limit(1)
    return session.scalar(queued.with_for_update(read=True, key_share=True)) is not None


def claim(session: WriteSession, *, leases: Mapping[str, timedelta], token: str, limit: int) -> list[Job]:
    """Take up to `limit` due jobs of these kinds, each for as long as its kind says: queued ones, and running ones
    whose lease ran out (their worker died)."""
    if limit <= 0:
        return []
    due = (
        select(Job.id, Job.kind)
        .where(
            Job.kind.in_(list(leases)),
            Job.run_at <= session.now,
            or_(Job.state == JobState.QUEUED, (Job.state == JobState.RUNNING) & (Job.lease_until < session.now)),
        )
        .order_by(Job.run_at, Job.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken: dict[timedelta, list[str]] = {}
    for job_id, kind in session.execute(due):
        taken.setdefault(leases[kind], []).append(job_id)
    for lease, ids in taken.items():
        _lease(session, ids, token=token, until=session.now + lease)
    ids = [job_id for together in taken.values() for job_id in together]
    return list(session.scalars(select(Job).where(Job.id.in_(ids)).order_by(Job.run_at, Job.id))) if ids else []


def _lease(session: WriteSession, ids: list[str], *, token: str, until: datetime) -> None:
    session.change(
        update(Job)
        .where(Job.id.in_(ids))
        .values(state=JobState.RUNNING, token=token, lease_until=until, attempts=Job.attempts + 1)
    )


def finish(session: WriteSession, job_id: str, token: str) -> bool:
    """Mark the job done if this worker still holds it."""
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.token == token, Job.state == JobState.RUNNING)
        .values(state=JobState.DONE, token=None, lease_until=None, finished_at=session.now, last_error=None)
    )
    return session.change(statement) == 1


def postpone(session: WriteSession, job_id: str, token: str, *, state: JobState, run_at: datetime, error: str) -> None:
    """Give the job back for a later attempt, or bury it. Only by the worker that still holds it."""
    session.change(
        update(Job)
        .where(Job.id == job_id, Job.token == token, Job.state == JobState.RUNNING)
        .values(state=state, run_at=run_at, token=None, lease_until=None, last_error=error)
    )


def requeue(session: WriteSession, job_id: str) -> bool:
    """Give a buried job another life; false when there is no buried job of that id."""
    statement = update(Job).where(Job.id == job_id, Job.state == JobState.DEAD)
    return session.change(statement.values(state=JobState.QUEUED, attempts=0, run_at=session.now)) == 1


def buried(session: ReadSession, limit: int) -> list[tuple[str, str, str | None]]:
    """Id, kind and last error of jobs that need a person, newest first."""
    statement = select(Job.id, Job.kind, Job.last_error).where(Job.state == JobState.DEAD)
    return [
        (job_id, kind, error) for job_id, kind, error in session.execute(statement.order_by(Job.id.desc()).limit(limit))
    ]


def count_by_state(session: ReadSession) -> dict[str, int]:
    rows = session.execute(select(Job.state, func.count()).group_by(Job.state))
    return {state: count for state, count in rows}  # noqa: C416 - a Row is no pair to the type checker


def delete_finished(session: WriteSession, *, before: datetime) -> int:
    return session.change(delete(Job).where(Job.state == JobState.DONE, Job.finished_at < before))


def delete_buried(session: WriteSession, kind: str) -> None:
    session.change(delete(Job).where(Job.kind == kind, Job.state == JobState.DEAD))


def due_ticks(session: ReadSession, periods: Mapping[str, timedelta]) -> list[str]:
    """The schedules whose time has come, by one look: a runner asks each second, and mostly nothing is due."""
    rows = session.execute(select(ScheduleTick.name, ScheduleTick.last_at))
    last = {name: last_at for name, last_at in rows}  # noqa: C416 - a Row is no pair to the type checker
    # a tick in the future was made before the clock was set back: it must not silence the schedule
    return [
        name
        for name, every in periods.items()
        if name not in last or not session.now - every < last[name] <= session.now
    ]


def advance_tick(session: WriteSession, name: str, *, every: timedelta) -> bool:
    """Move a schedule forward if its time has come; only one caller per period gets True."""
    insert_or_skip(session, ScheduleTick, {"name": name, "last_at": session.now - every})
    statement = (
        update(ScheduleTick)
        .where(
            ScheduleTick.name == name,
            or_(ScheduleTick.last_at <= session.now - every, ScheduleTick.last_at > session.now),
        )
        .values(last_at=session.now)
    )
    return session.change(statement) == 1
