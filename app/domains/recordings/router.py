"""/api/sessions/{id}/recording: watching what was recorded."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.domains.files.deps import Storage
from app.domains.recordings import service
from app.domains.recordings.errors import RecordingNotFound
from app.domains.recordings.schemas import RecordingPart, SessionRecording
from app.domains.recordings.types import RecordingFacts, RecordingState
from app.domains.sessions.deps import SessionPath
from app.domains.sessions.errors import SessionNotFound
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.principal import VERIFIED, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/sessions", tags=["sessions"], route_class=StrictRoute)

_WATCHED: Final = timedelta(minutes=15)


@router.get(
    "/{session_id}/recording",
    operation_id="recordings.get",
    summary="Watch the recording of a session",
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(*VERIFIED, SessionNotFound, RecordingNotFound, ProviderUnavailable, ProviderRejected),
)
async def get_recording(session_id: SessionPath, caller: VerifiedUser, db: Db, store: Storage) -> SessionRecording:
    """For the session's two people, the creator of its course, and admins: size and hash of what was recorded, and an
    address at which to watch it. There is a recording only if both agreed to it. Changes nothing."""
    found = await db.read(service.list_of_session, session_id, caller)
    return SessionRecording(session_id=session_id, parts=[await _part(store, each) for each in found])


async def _part(store: Storage, found: RecordingFacts) -> RecordingPart:
    is_kept = found.state is RecordingState.KEPT
    address = await store.sign_get(found.key, life=_WATCHED) if is_kept else None
    return RecordingPart(
        state=found.state,
        recorded_at=found.created_at,
        kept_at=found.kept_at,
        content_type=found.content_type,
        size_bytes=found.size_bytes,
        sha256=found.sha256,
        url=address.url if address else None,
        url_expires_at=address.expires_at if address else None,
    )
