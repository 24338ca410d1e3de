"""Recordings as people, banks and operators see them."""

from collections.abc import Collection

from app.db.session import ReadSession
from app.domains.courses import service as courses
from app.domains.recordings import repository
from app.domains.recordings.errors import RecordingNotFound
from app.domains.recordings.types import RecordingFacts, RecordingState
from app.domains.sessions import service as sessions
from app.domains.sessions.errors import SessionNotFound
from app.domains.sessions.types import SessionId
from app.edge.principal import Principal


def list_of_session(session: ReadSession, session_id: SessionId, viewer: Principal) -> list[RecordingFacts]:
    """For the session's people, the creator of its course and administrators, in the order in which they came. Those of
    somebody who left are for administrators alone, who need them for disputes. Raises `SessionNotFound` for anybody
    else, `RecordingNotFound` when there is none."""
    facts = sessions.get_session_facts(session, session_id)
    may_see = {*facts.people, courses.get_course(session, facts.course_id).creator_id}
    if viewer.user_id not in may_see and not viewer.is_admin:
        raise SessionNotFound
    found = [each for each in repository.of_session(session, session_id) if viewer.is_admin or not each.is_unwanted]
    if not found:
        raise RecordingNotFound
    return found


def longest_kept(session: ReadSession, session_id: SessionId) -> RecordingFacts | None:
    """The largest of those that are kept, for evidence."""
    kept = [each for each in repository.of_session(session, session_id) if each.state is RecordingState.KEPT]
    return max(kept, key=lambda each: each.size_bytes or 0, default=None)


def unknown_keys(session: ReadSession, keys: Collection[str]) -> list[str]:
    """Of these keys of stored objects those that belong to no recording."""
    return sorted(set(keys) - repository.expected(session, keys))


def list_kept(session: ReadSession, after: str, limit: int) -> list[RecordingFacts]:
    """Recordings that are kept, in the order of their ids; all their objects must be there."""
    return repository.kept_after(session, after, limit=limit)
