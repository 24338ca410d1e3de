"""/api/sessions/…/join: entering the room of a session."""

from typing import Annotated

from fastapi import APIRouter, Path

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.domains.calendar.deps import Policy
from app.domains.sessions.errors import SessionNotFound
from app.domains.sessions.types import SessionIdField
from app.domains.users.types import UserId
from app.domains.video import service
from app.domains.video.deps import Video
from app.domains.video.errors import JoinWindowClosed
from app.domains.video.schemas import JoinTicket
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.principal import VERIFIED, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/sessions", tags=["sessions"], route_class=StrictRoute)


@router.post(
    "/{session_id}/join",
    operation_id="video.join",
    summary="Join a session",
    openapi_extra=audience("student", "teacher"),
    responses=problems(
        *VERIFIED,
        SessionNotFound,
        JoinWindowClosed,
        ProviderUnavailable,
        ProviderRejected,
    ),
)
async def join_session(
    session_id: Annotated[SessionIdField, Path(description="The session.")],
    caller: VerifiedUser,
    db: Db,
    policy: Policy,
    video: Video,
) -> JoinTicket:
    """For the session's two people, from shortly before the start until the end, and a while longer once somebody
    came. Opens the room if it is closed and answers a personal address; the teacher moderates. Nothing is recorded.
    Repeat it at will: after a lost connection it leads back into the same room."""
    plan = await db.read(service.plan_join, session_id, UserId(caller.user_id), policy)
    await video.create_room(plan.order)
    return JoinTicket(
        session_id=session_id,
        join_url=await video.join_url(plan.order.room_id, plan.guest),
        is_moderator=plan.guest.is_moderator,
        room_closes_at=plan.room_closes_at,
    )
