"""The video service, for the routes that open rooms."""

from typing import Annotated

from fastapi import Depends

from app.db.database import Database
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId
from app.domains.video import service
from app.edge.deps import state
from app.providers.video.port import VideoProvider

Video = Annotated[VideoProvider, Depends(state("providers.video"))]


async def close_stale_room(db: Database, video: VideoProvider, session_id: SessionId, user_id: UserId) -> None:
    """End a room that is not what the two agreed on; who is in it joins again. Repeatable. Raises `SessionNotFound`,
    `ProviderUnavailable`."""
    if await db.read(service.is_room_stale, session_id, user_id):
        await video.end_room(session_id)
        await db.write(service.forget_stale_room, session_id, user_id)
