"""Resources as those see them for whom they are."""

from collections.abc import Sequence

from app.db.session import ReadSession, WriteSession
from app.domains.courses.types import CourseId
from app.domains.files import service as files
from app.domains.files.types import FileFacts
from app.domains.resources import repository
from app.domains.resources.errors import ResourceNotFound
from app.domains.resources.policies import Access
from app.domains.resources.service import access
from app.domains.resources.types import ResourceFacts, ResourceId
from app.domains.sessions import service as sessions
from app.domains.sessions.errors import SessionNotFound
from app.domains.sessions.types import SessionId
from app.edge.principal import Principal

Position = Sequence[str | int]


def list_of_course(
    session: ReadSession, course_id: CourseId, viewer: Principal | None, *, after: Position | None, limit: int
) -> list[ResourceFacts]:
    """What the course shares with the viewer, in its order. Raises `CourseNotFound`."""
    course, granted = access.find_course(session, course_id, viewer)
    shelf = repository.of_course(course.id)
    return repository.page(session, shelf, is_public_only=granted is Access.PUBLIC, after=after, limit=limit)


def list_of_session(
    session: ReadSession, session_id: SessionId, viewer: Principal, *, after: Position | None, limit: int
) -> list[ResourceFacts]:
    """What belongs to a session, in the order in which it was added. Raises `SessionNotFound`."""
    lesson = sessions.get_session_facts(session, session_id)
    if access.to_session(session, lesson, viewer) is Access.NONE:
        raise SessionNotFound
    shelf = repository.of_session(session_id)
    return repository.page(session, shelf, is_public_only=False, after=after, limit=limit)


def get_resource(session: ReadSession, resource_id: ResourceId, viewer: Principal | None) -> ResourceFacts:
    """Raises `ResourceNotFound`."""
    resource = repository.by_id(session, resource_id)
    if resource is None or access.to_resource(session, resource, viewer) is Access.NONE:
        raise ResourceNotFound
    return resource


def open_resource(session: WriteSession, resource_id: ResourceId, viewer: Principal | None) -> FileFacts | str:
    """Let the viewer have the resource, and count that: its file, or the address where it is. Raises
    `ResourceNotFound`, `FileNotFound`."""
    resource = get_resource(session, resource_id, viewer)
    repository.count_download(session, resource_id)
    return files.get_facts(session, resource.file_id) if resource.file_id else resource.url or ""
