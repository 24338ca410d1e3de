"""Uploads: begun, completed, refused. What calls the object store in between is in `deps`."""

import secrets
from dataclasses import asdict

from app.core.ids import new_id
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.files import repository
from app.domains.files.errors import (
    FileInUse,
    FileNotFound,
    FileNotPending,
    FileQuotaExceeded,
    FileRefused,
    TooManyUploads,
)
from app.domains.files.policies import MOST_PENDING, PENDING_LIFE, UNUSED_LIFE, Room, check_order
from app.domains.files.service.closing import LAST_UPLOAD, close, delete_sent, delete_unused
from app.domains.files.service.using import get_own
from app.domains.files.types import (
    SIZES_OF,
    UPLOADS,
    Fault,
    FileFacts,
    FileId,
    FileOrder,
    FileState,
    Kept,
    Treatment,
    treatment_of,
)
from app.domains.users import service as users
from app.domains.users.types import UserId


def create(session: WriteSession, owner_id: UserId, order: FileOrder, room: Room) -> FileFacts:
    """A pending file with keys of its own. The person is locked, so that many at once do not exceed what one may have.

    Raises `PurposeNotAllowed`, `FileTypeNotAllowed`, `FileTooLarge`, `TooManyUploads`, `FileQuotaExceeded`.
    """
    owner = users.lock_user(session, owner_id)
    is_maker = owner.can_create_courses or owner.can_teach_courses
    check_order(order, is_maker=is_maker)
    used, pending = repository.usage(session, owner_id)
    if pending >= MOST_PENDING:
        raise TooManyUploads(count=pending)
    most = room.most_bytes(is_maker=is_maker)
    if used + order.size_bytes > most:
        raise FileQuotaExceeded(used_bytes=used, most_bytes=most)
    file_id = FileId(new_id("fil"))
    values = asdict(order) | _new_keys(owner_id, order) | {"id": file_id, "owner_id": owner_id}
    ends_at = session.now + PENDING_LIFE
    times = {"expires_at": ends_at, "takes_until": ends_at + LAST_UPLOAD}
    repository.insert(session, values | times | {"sent_bytes": order.size_bytes})
    return get_own(session, file_id, owner_id)


def _new_keys(owner_id: UserId, order: FileOrder) -> dict[str, str]:
    """Nobody can guess them, and those of pictures do not lead to their owner."""
    upload_key = f"{UPLOADS}/{owner_id}/{secrets.token_hex(16)}"
    match treatment_of(order.purpose, order.content_type):
        case Treatment.KEEP:
            key = upload_key
        case Treatment.CLEAN:
            key = f"{upload_key}.clean"
        case Treatment.PICTURES:
            key = f"{SIZES_OF[order.purpose].folder}/{secrets.token_hex(16)}"
    return {"upload_key": upload_key, "key": key}


def get_pending(session: ReadSession, owner_id: UserId, file_id: FileId) -> FileFacts:
    """A file that can be uploaded now. Raises `FileNotFound`, `FileNotPending`."""
    file = get_own(session, file_id, owner_id)
    if not file.takes_uploads(session.now):
        raise FileNotPending
    return file


def set_upload_id(session: WriteSession, file: FileFacts, upload_id: str) -> FileFacts:
    """Remember the upload in parts that was begun; the file as it is now, maybe with another one that came first."""
    repository.set_upload_id(session, file.id, upload_id)
    return get_own(session, file.id, file.owner_id)


def get_unfinished(session: ReadSession, owner_id: UserId, file_id: FileId) -> FileFacts:
    """A file to complete, or one that is complete. Raises `FileNotFound`, also when its time is over, `FileRefused`."""
    file = get_own(session, file_id, owner_id)
    if file.state is FileState.REFUSED:
        raise FileRefused(reason=file.fault)
    if _is_over(session, file):
        raise FileNotFound
    return file


def _is_over(session: ReadSession, file: FileFacts) -> bool:
    return file.expires_at is not None and file.expires_at <= session.now


def finish(session: WriteSession, file: FileFacts, kept: Kept | None) -> FileFacts:
    """Make a file that was checked ready; of many completions one does. Without `kept` another one did it. Raises as
    `get_unfinished` does."""
    times = {"expires_at": session.now + UNUSED_LIFE, "takes_until": session.now + LAST_UPLOAD}
    if kept and repository.finish(session, file.id, kept, **times):
        if file.upload_key not in file.kept_keys:
            delete_sent(session, file)
        return get_own(session, file.id, file.owner_id)
    return get_unfinished(session, file.owner_id, file.id)


def refuse(session: WriteSession, file: FileFacts, fault: Fault) -> bool:
    """Delete what was uploaded. False when something else happened to the file meanwhile."""
    return close(session, file, FileState.REFUSED, fault)


def delete(session: WriteSession, owner_id: UserId, file_id: FileId) -> None:
    """Delete an own file that nothing uses. Raises `FileNotFound`, `FileInUse`."""
    file = get_own(session, file_id, owner_id)
    if not delete_unused(session, file):
        raise FileInUse


def list_own(session: ReadSession, owner_id: UserId, *, before: Moment | None, limit: int) -> list[FileFacts]:
    """Somebody's files, newest first."""
    return repository.page(session, owner_id, before=before, limit=limit)
