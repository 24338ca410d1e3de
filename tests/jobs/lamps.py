"""Jobs that light lamps. How often a lamp was lit is counted in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.db.database import Database
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_bump
from app.edge.idempotency import StoredAnswer
from app.jobs.kinds import JobKind, JobPayload
from app.jobs.models import Job
from app.jobs.registry import JobContext


class Room(JobPayload):
    room: str


class Nothing(JobPayload):
    pass


LIGHT = JobKind("lamps.light", Room, max_attempts=3, lease_s=60)
CHECK = JobKind("lamps.check", Nothing)


def note_lit(session: WriteSession, room: str) -> None:
    row = {"scope": "lit", "key": room, "request_hash": "", "status": 1, "body": "", "created_at": session.now}
    insert_or_bump(session, StoredAnswer, row, keys=("scope", "key"), counter="status")


async def light(context: JobContext, payload: Room) -> None:
    """The handler most tests use."""
    await context.apply(note_lit, payload.room)


def lit(session: ReadSession) -> dict[str, int]:
    """How often each lamp was lit."""
    return {row.key: row.status for row in session.scalars(select(StoredAnswer))}


def enqueue(session: WriteSession, /, *rooms: str, **options: Any) -> None:
    for room in rooms:
        LIGHT.enqueue(session, Room(room=room), **options)


def jobs(session: ReadSession) -> list[Job]:
    return list(session.scalars(select(Job).order_by(Job.id)))


async def only_job(db: Database) -> Job:
    (job,) = await db.read(jobs)
    return job


async def state_of(db: Database) -> tuple[str, int, datetime]:
    job = await only_job(db)
    return job.state, job.attempts, job.run_at
