"""Creators share with a course, teachers with a session: adding, changing, ordering, removing."""

from collections.abc import Sequence
from typing import Any

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.courses import service as courses
from app.domains.courses.errors import CourseNotFound
from app.domains.courses.types import CourseFacts, CourseId
from app.domains.files import service as files
from app.domains.resources import repository
from app.domains.resources.errors import (
    FileIsNoLink,
    MayNotShare,
    ResourceNotFound,
    ResourcesDiffer,
    SessionResource,
    TooManyResources,
)
from app.domains.resources.policies import Access
from app.domains.resources.schemas import Resource
from app.domains.resources.service import access
from app.domains.resources.service.reading import get_resource
from app.domains.resources.types import MOST_RESOURCES, ResourceDraft, ResourceFacts, ResourceId, ResourceKind
from app.domains.sessions import service as sessions
from app.domains.sessions.errors import SessionNotFound
from app.domains.sessions.types import SessionId
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.etags import Expected
from app.edge.principal import Principal


def add_to_course(session: WriteSession, caller: Principal, course_id: CourseId, draft: ResourceDraft) -> ResourceFacts:
    """Put something at the end of the course's shelf. Raises `CourseNotFound`, `MayNotShare`, `ModuleNotFound`,
    `TooManyResources`, and as `files.attach` does."""
    courses.hold(session, course_id)
    course = _managed_course(session, caller, course_id)
    if draft.module_id is not None:
        courses.require_module(session, course_id, draft.module_id)
    owner = {"course_id": course.id, "session_id": None, "module_id": draft.module_id}
    return _add(session, caller, repository.of_course(course.id), draft, owner)


def add_to_session(
    session: WriteSession, caller: Principal, session_id: SessionId, draft: ResourceDraft
) -> ResourceFacts:
    """Put something at the end of a session's shelf. Raises `SessionNotFound`, `MayNotShare`, `TooManyResources`, and
    as `files.attach` does."""
    lesson = sessions.get_session_facts(session, session_id)
    courses.hold(session, lesson.course_id)
    granted = access.to_session(session, lesson, users.as_of_now(session, caller))
    if granted is Access.NONE:
        raise SessionNotFound
    if granted is not Access.MANAGE:
        raise MayNotShare
    owner = {"course_id": lesson.course_id, "session_id": session_id, "module_id": None}
    return _add(session, caller, repository.of_session(session_id), draft, owner)


def _add(
    session: WriteSession, caller: Principal, shelf: repository.Shelf, draft: ResourceDraft, owner: dict[str, Any]
) -> ResourceFacts:
    count, end = repository.count_and_end(session, shelf)
    if count >= MOST_RESOURCES:
        raise TooManyResources
    resource_id, user_id = ResourceId(new_id("res")), UserId(caller.user_id)
    if draft.file_id is not None:
        files.attach(session, draft.file_id, user_id, draft.kind.purpose, to=resource_id)
    values = {
        "id": resource_id,
        "created_by_user_id": user_id,
        "kind": draft.kind,
        "title": draft.title,
        "url": draft.url,
        "file_id": draft.file_id,
        "is_public": draft.is_public,
        "position": end + 1,
        "download_count": 0,
        "created_at": session.now,
        "updated_at": session.now,
    }
    repository.add(session, values | owner)
    made = _found(repository.by_id(session, resource_id))
    _record(session, caller, made, "added")
    return made


def change_resource(
    session: WriteSession, caller: Principal, resource_id: ResourceId, changes: dict[str, Any], expected: Expected
) -> ResourceFacts:
    """Change what is said of a resource, never what it is. Raises `ResourceNotFound`, `MayNotShare`, `ModuleNotFound`,
    `SessionResource`, `FileIsNoLink`, `PreconditionFailed`."""
    resource = _lock_managed(session, caller, resource_id)
    expected.check(Resource.model_validate(resource))
    if changes.get("kind") is ResourceKind.LINK and resource.url is None:
        raise FileIsNoLink
    module_id = changes.get("module_id")
    if resource.session_id is not None and (module_id is not None or changes.get("is_public")):
        raise SessionResource
    if module_id is not None:
        courses.require_module(session, resource.course_id, module_id)
    repository.change(session, resource_id, changes)
    _record(session, caller, resource, "changed")
    return _found(repository.by_id(session, resource_id))


def remove_resource(session: WriteSession, caller: Principal, resource_id: ResourceId) -> None:
    """Take a resource away, its file too. Raises `ResourceNotFound`, `MayNotShare`."""
    resource = _lock_managed(session, caller, resource_id)
    repository.remove(session, resource_id)
    _record(session, caller, resource, "removed")
    if resource.file_id is not None:
        files.release(session, resource.file_id)


def remove_all(session: WriteSession, course_id: CourseId) -> None:
    """Take away what a course shared, files and all: it is a draft that is deleted, so there are no sessions."""
    for file_id in repository.remove_all(session, repository.of_course(course_id)):
        files.release(session, file_id)


def hand_over(session: WriteSession, course_id: CourseId, giver_id: UserId, receiver_id: UserId) -> None:
    """Let the files in it of the one who had the course be those of who has it now, whoever shared them; but for
    sessions that the former teaches, whose shelves they still manage."""
    shared = repository.files_of(session, course_id)
    kept = {
        session_id
        for session_id in {each.session_id for each in shared if each.session_id is not None}
        if sessions.get_session_facts(session, session_id).teacher_id == giver_id
    }
    files.hand_over(session, [each.id for each in shared if each.session_id not in kept], giver_id, receiver_id)


def _lock_managed(session: WriteSession, caller: Principal, resource_id: ResourceId) -> ResourceFacts:
    caller = users.as_of_now(session, caller)
    resource = get_resource(session, resource_id, caller)
    if access.to_resource(session, resource, caller) is not Access.MANAGE:
        raise MayNotShare
    courses.hold(session, resource.course_id)  # its modules too, before anything of it is locked
    return _found(repository.lock(session, resource_id))


def _record(session: WriteSession, caller: Principal, resource: ResourceFacts, action: str) -> None:
    """Write down what an administrator does to what others share."""
    owners = {courses.get_course(session, resource.course_id).creator_id}
    if resource.session_id is not None:
        owners.add(sessions.get_session_facts(session, resource.session_id).teacher_id)
    if caller.user_id not in owners:
        after = {"course_id": resource.course_id, "session_id": resource.session_id}
        audit.record(session, caller.user_id, Change(f"resource.{action}", "resource", resource.id, after=after))


def _found(resource: ResourceFacts | None) -> ResourceFacts:
    if resource is None:
        raise ResourceNotFound
    return resource


def put_in_order(session: WriteSession, caller: Principal, course_id: CourseId, ids: Sequence[ResourceId]) -> None:
    """Put the whole shelf of a course in this order. Raises `CourseNotFound`, `MayNotShare`, `ResourcesDiffer`."""
    course = _managed_course(session, caller, course_id)
    there = repository.lock_ids(session, repository.of_course(course.id))
    if sorted(there) != sorted(ids):
        raise ResourcesDiffer
    if ids:
        repository.put_in_order(session, ids)
    if caller.user_id != course.creator_id:
        audit.record(session, caller.user_id, Change("resources.ordered", "course", course.id))


def _managed_course(session: WriteSession, caller: Principal, course_id: CourseId) -> CourseFacts:
    course, granted = access.find_course(session, course_id, users.as_of_now(session, caller))
    if granted is Access.PUBLIC:
        raise CourseNotFound
    if granted is not Access.MANAGE:
        raise MayNotShare
    return course
