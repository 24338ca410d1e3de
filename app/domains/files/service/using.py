"""How other domains use files.

A file is uploaded and completed by its owner, then named by its id in an operation of another domain, which attaches it
in the transaction of its own change. Attached files are kept until they are released; what nothing uses for a day goes.
"""

from collections.abc import Collection
from datetime import datetime

from app.db.session import ReadSession, WriteSession
from app.domains.files import repository
from app.domains.files.errors import FileInUse, FileNotFound, FileNotReady, FileOfOtherPurpose
from app.domains.files.policies import DOWNLOAD_LIFE
from app.domains.files.service.closing import give_up
from app.domains.files.types import FileFacts, FileId, FileState, Purpose
from app.domains.users.types import UserId
from app.providers.storage.port import ObjectStore, SignedRequest


def attach(session: WriteSession, file_id: FileId, owner_id: UserId, *purposes: Purpose, to: str) -> FileFacts:
    """Let `to`, the id of a thing that has no other file, use a file that its owner uploaded for one of these purposes.
    Repeating it changes nothing. What a picture is stored as in another table is `key` of the answer.

    Raises `FileNotFound` also for somebody else's, `FileNotReady`, `FileOfOtherPurpose`, and `FileInUse` when another
    thing has it.
    """
    is_attached = repository.attach(session, file_id, owner_id, purposes, to)
    file = get_own(session, file_id, owner_id)
    if is_attached or (file.attached_to == to and file.purpose in purposes):
        return file
    if file.state is not FileState.READY:
        raise FileNotReady
    if file.purpose not in purposes:
        raise FileOfOtherPurpose
    if file.attached_to is None:
        raise FileNotFound  # its time is over
    raise FileInUse


def release(session: WriteSession, file_id: FileId) -> None:
    """Delete a file that is no longer used. Its objects go a quarter of an hour later: pages that the edge keeps may
    show it, and addresses that were given out work as long as they said. Repeating it changes nothing."""
    file = repository.by_id(session, file_id)
    if file is not None and file.state is FileState.READY:
        give_up(session, file)


def hand_over(session: WriteSession, things: Collection[str], giver_id: UserId, receiver_id: UserId) -> None:
    """Let the files that one person uploaded for these things be another one's, who has the things now: they count for
    the receiver's room, even beyond what that allows."""
    repository.hand_over(session, things, giver_id, receiver_id)


def get_facts(session: ReadSession, file_id: FileId) -> FileFacts:
    """A file that is ready, whoever owns it: the caller has decided who may know of it. Raises `FileNotFound`."""
    file = repository.by_id(session, file_id)
    if file is None or file.state is not FileState.READY:
        raise FileNotFound
    return file


def get_own(session: ReadSession, file_id: FileId, owner_id: UserId) -> FileFacts:
    """A file of this person in any state but deleted. Raises `FileNotFound`."""
    file = repository.by_id(session, file_id)
    if file is None or file.owner_id != owner_id or file.state is FileState.DELETED:
        raise FileNotFound
    return file


async def sign_download(store: ObjectStore, file: FileFacts, *, now: datetime) -> SignedRequest:
    """An address at which a file is downloaded for a quarter of an hour, under the name its owner gave it. Load the
    file with `get_facts` in a transaction, then call this outside of one. Raises `FileNotFound` when nothing is stored,
    or something else than was checked."""
    stored = await store.find(file.key)
    if stored is None or (_may_be_exchanged(file, now) and stored.etag != file.etag):
        raise FileNotFound
    return await store.sign_get(file.key, life=DOWNLOAD_LIFE, download_name=file.name)


def _may_be_exchanged(file: FileFacts, now: datetime) -> bool:
    """Later on a tag says nothing: each store makes its own, so that it changes when files are moved to another one."""
    return file.key == file.upload_key and file.takes_until is not None and file.takes_until > now
