"""From the video service's word that there is a recording to ours that it is kept."""

from collections.abc import Collection
from datetime import datetime, timedelta

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.recordings import repository
from app.domains.recordings.events import RecordingKept
from app.domains.recordings.types import (
    COPY_RECORDING,
    DELETE_RECORDING,
    FOLDER,
    Copy,
    RecordingFacts,
    RecordingId,
    RecordingPayload,
    RecordingState,
)
from app.domains.sessions import service as sessions
from app.domains.sessions.errors import SessionNotFound
from app.domains.sessions.types import SessionFacts, SessionId, SessionStatus
from app.domains.users import service as users
from app.domains.users.errors import UserNotFound
from app.domains.video import service as video

_ASKED_ABOUT = timedelta(days=7)
_PATIENCE = timedelta(hours=1)
_GIVEN_UP = timedelta(days=2)
_MOST_AT_ONCE = 500


def receive(session: WriteSession, provider: str, provider_id: str, session_id: SessionId) -> None:
    """Take in a recording to be copied; one that not both agreed to, or of somebody who left, is deleted at the video
    service instead. Repeating it changes nothing; rooms that are no sessions of ours are ignored."""
    try:
        facts = sessions.get_session_facts(session, session_id)
    except SessionNotFound:
        return
    recording_id = RecordingId(new_id("rec"))
    is_wanted = video.has_consent(session, session_id) and _are_here(session, facts)
    row = {
        "id": recording_id,
        "session_id": session_id,
        "enrollment_id": facts.enrollment_id,
        "teacher_id": facts.teacher_id,
        "student_id": facts.student_id,
        "provider": provider,
        "provider_id": provider_id,
        "state": RecordingState.WAITING if is_wanted else RecordingState.DELETED,
        "key": f"{FOLDER}/{session_id}/recording-{recording_id}",
    }
    if repository.insert(session, row):
        (COPY_RECORDING if is_wanted else DELETE_RECORDING).enqueue(
            session, RecordingPayload(recording_id=recording_id)
        )


def _are_here(session: ReadSession, facts: SessionFacts) -> bool:
    try:
        for user_id in facts.people:
            users.get_user(session, user_id)
    except UserNotFound:
        return False
    return True


def find_waiting(session: ReadSession, recording_id: RecordingId) -> RecordingFacts | None:
    """A recording that is to be copied; None when that was done, or it is not wanted any more."""
    found = repository.by_id(session, recording_id)
    is_wanted = found is not None and found.state is RecordingState.WAITING and not found.is_unwanted
    return found if is_wanted else None


def may_still_come(found: RecordingFacts, now: datetime) -> bool:
    """Whether to go on asking for a recording that the video service says it does not have: a file that is being moved,
    or a proxy without its server, says so too."""
    return now - found.created_at < _GIVEN_UP


def copy_again(session: WriteSession) -> None:
    """What waits for so long that its job has given up, once a day."""
    for recording_id in repository.waiting(session, before=session.now - _GIVEN_UP, limit=_MOST_AT_ONCE):
        payload = RecordingPayload(recording_id=recording_id)
        COPY_RECORDING.enqueue(session, payload, dedupe=f"{recording_id}:{session.now.date()}")


def keep(session: WriteSession, recording_id: RecordingId, made: Copy) -> None:
    """It lies in our store. What was deleted meanwhile is deleted once more; what became unwanted is left to
    the sweep."""
    if not repository.keep(session, recording_id, made):
        delete_again(session, recording_id)
        return
    found = repository.by_id(session, recording_id)
    if found:
        facts = sessions.get_session_facts(session, found.session_id)
        session.publish(RecordingKept(facts.id, facts.teacher_id, facts.student_id))


def delete_again(session: WriteSession, recording_id: RecordingId) -> None:
    """If it is deleted: something of it may have been stored since. Repeating it changes nothing else."""
    found = repository.by_id(session, recording_id)
    if found and found.state is RecordingState.DELETED:
        DELETE_RECORDING.enqueue(session, RecordingPayload(recording_id=recording_id))


def lose(session: WriteSession, recording_id: RecordingId) -> None:
    """The video service has not had it for days."""
    repository.lose(session, recording_id)


def to_ask_about(session: ReadSession) -> list[SessionId]:
    """Sessions of which a room was ordered recorded more than an hour and less than seven days ago. Also those that
    were not held, and those of which a recording is known: there may be another one, of a room that was opened
    before."""
    return video.list_recorded(session, since=session.now - _ASKED_ABOUT, until=session.now - _PATIENCE)


def find_missing(session: ReadSession, session_ids: Collection[SessionId]) -> list[SessionId]:
    """Those of them that were held, are over for an hour, and of which there never was a recording though both
    agreed."""
    unknown = sorted(set(session_ids) - repository.recorded(session, session_ids))
    return [each for each in unknown if _was_held(session, each) and video.has_consent(session, each)]


def _was_held(session: ReadSession, session_id: SessionId) -> bool:
    facts = sessions.get_session_facts(session, session_id)
    is_over = (facts.ended_at or facts.ends_at) <= session.now - _PATIENCE
    return facts.status is SessionStatus.COMPLETED and is_over
