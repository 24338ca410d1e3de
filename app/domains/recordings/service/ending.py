"""The end of recordings: after their time, or when somebody leaves. What money is disputed about stays until it is
settled."""

from datetime import timedelta

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.recordings import repository
from app.domains.recordings.types import DELETE_RECORDING, RecordingFacts, RecordingId, RecordingPayload
from app.domains.refunds import service as refunds
from app.domains.users.types import UserId

_MOST_AT_ONCE = 500


def sweep(session: WriteSession, retention: timedelta | None) -> None:
    """Delete what is unwanted, and what was kept for so long; None keeps it. Nothing of places with an open refund or
    dispute."""
    kept_before = session.now - retention if retention is not None else None
    held = refunds.places_in_question(session)
    for recording_id in repository.ended(session, held, kept_before=kept_before, limit=_MOST_AT_ONCE):
        if repository.delete(session, recording_id):
            DELETE_RECORDING.enqueue(session, RecordingPayload(recording_id=recording_id))


def find(session: ReadSession, recording_id: RecordingId) -> RecordingFacts | None:
    """In any state."""
    return repository.by_id(session, recording_id)


def export_of(session: ReadSession, user_id: UserId) -> list[Plain]:
    """The recordings in which the person is, newest first; GET /api/sessions/{id}/recording has what is in them."""
    return repository.export_rows(session, user_id)


def erase(session: WriteSession, user_id: UserId) -> None:
    """Recordings in which the person is seen or heard are not kept: the next sweep deletes them, or the first one after
    a refund or dispute about their place is over."""
    repository.mark_unwanted(session, user_id)
