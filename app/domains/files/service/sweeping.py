"""Deleting what nobody needs, and finding what does not belong together: objects without a row, rows without an
object."""

from collections.abc import Collection
from datetime import timedelta

from app.db.session import ReadSession, WriteSession
from app.domains.files import repository
from app.domains.files.policies import ROW_LIFE
from app.domains.files.service.closing import close, delete_unused
from app.domains.files.types import SWEEP_FILES, FileFacts, FileId, FileState
from app.jobs.kinds import JobPayload

_MOST_AT_ONCE = 500
_OBJECT_GRACE = timedelta(days=1)  # by then the jobs that delete objects are done, or buried


def sweep(session: WriteSession) -> None:
    """Delete uploads that nobody completed, files that nothing uses, and old rows of what is gone. What one unit of
    work is too short for another one does, at once."""
    ended = repository.ended(session, _MOST_AT_ONCE)
    for file in ended:
        if file.state is FileState.PENDING:
            close(session, file, FileState.DELETED)
        else:
            delete_unused(session, file)
    repository.delete_closed(session)
    if len(ended) == _MOST_AT_ONCE:
        SWEEP_FILES.enqueue_one(session, JobPayload())


def list_kept(session: ReadSession, after: str, limit: int) -> list[FileFacts]:
    """Files that are ready, in the order of their ids; all their objects must be there."""
    return repository.kept_after(session, after, limit=limit)


def is_kept(session: ReadSession, file_id: FileId) -> bool:
    """Whether it is ready, and so must have its objects."""
    file = repository.by_id(session, file_id)
    return file is not None and file.state is FileState.READY


def unknown_keys(session: ReadSession, keys: Collection[str]) -> list[str]:
    """Of these keys of stored objects those that belong to no file. What was closed within a day may still be
    deleted."""
    stems = {key.removesuffix("/" + key.rpartition("/")[2]) for key in keys} | set(keys)
    closed_after = session.now + ROW_LIFE - _OBJECT_GRACE
    known = repository.names_of(repository.expected_under(session, stems, closed_after=closed_after))
    return sorted(set(keys) - known)
