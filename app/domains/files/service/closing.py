"""The end of a file: its row says so first, then its objects are deleted."""

from datetime import timedelta

from app.db.session import WriteSession
from app.domains.files import repository
from app.domains.files.policies import DOWNLOAD_LIFE, ROW_LIFE, UPLOAD_LIFE
from app.domains.files.types import DELETE_OBJECTS, Fault, FileFacts, FileState, ObjectsPayload

_MARGIN = timedelta(minutes=1)


def close(session: WriteSession, file: FileFacts, state: FileState, fault: Fault | None = None) -> bool:
    """End a file as it was read; false when it is not so any more. Its objects go at once."""
    if not repository.close(session, file, state, fault=fault, until=session.now + ROW_LIFE):
        return False
    delete_objects(session, file)
    return True


def give_up(session: WriteSession, file: FileFacts) -> bool:
    """Delete a file that was or might be shown, a while from now, so that no page has a hole. False as with `close`."""
    if not repository.close(session, file, FileState.DELETED, fault=None, until=session.now + ROW_LIFE):
        return False
    delete_objects(session, file, after=DOWNLOAD_LIFE)
    return True


def delete_unused(session: WriteSession, file: FileFacts) -> bool:
    """Delete a file with its objects at once; false when something uses it, or when it is not as it was read."""
    if not repository.close_unused(session, file, until=session.now + ROW_LIFE):
        return False
    delete_objects(session, file)
    return True


def delete_objects(session: WriteSession, file: FileFacts, *, after: timedelta = timedelta(0)) -> None:
    """Of an upload under way twice: an address that was given out still works, and a check may be at work."""
    uploads = ((file.upload_key, file.upload_id),) if file.upload_id else ()
    payload = ObjectsPayload(keys=file.all_keys, uploads=uploads if file.state is FileState.PENDING else ())
    DELETE_OBJECTS.enqueue(session, payload, run_at=session.now + after)
    if file.state is FileState.PENDING:
        DELETE_OBJECTS.enqueue(session, payload, run_at=session.now + UPLOAD_LIFE + _MARGIN)
