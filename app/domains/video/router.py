"""/api/sessions/…/join and …/recording-consent: entering the room of a session, and whether it is recorded."""

from fastapi import APIRouter

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.domains.calendar.deps import Policy
from app.domains.sessions.deps import SessionPath
from app.domains.sessions.errors import PlaceEnded, SessionNotFound
from app.domains.users.types import UserId
from app.domains.video import service
from app.domains.video.deps import Video, close_stale_room
from app.domains.video.errors import ConsentTextOutdated, JoinWindowClosed, RecordingSettled, RoomChanged
from app.domains.video.schemas import ConsentBody, JoinTicket, RecordingConsent
from app.domains.video.types import Answer
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.principal import VERIFIED, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.providers.video.port import RoomClosed

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
        PlaceEnded,
        RoomChanged,
        ProviderUnavailable,
        ProviderRejected,
    ),
)
async def join_session(
    session_id: SessionPath,
    caller: VerifiedUser,
    db: Db,
    policy: Policy,
    video: Video,
) -> JoinTicket:
    """For the session's two people, from shortly before the start until the end, and a while longer once somebody came.
    Opens the room if it is closed and answers a personal address; the teacher moderates. The room is recorded only if
    both agreed (`…/recording-consent`), of which the answer tells. Repeat it at will: after a lost connection it leads
    back into the same room."""
    user_id = UserId(caller.user_id)
    await close_stale_room(db, video, session_id, user_id)
    plan = await db.write(service.plan_join, session_id, user_id, policy)
    await video.create_room(plan.order)
    if not await db.read(service.is_as_planned, plan):
        await video.end_room(plan.order.room_id)
        raise RoomChanged
    try:
        join_url = await video.join_url(plan.order.room_id, plan.guest)
    except RoomClosed:  # by an answer that came in between
        raise RoomChanged from None
    return JoinTicket(
        session_id=session_id,
        join_url=join_url,
        is_moderator=plan.guest.is_moderator,
        room_closes_at=plan.room_closes_at,
        is_recorded=plan.order.is_recorded,
    )


@router.get(
    "/{session_id}/recording-consent",
    operation_id="recording_consent.get",
    summary="Show what the two say to a recording",
    openapi_extra=audience("student", "teacher"),
    responses=problems(*VERIFIED, SessionNotFound),
)
async def get_consent(session_id: SessionPath, caller: VerifiedUser, db: Db) -> RecordingConsent:
    """For the session's two people: the text to be asked with, both answers, and what follows. Changes nothing."""
    return await db.read(service.get_consent, session_id, UserId(caller.user_id))


@router.put(
    "/{session_id}/recording-consent",
    operation_id="recording_consent.put",
    summary="Agree to a recording, or refuse it",
    openapi_extra=audience("student", "teacher"),
    responses=problems(
        *VERIFIED, SessionNotFound, ConsentTextOutdated, RecordingSettled, ProviderUnavailable, ProviderRejected
    ),
)
async def put_consent(
    session_id: SessionPath, body: ConsentBody, caller: VerifiedUser, db: Db, video: Video
) -> RecordingConsent:
    """For the session's two people, from the booking until both were in the room; ask before joining. A session is
    recorded only if both agreed; whoever refuses is taught all the same. Stores the answer with its time and the text's
    version. If somebody waits in a room that this makes another one, it is closed and they join again."""
    user_id = UserId(caller.user_id)
    given = Answer(body.consents, body.text_version, db.clock.now())
    await db.write(service.answer, session_id, user_id, given)
    await close_stale_room(db, video, session_id, user_id)
    return await db.read(service.get_consent, session_id, user_id)
