"""SQL of resources. Rows leave as facts: every change is an UPDATE that loaded objects do not see."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, select, update

from app.db.export import Plain, plain_rows
from app.db.keyset import page_after
from app.db.session import ReadSession, WriteSession
from app.domains.courses.types import CourseId
from app.domains.files.types import FileId
from app.domains.resources.models import Resource
from app.domains.resources.types import ResourceFacts, ResourceId, ResourceKind
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId

Shelf: TypeAlias = ColumnElement[bool]
"""The condition that names the resources of one course or one session."""

_FACTS = (
    Resource.id,
    Resource.course_id,
    Resource.module_id,
    Resource.session_id,
    Resource.created_by_user_id,
    Resource.kind,
    Resource.title,
    Resource.url,
    Resource.file_id,
    Resource.is_public,
    Resource.position,
    Resource.download_count,
    Resource.created_at,
    Resource.updated_at,
)


def of_course(course_id: CourseId) -> Shelf:
    """The shelf of a course: what belongs to all of it or to a module, not to a session."""
    return and_(Resource.course_id == course_id, Resource.session_id.is_(None))


def of_session(session_id: SessionId) -> Shelf:
    """The shelf of a session."""
    return Resource.session_id == session_id


def by_id(session: ReadSession, resource_id: ResourceId) -> ResourceFacts | None:
    row = session.execute(select(*_FACTS).where(Resource.id == resource_id)).one_or_none()
    return _facts(row) if row else None


def lock(session: WriteSession, resource_id: ResourceId) -> ResourceFacts | None:
    """The resource, kept from everybody else who locks or changes it until this transaction ends."""
    row = session.execute(select(*_FACTS).where(Resource.id == resource_id).with_for_update()).one_or_none()
    return _facts(row) if row else None


def lock_ids(session: WriteSession, shelf: Shelf) -> list[ResourceId]:
    """All of a shelf, locked in one order."""
    return list(session.scalars(select(Resource.id).where(shelf).order_by(Resource.id).with_for_update()))


def _facts(row: Any) -> ResourceFacts:
    values = {column.key: value for column, value in zip(_FACTS, row, strict=True)}
    return ResourceFacts(**values | {"kind": ResourceKind(values["kind"])})


def page(
    session: ReadSession,
    shelf: Shelf,
    *,
    is_public_only: bool,
    after: Sequence[str | int] | None,
    limit: int,
) -> list[ResourceFacts]:
    """In the order of the shelf."""
    wanted = select(*_FACTS).where(shelf)
    if is_public_only:
        wanted = wanted.where(Resource.is_public)
    found = page_after(wanted, Resource.position, Resource.id, place=after, limit=limit, is_descending=False)
    return [_facts(row) for row in session.execute(found)]


def files_of(session: ReadSession, course_id: CourseId) -> list[ResourceFacts]:
    """The files that were shared with a course and its sessions."""
    found = session.execute(select(*_FACTS).where(Resource.course_id == course_id, Resource.file_id.is_not(None)))
    return [_facts(row) for row in found]


def count_and_end(session: ReadSession, shelf: Shelf) -> tuple[int, int]:
    """How many there are, and the last position."""
    row = session.execute(select(func.count(), func.coalesce(func.max(Resource.position), 0)).where(shelf)).one()
    return row[0], row[1]


def add(session: WriteSession, values: dict[str, Any]) -> None:
    session.change(insert(Resource).values(values))


def change(session: WriteSession, resource_id: ResourceId, values: dict[str, Any]) -> None:
    changed = values | {"updated_at": session.now}
    session.change(update(Resource).where(Resource.id == resource_id).values(changed))


def put_in_order(session: WriteSession, ids: Sequence[ResourceId]) -> None:
    """Give them the positions from 1 on."""
    places = {resource_id: place for place, resource_id in enumerate(ids, start=1)}
    statement = update(Resource).where(Resource.id.in_(ids))
    session.change(statement.values(position=case(places, value=Resource.id)))


def remove(session: WriteSession, resource_id: ResourceId) -> bool:
    return session.change(delete(Resource).where(Resource.id == resource_id)) == 1


def remove_all(session: WriteSession, shelf: Shelf) -> list[FileId]:
    """Empty a shelf; the files that were on it."""
    found = session.scalars(select(Resource.file_id).where(shelf, Resource.file_id.is_not(None)))
    files = [file_id for file_id in found if file_id is not None]
    session.change(delete(Resource).where(shelf))
    return files


def count_download(session: WriteSession, resource_id: ResourceId) -> None:
    statement = update(Resource).where(Resource.id == resource_id)
    session.change(statement.values(download_count=Resource.download_count + 1))


def export_rows(session: ReadSession, user_id: UserId) -> list[Plain]:
    own = [column for column in _FACTS if column.key != "created_by_user_id"]
    statement = select(*own).where(Resource.created_by_user_id == user_id)
    return plain_rows(session, statement.order_by(Resource.created_at.desc(), Resource.id))
