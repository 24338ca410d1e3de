"""SQL of files."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, not_, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.files.models import File
from app.domains.files.types import Fault, FileFacts, FileId, FileState, Kept, Purpose
from app.domains.users.types import UserId

_FACTS = (
    File.id,
    File.owner_id,
    File.purpose,
    File.name,
    File.content_type,
    File.size_bytes,
    File.state,
    File.key,
    File.upload_key,
    File.upload_id,
    File.etag,
    File.fault,
    File.attached_to,
    File.created_at,
    File.expires_at,
    File.ready_at,
    File.takes_until,
)
_ALIVE = (FileState.PENDING, FileState.READY)


def _as_facts(row: Row[*tuple[Any, ...]]) -> FileFacts:
    values = dict(row._mapping)  # noqa: SLF001 - the public way to a row's names
    fault = values["fault"]
    closed = {"purpose": Purpose(values["purpose"]), "state": FileState(values["state"])}
    return FileFacts(**(values | closed | {"fault": Fault(fault) if fault else None}))


def _all(session: ReadSession, statement: Select[*tuple[Any, ...]]) -> list[FileFacts]:
    return [_as_facts(row) for row in session.execute(statement)]


def insert(session: WriteSession, values: dict[str, Any]) -> None:
    insert_or_skip(session, File, values | {"state": FileState.PENDING, "created_at": session.now})


def by_id(session: ReadSession, file_id: FileId) -> FileFacts | None:
    """Deleted ones too."""
    found = _all(session, select(*_FACTS).where(File.id == file_id))
    return found[0] if found else None


def page(session: ReadSession, owner_id: UserId, *, before: Moment | None, limit: int) -> list[FileFacts]:
    """Newest first, without those that were deleted."""
    statement = select(*_FACTS).where(File.owner_id == owner_id, File.state != FileState.DELETED)
    return _all(session, page_after(statement, File.created_at, File.id, place=before, limit=limit))


def usage(session: ReadSession, owner_id: UserId) -> tuple[int, int]:
    """The bytes that a person's files take or may yet take, and how many uploads are under way. What is over counts no
    more, whenever it is swept."""
    is_alive = and_(File.state.in_(_ALIVE), or_(File.expires_at.is_(None), File.expires_at > session.now))
    is_under_way = and_(is_alive, File.state == FileState.PENDING)
    # Nobody can take an address back: as soon as nothing lies there any more, it takes an upload again.
    is_redrawn = and_(File.state == FileState.READY, File.key != File.upload_key)
    may_arrive = and_(File.takes_until > session.now, or_(not_(is_alive), is_redrawn))
    taken = _sum_where(is_alive, File.size_bytes) + _sum_where(may_arrive, File.sent_bytes)
    statement = select(taken, func.count().filter(is_under_way)).where(File.owner_id == owner_id)
    used, pending = session.execute(statement).one()
    return int(used), pending


def _sum_where(condition: ColumnElement[bool], column: InstrumentedAttribute[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column).filter(condition), 0)


def set_upload_id(session: WriteSession, file_id: FileId, upload_id: str) -> bool:
    """False when it has one, or is not pending any more."""
    statement = update(File).where(File.id == file_id, File.state == FileState.PENDING, File.upload_id.is_(None))
    return session.change(statement.values(upload_id=upload_id)) == 1


def finish(session: WriteSession, file_id: FileId, kept: Kept, *, expires_at: datetime, takes_until: datetime) -> bool:
    """Move a pending file; exactly one caller gets True."""
    statement = update(File).where(File.id == file_id, File.state == FileState.PENDING, File.expires_at > session.now)
    values = {"state": FileState.READY, "size_bytes": kept.size_bytes, "etag": kept.etag}
    times = {"ready_at": session.now, "expires_at": expires_at, "takes_until": takes_until}
    return session.change(statement.values(values | times)) == 1


@dataclass(frozen=True, slots=True)
class Ending:
    """Until when the row of a file that ends is kept, and until when something may still arrive."""

    expires_at: datetime
    takes_until: datetime


def close(session: WriteSession, file: FileFacts, state: FileState, ending: Ending, *, fault: Fault | None) -> bool:
    """End a file in the state in which it was read; exactly one caller gets True."""
    statement = update(File).where(File.id == file.id, File.state == file.state)
    values = {"state": state, "fault": fault, "attached_to": None}
    return session.change(statement.values(values | asdict(ending))) == 1


def close_unused(session: WriteSession, file: FileFacts, ending: Ending) -> bool:
    """The same to `DELETED`, unless something uses it by now."""
    statement = update(File).where(File.id == file.id, File.state == file.state, File.attached_to.is_(None))
    return session.change(statement.values({"state": FileState.DELETED} | asdict(ending))) == 1


def attach(session: WriteSession, file_id: FileId, owner_id: UserId, purposes: Collection[Purpose], to: str) -> bool:
    """False unless it is ready, theirs, for that, and unused."""
    statement = update(File).where(
        File.id == file_id,
        File.owner_id == owner_id,
        File.purpose.in_(purposes),
        File.state == FileState.READY,
        File.attached_to.is_(None),
        File.expires_at > session.now,
    )
    return session.change(statement.values(attached_to=to, expires_at=None)) == 1


def attached_to(session: ReadSession, to: str, purpose: Purpose) -> list[FileFacts]:
    statement = select(*_FACTS).where(File.attached_to == to, File.purpose == purpose, File.state == FileState.READY)
    return _all(session, statement.order_by(File.id))


def hand_over(session: WriteSession, things: Collection[str], giver_id: UserId, receiver_id: UserId) -> None:
    statement = update(File).where(File.attached_to.in_(things), File.owner_id == giver_id)
    session.change(statement.values(owner_id=receiver_id))


def ended(session: ReadSession, limit: int) -> list[FileFacts]:
    """Those whose time is over, the oldest first."""
    statement = select(*_FACTS).where(File.expires_at < session.now, File.state.in_(_ALIVE))
    return _all(session, statement.order_by(File.expires_at, File.id).limit(limit))


def delete_closed(session: WriteSession) -> None:
    """The rows of files that were deleted or refused long ago."""
    session.change(delete(File).where(File.expires_at < session.now, File.state.not_in(_ALIVE)))


def personal(session: ReadSession, owner_id: UserId, purposes: Collection[Purpose]) -> list[FileFacts]:
    """Of a person's files those for these purposes, and those that nothing uses."""
    is_own = or_(File.purpose.in_(purposes), File.attached_to.is_(None))
    statement = select(*_FACTS).where(File.owner_id == owner_id, File.state.in_(_ALIVE), is_own)
    return _all(session, statement.order_by(File.id))


def export_rows(session: ReadSession, owner_id: UserId) -> list[Plain]:
    statement = select(
        File.id,
        File.purpose,
        File.name,
        File.content_type,
        File.size_bytes,
        File.state,
        File.attached_to,
        File.created_at,
        File.ready_at,
    ).where(File.owner_id == owner_id, File.state != FileState.DELETED)
    return plain_rows(session, statement.order_by(File.created_at.desc(), File.id))


def anonymize_closed(session: WriteSession, owner_id: UserId, name: str) -> None:
    """Names are their owner's words; of files that are gone nobody needs them."""
    session.change(update(File).where(File.owner_id == owner_id, File.state.not_in(_ALIVE)).values(name=name))


def kept_after(session: ReadSession, file_id: str, *, limit: int) -> list[FileFacts]:
    """Files that are ready, in the order of their ids."""
    statement = select(*_FACTS).where(File.state == FileState.READY, File.id > file_id)
    return _all(session, statement.order_by(File.id).limit(limit))


def expected_under(session: ReadSession, stems: Collection[str], *, closed_after: datetime) -> Iterator[FileFacts]:
    """Of the files with these keys those that may have objects: pending and ready ones, and such as were closed so
    lately that their objects may still be deleted."""
    is_closing = and_(File.state.not_in(_ALIVE), File.expires_at > closed_after)
    is_known = or_(File.key.in_(stems), File.upload_key.in_(stems))
    statement = select(*_FACTS).where(is_known, or_(File.state.in_(_ALIVE), is_closing))
    return iter(_all(session, statement))


def names_of(rows: Iterable[FileFacts]) -> frozenset[str]:
    """Every key that these files may have."""
    return frozenset(key for row in rows for key in row.all_keys)
