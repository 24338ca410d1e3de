"""The job that purges: one call with up to a hundred tags, as often as Cloudflare's plan allows."""

import logging
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from app.core.logging import log_event
from app.db.session import WriteSession
from app.edge.purging import repository
from app.jobs.kinds import JobKind, JobPayload
from app.jobs.registry import JobContext
from app.providers.edge.port import MOST_TAGS, EdgeCache
from app.providers.kv.port import KeyValueStore, Rate

PURGE: Final = JobKind("edge.purge", JobPayload)

_GATHER: Final = timedelta(seconds=1)  # what changes within it goes in one call
_BUCKET: Final = "edge:purges"

logger = logging.getLogger(__name__)


def want(session: WriteSession, tags: Collection[str]) -> None:
    """Have these tags purged soon after this transaction."""
    repository.add(session, tags)
    PURGE.enqueue_one(session, JobPayload(), run_at=session.now + _GATHER)


async def purge(context: JobContext, _payload: JobPayload, *, edge: EdgeCache, kv: KeyValueStore, rate: Rate) -> None:
    """Purge what waits, or as much as one call takes. A tag that changes while the call is under way has another row."""
    life = timedelta(seconds=PURGE.lease_s)
    tags = await context.db.write(repository.claim, context.job_id, most=MOST_TAGS, life=life)
    if not tags:
        return
    verdict = await kv.hit(_BUCKET, rate)
    if not verdict.is_allowed:
        await context.apply(_wait, context.job_id, verdict.retry_after)
        return
    await edge.purge(tags)
    await context.apply(_go_on, context.job_id)
    log_event(logger, "edge.purged", tags=len(tags))


def _wait(session: WriteSession, job_id: str, pause: timedelta) -> None:
    repository.give_back(session, job_id)
    PURGE.enqueue_one(session, JobPayload(), run_at=session.now + max(pause, _GATHER))


def _go_on(session: WriteSession, job_id: str) -> None:
    repository.delete_claimed(session, job_id)
    if repository.is_any_left(session):
        PURGE.enqueue_one(session, JobPayload(), run_at=session.now + _GATHER)
