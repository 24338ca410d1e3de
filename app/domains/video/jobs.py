"""Closing rooms that record somebody who said no, should the request that brought the no not have done it."""

from functools import partial

from app.domains.video.deps import close_stale_room
from app.domains.video.types import CLOSE_STALE_ROOM, StaleRoomPayload
from app.jobs.registry import JobContext, Registry
from app.providers.video.port import VideoProvider


def register(registry: Registry, video: VideoProvider) -> None:
    """The domain's jobs, for `app.wiring.jobs`."""
    registry.register(CLOSE_STALE_ROOM, partial(_close, video=video))


async def _close(context: JobContext, payload: StaleRoomPayload, *, video: VideoProvider) -> None:
    await close_stale_room(context.db, video, payload.session_id, payload.user_id)
