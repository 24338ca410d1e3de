"""Claims due jobs, runs them outside any transaction, and records what became of them.

A worker that dies leaves a lease that runs out, and the job is claimed again; a worker that is merely slow finds its
token replaced and its outcome is dropped. Handlers are therefore safe to run twice: remote calls carry the job's id.
"""

import asyncio
import logging
import secrets
from datetime import timedelta
from typing import Any

from app.core.errors import ProviderRejected
from app.core.logging import log_event
from app.db.database import Database
from app.db.session import ReadSession, WriteSession
from app.jobs import repository
from app.jobs.kinds import JobKind
from app.jobs.models import Job, JobState
from app.jobs.registry import JobContext, LeaseLost, Registry, Schedule

_BATCH = 8
_IDLE_POLL_S = 1.0
_LONGEST_PAUSE = timedelta(hours=1)
_KEEP_FINISHED = timedelta(days=7)

logger = logging.getLogger(__name__)


class WorkersDied(Exception):
    """Every attempt took its worker down with it, so that nobody could give the job back."""


class JobRunner:
    """Carries out jobs of one process. `run` is the background task; tests call `run_until_idle`."""

    def __init__(self, db: Database, registry: Registry, *, idle_poll_s: float = _IDLE_POLL_S) -> None:
        self._db = db
        self._registry = registry
        self._idle_poll_s = idle_poll_s
        self._stopping = asyncio.Event()
        self.last_turn_ok = True

    async def run(self) -> None:
        """Work until `stop`. A database that is away is waited for, not died of."""
        while not self._stopping.is_set():
            self._db.runner_wanted.clear()
            if not await self._turn():
                await self._rest()

    def stop(self) -> None:
        """Finish the jobs in hand, then return from `run`."""
        self._stopping.set()
        self._db.runner_wanted.set()

    async def run_until_idle(self) -> int:
        """Run everything that is due now, including what that enqueues; answer how many jobs ran."""
        ran = 0
        while batch := await self.run_once():
            ran += batch
        return ran

    async def run_once(self) -> int:
        """One turn: enqueue what the schedules owe, claim a batch, run it."""
        jobs = await self._db.write(_take, self._registry, secrets.token_hex(8))
        await asyncio.gather(*(self._run_job(job) for job in jobs))
        return len(jobs)

    async def _turn(self) -> int:
        try:
            ran = await self.run_once()
        except Exception:
            # The last resort of a loop that must outlive a database restart; the next turn tries again.
            logger.exception("jobs.turn_failed")
            self.last_turn_ok = False
            return 0
        self.last_turn_ok = True
        return ran

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._db.runner_wanted.wait(), self._idle_poll_s)
        except TimeoutError:
            return

    async def _run_job(self, job: Job) -> None:
        kind, handler = self._registry.handlers[job.kind]
        context = JobContext(self._db, job.id, job.token or "")
        try:
            if job.attempts > kind.max_attempts:
                raise WorkersDied  # noqa: TRY301 - buried below like every other failure
            await handler(context, kind.payload.model_validate(job.payload))
            if not context.is_finished:
                await context.apply(_nothing)
        except LeaseLost:
            log_event(logger, "jobs.lease_lost", job_id=job.id, kind=job.kind)
        except Exception as error:
            # Whatever a handler raises, the job must be given back or buried, never forgotten.
            logger.exception("jobs.attempt_failed", extra={"fields": {"job_id": job.id, "kind": job.kind}})
            await self._db.write(_give_back, kind, job, error)


def _nothing(_session: WriteSession) -> None:
    """The outcome of a job that has nothing to record."""


def _take(session: WriteSession, registry: Registry, token: str) -> list[Job]:
    for schedule in registry.schedules:
        _enqueue_if_due(session, schedule)
    lease = timedelta(seconds=max((kind.lease_s for kind in registry.kinds.values()), default=60))
    jobs = repository.claim(session, kinds=list(registry.kinds), token=token, limit=_BATCH, lease=lease)
    session.expunge_all()
    return jobs


def _enqueue_if_due(session: WriteSession, schedule: Schedule) -> None:
    if repository.advance_tick(session, schedule.kind.name, every=schedule.every):
        schedule.kind.enqueue(session, schedule.kind.payload())


def _give_back(session: WriteSession, kind: JobKind[Any], job: Job, error: Exception) -> None:
    is_hopeless = isinstance(error, ProviderRejected) or job.attempts >= kind.max_attempts
    pause = min(_LONGEST_PAUSE, timedelta(seconds=2**job.attempts))
    repository.postpone(
        session,
        job.id,
        job.token or "",
        state=JobState.DEAD if is_hopeless else JobState.QUEUED,
        run_at=session.now + pause,
        error=type(error).__name__,  # its text may quote an address
    )


def count_jobs(session: ReadSession) -> dict[str, int]:
    """How many jobs are in each state; `dead` ones need a person."""
    return repository.count_by_state(session)


def sweep_finished(session: WriteSession) -> int:
    """Delete jobs finished more than a week ago."""
    return repository.delete_finished(session, before=session.now - _KEEP_FINISHED)
