"""Claims due jobs, runs them outside any transaction, and records what became of them.

A worker that dies leaves a lease that runs out, and the job is claimed again; a worker that is merely slow finds its
token replaced and its outcome is dropped. Handlers are therefore safe to run twice: remote calls carry the job's id.
"""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from app.core.errors import ProviderRejected, ProviderUnavailable, Unavailable
from app.core.logging import log_event
from app.db.database import Database
from app.db.session import WriteSession
from app.jobs import repository
from app.jobs.kinds import JobKind
from app.jobs.models import Job, JobState
from app.jobs.registry import Handler, JobContext, LeaseLost, Registry, Schedule

_AT_ONCE = 8
# An attempt ends before somebody else may take the job over. A lease counts from before the unit that takes it waits
# for the writer's turn and the file's lock, fifteen seconds at the most (`db.engines`).
_LEASE_MARGIN_S = 20
_IDLE_POLL_S = 1.0
_LONGEST_PAUSE = timedelta(hours=1)
_KEEP_FINISHED = timedelta(days=7)

logger = logging.getLogger(__name__)


class WorkersDied(Exception):
    """Every attempt took its worker down with it, so that nobody could give the job back."""


class JobRunner:
    """Carries out jobs of one process. `run` is the background task; tests call `run_until_idle`.

    Jobs run beside each other and none waits for another; each is given up when its lease is nearly over.
    """

    def __init__(self, db: Database, registry: Registry, *, idle_poll_s: float = _IDLE_POLL_S) -> None:
        self._db = db
        self._registry = registry
        self._idle_poll_s = idle_poll_s
        self._stopping = asyncio.Event()
        self._in_hand: dict[asyncio.Task[None], str] = {}  # and their kinds
        self.last_turn_ok = True

    async def run(self) -> None:
        """Work until `stop`. A database that is away is waited for, not died of."""
        while not self._stopping.is_set():
            self._db.runner_wanted.clear()
            if not await self._turn():
                await self._rest()
        await asyncio.gather(*self._in_hand)

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
        """Take what is due, up to a batch, and see it through."""
        jobs = await self._db.write(_take, self._registry, secrets.token_hex(8), _AT_ONCE, Counter())
        await asyncio.gather(*(self._run_job(job) for job in jobs))
        return len(jobs)

    async def _turn(self) -> int:
        """Take as many jobs as there are free hands; answer how many were taken."""
        free = _AT_ONCE - len(self._in_hand)
        if free == 0:
            return 0
        try:
            busy = Counter(self._in_hand.values())
            jobs = await self._db.write(_take, self._registry, secrets.token_hex(8), free, busy)
        except Exception:
            # The last resort of a loop that must outlive a database restart; the next turn tries again.
            logger.exception("jobs.turn_failed")
            self.last_turn_ok = False
            return 0
        self.last_turn_ok = True
        for job in jobs:
            self._start(job)
        return len(jobs)

    def _start(self, job: Job) -> None:
        task = asyncio.create_task(self._run_job(job))
        self._in_hand[task] = job.kind
        task.add_done_callback(self._put_down)

    def _put_down(self, task: asyncio.Task[None]) -> None:
        del self._in_hand[task]
        self._db.runner_wanted.set()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._db.runner_wanted.wait(), self._idle_poll_s)
        except TimeoutError:
            return

    async def _run_job(self, job: Job) -> None:
        """Whatever a handler raises, the job is given back or buried, never forgotten."""
        kind, handler = self._registry.handlers[job.kind]
        context = JobContext(self._db, job.id, job.token or "")
        try:
            await self._attempt(kind, handler, job, context)
        except LeaseLost:
            log_event(logger, "jobs.lease_lost", job_id=job.id, kind=job.kind)
        except Exception as error:
            logger.exception("jobs.attempt_failed", extra={"fields": {"job_id": job.id, "kind": job.kind}})
            await self._give_back(kind, job, error)

    async def _attempt(self, kind: JobKind[Any], handler: Handler, job: Job, context: JobContext) -> None:
        if job.attempts > kind.max_attempts:
            raise WorkersDied
        async with asyncio.timeout(kind.lease_s - _LEASE_MARGIN_S):
            await handler(context, kind.payload.model_validate(job.payload))
            if not context.is_finished:
                await context.apply(_nothing)

    async def _give_back(self, kind: JobKind[Any], job: Job, error: Exception) -> None:
        """When even that fails, the database is away: the lease runs out and the job is claimed again."""
        try:
            await self._db.write(_postpone, kind, job, error)
        except Unavailable:
            log_event(logger, "jobs.not_given_back", job_id=job.id, kind=job.kind)


def _nothing(_session: WriteSession) -> None:
    """The outcome of a job that has nothing to record."""


def _take(session: WriteSession, registry: Registry, token: str, limit: int, busy: Mapping[str, int]) -> list[Job]:
    """Up to `limit` jobs; `busy` says how many of each kind are in hand already."""
    _enqueue_what_is_due(session, registry.schedules)
    leases = {name: timedelta(seconds=kind.lease_s) for name, kind in registry.kinds.items()}
    jobs: list[Job] = []
    for kind in registry.kinds.values():
        if kind.at_once is not None:
            lease = {kind.name: leases.pop(kind.name)}
            room = min(kind.at_once - busy.get(kind.name, 0), limit - len(jobs))
            jobs += repository.claim(session, leases=lease, token=token, limit=room)
    jobs += repository.claim(session, leases=leases, token=token, limit=limit - len(jobs))
    session.expunge_all()
    return jobs


def _enqueue_what_is_due(session: WriteSession, schedules: Sequence[Schedule]) -> None:
    due = repository.due_ticks(session, {schedule.kind.name: schedule.every for schedule in schedules})
    for schedule in schedules:
        name = schedule.kind.name
        if name in due and repository.advance_tick(session, name, every=schedule.every):
            schedule.kind.enqueue(session, schedule.kind.payload())


def _postpone(session: WriteSession, kind: JobKind[Any], job: Job, error: Exception) -> None:
    is_hopeless = isinstance(error, ProviderRejected) or job.attempts >= kind.max_attempts
    if is_hopeless:
        logger.error("jobs.buried", extra={"fields": {"job_id": job.id, "kind": job.kind}})
        if not kind.payload.model_fields:  # one that has nothing of its own to do stands for all of its kind
            repository.delete_buried(session, job.kind)
    repository.postpone(
        session,
        job.id,
        job.token or "",
        state=JobState.DEAD if is_hopeless else JobState.QUEUED,
        run_at=session.now + max(_pause(job.attempts), _asked_pause(error)),
        error=type(error).__name__,  # its text may quote an address
    )


def _pause(attempts: int) -> timedelta:
    """Twice as long after each attempt, from two seconds to an hour."""
    return min(_LONGEST_PAUSE, timedelta(seconds=2 ** min(attempts, 12)))


def _asked_pause(error: Exception) -> timedelta:
    """How long the service that refused wants to be left alone."""
    return error.retry_after if isinstance(error, ProviderUnavailable) else timedelta(0)


def sweep_finished(session: WriteSession) -> int:
    """Delete jobs finished more than a week ago."""
    return repository.delete_finished(session, before=session.now - _KEEP_FINISHED)
