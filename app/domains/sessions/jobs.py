"""Jobs about sessions: ending those that nothing ended, and releasing what nobody contested."""

import logging
from datetime import timedelta
from functools import partial

from app.core.errors import ProviderRejected
from app.domains.calendar.policies import BookingPolicy
from app.domains.sessions import service
from app.domains.sessions.types import (
    CALL_OFF,
    CLOSE_ROOM,
    END_PLANNED,
    RELEASE_AFTER_CONTEST,
    SETTLE_ONE,
    SETTLE_OVERDUE,
    CallOffPayload,
    EndingPayload,
    SessionId,
    SessionPayload,
)
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext, Registry
from app.providers.video.port import VideoProvider

_SWEEP_EVERY = timedelta(minutes=5)

logger = logging.getLogger(__name__)


def register(registry: Registry, video: VideoProvider, policy: BookingPolicy) -> None:
    """The domain's jobs and their schedule, for `app.wiring.jobs`."""
    registry.register(SETTLE_OVERDUE, partial(settle_overdue, policy=policy))
    registry.every(_SWEEP_EVERY, SETTLE_OVERDUE)
    registry.register(SETTLE_ONE, partial(settle_one, video=video, policy=policy))
    registry.register(RELEASE_AFTER_CONTEST, release_after_contest)
    registry.register(END_PLANNED, end_planned)
    registry.register(CALL_OFF, partial(call_off, policy=policy))
    registry.register(CLOSE_ROOM, partial(close_room, video=video, policy=policy))


async def settle_overdue(context: JobContext, _payload: JobPayload, *, policy: BookingPolicy) -> None:
    """Each overdue session gets a job of its own, so that none stands in another's way."""
    await context.apply(service.enqueue_overdue, policy)


async def settle_one(
    context: JobContext, payload: SessionPayload, *, video: VideoProvider, policy: BookingPolicy
) -> None:
    """End an overdue session whose room is closed. While the room is open the next sweep asks again; while the video
    service is away the runner does."""
    if not await _is_open(video, payload.session_id):
        await context.apply(service.settle, payload.session_id, policy)


async def _is_open(video: VideoProvider, session_id: SessionId) -> bool:
    """Of a room that the video service refuses to speak of nothing is known; then attendance alone decides."""
    try:
        return await video.is_active(session_id)
    except ProviderRejected:
        logger.exception("sessions.room_unknown", extra={"fields": {"session_id": session_id}})
        return False


async def release_after_contest(context: JobContext, payload: SessionPayload) -> None:
    await context.apply(service.release_after_contest, payload.session_id)


async def end_planned(context: JobContext, payload: EndingPayload) -> None:
    await context.apply(service.end_planned, payload)


async def call_off(context: JobContext, payload: CallOffPayload, *, policy: BookingPolicy) -> None:
    await context.apply(service.follow, payload, policy)


async def close_room(
    context: JobContext, payload: SessionPayload, *, video: VideoProvider, policy: BookingPolicy
) -> None:
    """Safe to repeat: ending a room that is closed is no error. When this comes so late that a session which was moved
    may be joined again, whoever is in the room is there for it."""
    if not await context.db.read(service.is_open_to_join, payload.session_id, policy):
        await video.end_room(payload.session_id)
