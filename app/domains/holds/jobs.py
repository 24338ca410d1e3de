"""The schedule that frees what has expired, for those who wait for it; whoever books frees it before."""

from datetime import timedelta

from app.domains.holds import service
from app.domains.holds.types import EXPIRE_HOLDS
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext, Registry

_SWEEP_EVERY = timedelta(minutes=5)


def register(registry: Registry) -> None:
    """The domain's job and its schedule, for `app.wiring.jobs`."""
    registry.register(EXPIRE_HOLDS, _expire)
    registry.every(_SWEEP_EVERY, EXPIRE_HOLDS)


async def _expire(context: JobContext, _payload: JobPayload) -> None:
    await context.apply(service.expire)
