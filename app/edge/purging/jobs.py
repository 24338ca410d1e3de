"""The job that purges: one call with up to a hundred tags or addresses, as often as the plan at Cloudflare allows."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.core.errors import ProviderRejected
from app.core.logging import log_event
from app.db.session import WriteSession
from app.edge.purging import repository
from app.edge.purging.repository import Claim
from app.jobs.kinds import JobKind, JobPayload
from app.jobs.registry import JobContext
from app.providers.edge.port import MOST_AT_ONCE, EdgeCache
from app.providers.kv.port import KeyValueStore, Rate

PURGE: Final = JobKind("edge.purge", JobPayload)

_GATHER: Final = timedelta(seconds=1)  # what changes within it goes in one call
_BUCKET: Final = "edge:purges"

logger = logging.getLogger(__name__)


def want(session: WriteSession, tags: Collection[str]) -> None:
    """Have these tags purged soon after this transaction."""
    _want(session, tags, are_addresses=False)


def want_below(session: WriteSession, addresses: Collection[str]) -> None:
    """Have what is at these addresses and below them purged soon after this transaction."""
    _want(session, addresses, are_addresses=True)


def _want(session: WriteSession, names: Collection[str], *, are_addresses: bool) -> None:
    repository.add(session, names, are_addresses=are_addresses)
    PURGE.enqueue_one(session, JobPayload(), run_at=session.now + _GATHER)


@dataclass(frozen=True, slots=True)
class Purger:
    """Whom to tell, how often at most, and for how long after a commit another process may still answer what was true
    before it: an edge that asked meanwhile would keep that for minutes."""

    edge: EdgeCache
    kv: KeyValueStore
    rate: Rate
    lag: timedelta

    async def purge(self, context: JobContext, _payload: JobPayload) -> None:
        """Purge what waits, or as much as one call takes. A tag that changes during the call has another row."""
        taken = await context.db.write(_take, context.job_id, self.lag)
        verdict = await self.kv.hit(_BUCKET, self.rate) if taken.names else None
        if verdict is not None and not verdict.is_allowed:
            await context.apply(_wait, context.job_id, verdict.retry_after)
            return
        if taken.names:
            await self._tell(context, taken)
        await context.apply(_go_on, context.job_id, self.lag)

    async def _tell(self, context: JobContext, taken: Claim) -> None:
        """What is rejected would be so again: it is dropped, so that nothing waits behind it, and the job is buried."""
        try:
            if taken.are_addresses:
                await self.edge.purge_below(taken.names)
            else:
                await self.edge.purge(taken.names)
        except ProviderRejected:
            await context.db.write(_go_on, context.job_id, self.lag)
            raise
        counted = {"addresses" if taken.are_addresses else "tags": len(taken.names)}
        log_event(logger, "edge.purged", **counted)


def _take(session: WriteSession, job_id: str, lag: timedelta) -> Claim:
    """A job sees a change after its commit, so what was seen for as long as the lag is answered nowhere any more."""
    repository.see(session)
    life = timedelta(seconds=PURGE.lease_s)
    return repository.claim(session, job_id, seen_before=session.now - lag, most=MOST_AT_ONCE, life=life)


def _wait(session: WriteSession, job_id: str, pause: timedelta) -> None:
    repository.give_back(session, job_id)
    PURGE.enqueue_one(session, JobPayload(), run_at=session.now + pause)


def _go_on(session: WriteSession, job_id: str, lag: timedelta) -> None:
    repository.delete_claimed(session, job_id)
    seen_at = repository.oldest_left(session)
    if seen_at is not None:
        PURGE.enqueue_one(session, JobPayload(), run_at=max(seen_at + lag, session.now + _GATHER))
