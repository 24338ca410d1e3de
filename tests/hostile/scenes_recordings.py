"""The calls about recording a session: what the two say to it, and what was recorded."""

from app.db.session import WriteSession
from app.domains.recordings import repository, service
from app.domains.recordings.types import Copy
from app.domains.sessions.types import SessionId
from tests.hostile.stage import Call
from tests.support.learning import Classroom, Student, booked
from tests.support.world import World

YES = {"consents": True, "text_version": "2026-11-30"}


async def recording_calls(world: World, room: Classroom, student: Student) -> dict[str, Call]:
    """Of a session to come that both agreed to have recorded; its recording is there already."""
    session_id = await booked(student, "2026-12-09T10:00:00Z")
    for actor in (student.actor, room.teacher):
        await actor.put(f"/api/sessions/{session_id}/recording-consent", YES)
    await world.write(_record, SessionId(session_id))
    one = {"session_id": session_id}
    return {
        "recording_consent.get": Call(student.actor, one),
        "recording_consent.put": Call(student.actor, one, body=YES),
        "recordings.get": Call(student.actor, one),
    }


def _record(session: WriteSession, session_id: SessionId) -> None:
    service.receive(session, "plugnmeet", "film", session_id)
    [found] = repository.of_session(session, session_id)
    service.keep(session, found.id, Copy("video/mp4", 7, "ab" * 32))
