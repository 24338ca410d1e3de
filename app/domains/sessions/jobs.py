"""Jobs about sessions: ending those that nothing ended, and releasing what nobody contested."""

import logging
from datetime import timedelta
from functools import partial

from app.core.errors import ProviderUnavailable
from app.core.logging import log_event
from app.domains.calendar.policies import BookingPolicy
from app.domains.sessions import service
from app.domains.sessions.types import RELEASE_AFTER_CONTEST, SETTLE_OVERDUE, SessionPayload
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext, Registry
from app.providers.video.port import VideoProvider

_SWEEP_EVERY = timedelta(minutes=5)

logger = logging.getLogger(__name__)


def register(registry: Registry, video: VideoProvider, policy: BookingPolicy) -> None:
    """The domain's jobs and their schedule, for `app.wiring`."""
    registry.register(SETTLE_OVERDUE, partial(settle_overdue, video=video, policy=policy))
    registry.every(_SWEEP_EVERY, SETTLE_OVERDUE)
    registry.register(RELEASE_AFTER_CONTEST, release_after_contest)


async def settle_overdue(
    context: JobContext, _payload: JobPayload, video: VideoProvider, policy: BookingPolicy
) -> None:
    """End overdue sessions whose room is closed. When the video service is away the next sweep asks again."""
    for session_id in await context.db.read(service.find_overdue, policy):
        try:
            is_open = await video.is_active(session_id)
        except ProviderUnavailable:
            log_event(logger, "sessions.sweep_postponed", session_id=session_id)
            return
        if not is_open:
            await context.db.write(service.settle, session_id, policy)


async def release_after_contest(context: JobContext, payload: SessionPayload) -> None:
    await context.apply(service.release_after_contest, payload.session_id)
