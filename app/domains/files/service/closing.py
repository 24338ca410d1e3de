"""The end of a file: its row says so first, then its objects are deleted."""

from datetime import datetime, timedelta

from app.db.session import WriteSession
from app.domains.files import repository
from app.domains.files.policies import DOWNLOAD_LIFE, ROW_LIFE, UPLOAD_LIFE
from app.domains.files.types import DELETE_OBJECTS, Fault, FileFacts, FileState, ObjectsPayload
from app.edge.guard import FILE_DEADLINE_S

LAST_UPLOAD = UPLOAD_LIFE + timedelta(seconds=FILE_DEADLINE_S, minutes=1)
"""After it nothing arrives any more at the last address that was given out: an upload that began in time may take
long."""


def close(session: WriteSession, file: FileFacts, state: FileState, fault: Fault | None = None) -> bool:
    """End a file as it was read; false when it is not so any more. Its objects go at once."""
    if not repository.close(session, file, state, _ending(session, file), fault=fault):
        return False
    delete_objects(session, file)
    return True


def give_up(session: WriteSession, file: FileFacts) -> bool:
    """Delete a file that was or might be shown, a while from now, so that no page has a hole. False as with `close`."""
    if not repository.close(session, file, FileState.DELETED, _ending(session, file), fault=None):
        return False
    delete_objects(session, file, after=DOWNLOAD_LIFE)
    return True


def delete_unused(session: WriteSession, file: FileFacts) -> bool:
    """Delete a file with its objects at once; false when something uses it, or when it is not as it was read."""
    if not repository.close_unused(session, file, _ending(session, file)):
        return False
    delete_objects(session, file)
    return True


def delete_objects(session: WriteSession, file: FileFacts, *, after: timedelta = timedelta(0)) -> None:
    """Once more when nothing can arrive any more: an address takes another upload as soon as the first one is deleted,
    and a check may be at work."""
    uploads = ((file.upload_key, file.upload_id),) if file.upload_id else ()
    payload = ObjectsPayload(
        keys=file.all_keys,
        uploads=uploads if file.state is FileState.PENDING else (),
        pictures=(file.image.key,) if file.image else (),
    )
    _delete(session, payload, takes_until=_takes_until(session, file), run_at=session.now + after)


def delete_sent(session: WriteSession, file: FileFacts) -> None:
    """Delete what was uploaded, of which something else was made just now."""
    payload = ObjectsPayload(keys=(file.upload_key,))
    _delete(session, payload, takes_until=session.now + LAST_UPLOAD, run_at=session.now)


def _delete(session: WriteSession, payload: ObjectsPayload, *, takes_until: datetime, run_at: datetime) -> None:
    DELETE_OBJECTS.enqueue(session, payload, run_at=run_at)
    if takes_until > run_at:
        DELETE_OBJECTS.enqueue(session, payload, run_at=takes_until)


def _ending(session: WriteSession, file: FileFacts) -> repository.Ending:
    return repository.Ending(expires_at=session.now + ROW_LIFE, takes_until=_takes_until(session, file))


def _takes_until(session: WriteSession, file: FileFacts) -> datetime:
    """Addresses are given out until a file is ready or over, the last one maybe just now."""
    latest = session.now + LAST_UPLOAD
    return min(file.takes_until or latest, latest)
