"""Who agrees to being recorded. A session is recorded only when both of its people said so before they met.

What the room that may be open was ordered as is kept in a row. When answers change what it must be, it is ended before
anybody is let in again, so that no room goes on recording somebody who said no.
"""

from datetime import timedelta

from app.db.session import ReadSession, WriteSession
from app.domains.sessions import service as sessions
from app.domains.sessions.types import SessionFacts, SessionId
from app.domains.users.types import UserId
from app.domains.video import repository
from app.domains.video.errors import ConsentTextOutdated, RecordingSettled
from app.domains.video.policies import CONSENT
from app.domains.video.schemas import RecordingConsent
from app.domains.video.types import CLOSE_STALE_ROOM, Answer, StaleRoomPayload

_BY_REQUEST = timedelta(seconds=10)
"""In which the request that brought the answer closes the room itself."""


def answer(session: WriteSession, session_id: SessionId, user_id: UserId, given: Answer) -> None:
    """Say yes or no, for the first time or instead of what was said before. A room that goes on recording after a no is
    closed by a job, should the request not get there. Raises `SessionNotFound`, `ConsentTextOutdated`,
    `RecordingSettled`."""
    facts = sessions.hold_own(session, session_id, user_id)
    if given.text_version != CONSENT.version:
        raise ConsentTextOutdated(text_version=CONSENT.version)
    if not _can_change(session, facts):
        raise RecordingSettled
    repository.put_answer(session, session_id, user_id, given)
    if not given.consents and is_room_stale(session, session_id, user_id):
        payload = StaleRoomPayload(session_id=session_id, user_id=user_id)
        CLOSE_STALE_ROOM.enqueue(session, payload, run_at=session.now + _BY_REQUEST)


def get_consent(session: ReadSession, session_id: SessionId, user_id: UserId) -> RecordingConsent:
    """How it stands, for one of the two. Raises `SessionNotFound`."""
    facts = sessions.get_own_session(session, session_id, user_id)
    answers = repository.answers_of(session, session_id)
    (other_id,) = facts.people - {user_id}
    room = repository.room_of(session, session_id)
    return RecordingConsent(
        session_id=session_id,
        text_version=CONSENT.version,
        text=CONSENT.text,
        own_answer=answers[user_id].consents if user_id in answers else None,
        others_answer=answers[other_id].consents if other_id in answers else None,
        is_recorded=is_agreed(session, facts) if room is None else room,
        can_change=_can_change(session, facts),
    )


def _can_change(session: ReadSession, facts: SessionFacts) -> bool:
    """Until both were in the room: closing it would end the session then."""
    present = {each.user_id for each in sessions.list_attendance(session, facts.id)}
    return facts.status.is_live and session.now < facts.ends_at and not facts.people <= present


def is_agreed(session: ReadSession, facts: SessionFacts) -> bool:
    """Whether both said yes."""
    return {each for each, given in repository.answers_of(session, facts.id).items() if given.consents} >= facts.people


def has_consent(session: ReadSession, session_id: SessionId) -> bool:
    """Whether both people of the session said yes, and neither took it back. Raises `SessionNotFound`."""
    return is_agreed(session, sessions.get_session_facts(session, session_id))


def list_consents(session: ReadSession, session_id: SessionId) -> list[tuple[UserId, Answer]]:
    """Who said yes, when and to which text, the first one first."""
    given = [(user_id, each) for user_id, each in repository.answers_of(session, session_id).items() if each.consents]
    return sorted(given, key=lambda item: (item[1].answered_at, item[0]))


def is_room_stale(session: ReadSession, session_id: SessionId, user_id: UserId) -> bool:
    """Whether the room that may be open is recorded and must not be, or the other way round. Raises
    `SessionNotFound`."""
    facts = sessions.get_own_session(session, session_id, user_id)
    room = repository.room_of(session, session_id)
    return room is not None and room != is_agreed(session, facts)


def forget_stale_room(session: WriteSession, session_id: SessionId, user_id: UserId) -> None:
    """The room was ended; the next one is ordered as answers are then. Raises `SessionNotFound`."""
    facts = sessions.hold_own(session, session_id, user_id)
    repository.forget_room(session, session_id, is_recorded=not is_agreed(session, facts))
