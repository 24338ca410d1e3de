"""SQL of recordings."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select, update

from app.db.export import Plain, plain_rows
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.enrollments.types import EnrollmentId
from app.domains.recordings.models import Recording
from app.domains.recordings.types import Copy, RecordingFacts, RecordingId, RecordingState
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId

_FACTS = (
    Recording.id,
    Recording.session_id,
    Recording.provider_id,
    Recording.state,
    Recording.key,
    Recording.content_type,
    Recording.size_bytes,
    Recording.sha256,
    Recording.created_at,
    Recording.kept_at,
    Recording.is_unwanted,
)


def _as_facts(row: Row[*tuple[Any, ...]]) -> RecordingFacts:
    values = dict(row._mapping)  # noqa: SLF001 - the public way to a row's names
    return RecordingFacts(**(values | {"state": RecordingState(values["state"])}))


def _all(session: ReadSession, statement: Select[*tuple[Any, ...]]) -> list[RecordingFacts]:
    return [_as_facts(row) for row in session.execute(statement)]


def insert(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when the recording is known."""
    row = values | {"created_at": session.now, "is_unwanted": False}
    return insert_or_skip(session, Recording, row) == 1


def by_id(session: ReadSession, recording_id: RecordingId) -> RecordingFacts | None:
    found = _all(session, select(*_FACTS).where(Recording.id == recording_id))
    return found[0] if found else None


def of_session(session: ReadSession, session_id: SessionId) -> list[RecordingFacts]:
    """In the order in which they came, without those that were deleted."""
    statement = select(*_FACTS).where(Recording.session_id == session_id, Recording.state != RecordingState.DELETED)
    return _all(session, statement.order_by(Recording.created_at, Recording.id))


def recorded(session: ReadSession, session_ids: Collection[SessionId]) -> set[SessionId]:
    """Those of them of which a recording is known, whatever became of it."""
    return set(session.scalars(select(Recording.session_id).where(Recording.session_id.in_(session_ids))))


def keep(session: WriteSession, recording_id: RecordingId, made: Copy) -> bool:
    """Exactly one caller gets True, and none once somebody in it has left."""
    values = {"content_type": made.content_type, "size_bytes": made.size_bytes, "sha256": made.sha256}
    values |= {"state": RecordingState.KEPT, "kept_at": session.now}
    return _move(session, recording_id, values, ~Recording.is_unwanted)


def lose(session: WriteSession, recording_id: RecordingId) -> bool:
    return _move(session, recording_id, {"state": RecordingState.LOST})


def _move(
    session: WriteSession, recording_id: RecordingId, values: dict[str, Any], *conditions: ColumnElement[bool]
) -> bool:
    waiting = update(Recording).where(
        Recording.id == recording_id, Recording.state == RecordingState.WAITING, *conditions
    )
    return session.change(waiting.values(values)) == 1


def waiting(session: ReadSession, *, before: datetime, limit: int) -> list[RecordingId]:
    """What was to be copied before then and still is, the newest first: those are most likely still to be had."""
    statement = select(Recording.id).where(
        Recording.state == RecordingState.WAITING, ~Recording.is_unwanted, Recording.created_at <= before
    )
    return list(session.scalars(statement.order_by(Recording.created_at.desc(), Recording.id).limit(limit)))


def delete(session: WriteSession, recording_id: RecordingId) -> bool:
    """The row stays, so that the same recording does not come again. Exactly one caller gets True."""
    there = update(Recording).where(Recording.id == recording_id, Recording.state != RecordingState.DELETED)
    return session.change(there.values(state=RecordingState.DELETED)) == 1


def ended(
    session: ReadSession, held: Collection[EnrollmentId], *, kept_before: datetime | None, limit: int
) -> list[RecordingId]:
    """What is to be deleted: unwanted ones, and those kept since before then; never of the places that are held."""
    is_over = or_(Recording.is_unwanted, Recording.kept_at < kept_before) if kept_before else Recording.is_unwanted
    statement = select(Recording.id).where(
        Recording.state != RecordingState.DELETED,
        is_over,
        Recording.enrollment_id.not_in(held),
    )
    return list(session.scalars(statement.order_by(Recording.id).limit(limit)))


def _is_of(user_id: UserId) -> ColumnElement[bool]:
    """Whether the person is teacher or student in it."""
    return or_(Recording.teacher_id == user_id, Recording.student_id == user_id)


def mark_unwanted(session: WriteSession, user_id: UserId) -> None:
    session.change(update(Recording).where(_is_of(user_id)).values(is_unwanted=True))


def export_rows(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(
        Recording.session_id,
        Recording.state,
        Recording.content_type,
        Recording.size_bytes,
        Recording.sha256,
        Recording.created_at,
        Recording.kept_at,
    ).where(_is_of(user_id), Recording.state != RecordingState.DELETED)
    return plain_rows(session, statement.order_by(Recording.created_at.desc(), Recording.id))


def expected(session: ReadSession, keys: Collection[str]) -> set[str]:
    """Those of the keys that belong to recordings that are kept, or being copied."""
    alive = (RecordingState.WAITING, RecordingState.KEPT)
    return set(session.scalars(select(Recording.key).where(Recording.key.in_(keys), Recording.state.in_(alive))))


def kept_after(session: ReadSession, recording_id: str, *, limit: int) -> list[RecordingFacts]:
    """Those that are kept, in the order of their ids."""
    statement = select(*_FACTS).where(Recording.state == RecordingState.KEPT, Recording.id > recording_id)
    return _all(session, statement.order_by(Recording.id).limit(limit))
