"""Creators give homework, change it and take it back."""

from dataclasses import asdict
from typing import Any

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.courses import service as courses
from app.domains.courses.policies import may_manage
from app.domains.courses.types import CourseFacts, CourseId, ModuleId
from app.domains.enrollments import service as enrollments
from app.domains.homework import repository
from app.domains.homework.errors import (
    AssignmentInUse,
    AssignmentNotFound,
    MayNotAssign,
    TooManyAssignments,
)
from app.domains.homework.schemas import Homework
from app.domains.homework.service.completing import complete_those_done
from app.domains.homework.service.reading import get_assignment, load_assignment, readable_course
from app.domains.homework.types import MOST_ASSIGNMENTS, AssignmentDraft, AssignmentFacts, AssignmentId
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.etags import Expected
from app.edge.principal import Principal


def create_assignment(
    session: WriteSession, caller: Principal, course_id: CourseId, draft: AssignmentDraft
) -> AssignmentFacts:
    """Give homework in a course in any state. Those who completed the course before stay as they are. Raises
    `AssignmentNotFound`, `MayNotAssign`, `ModuleNotFound`, `TooManyAssignments`."""
    course = _managed_course(session, course_id, caller)
    _require_module(session, course_id, draft.module_id)
    if repository.count_assignments(session, course_id) >= MOST_ASSIGNMENTS:
        raise TooManyAssignments
    assignment_id = AssignmentId(new_id("hwk"))
    made = {"created_by_user_id": UserId(caller.user_id), "created_at": session.now, "updated_at": session.now}
    repository.insert_assignment(session, {"id": assignment_id, "course_id": course.id, **asdict(draft), **made})
    _record(session, caller, course, "created", assignment_id)
    return load_assignment(session, assignment_id)


def change_assignment(
    session: WriteSession, caller: Principal, assignment_id: AssignmentId, changes: dict[str, Any], expected: Expected
) -> AssignmentFacts:
    """Change what is given. When nobody has to do it any more, courses that waited for it are completed. Raises
    `AssignmentNotFound`, `MayNotAssign`, `ModuleNotFound`, `PreconditionFailed`."""
    course = _course_of(session, assignment_id, caller)
    places = enrollments.lock_active_places(session, course.id)
    before = _found(repository.lock_assignment(session, assignment_id))
    expected.check(Homework.model_validate(before))
    _require_module(session, course.id, changes.get("module_id"))
    repository.change_assignment(session, assignment_id, changes)
    _record(session, caller, course, "changed", assignment_id)
    after = load_assignment(session, assignment_id)
    if before.counts and not after.counts:
        complete_those_done(session, course.id, places)
    return after


def delete_assignment(session: WriteSession, caller: Principal, assignment_id: AssignmentId) -> None:
    """Forget homework that nobody handed in; courses that waited for it are completed. Raises `AssignmentNotFound`,
    `MayNotAssign`, `AssignmentInUse`."""
    course = _course_of(session, assignment_id, caller)
    places = enrollments.lock_active_places(session, course.id)
    before = _found(repository.lock_assignment(session, assignment_id))
    if not repository.delete_unused(session, assignment_id):
        raise AssignmentInUse
    _record(session, caller, course, "deleted", assignment_id)
    if before.counts:
        complete_those_done(session, course.id, places)


def delete_all_unused(session: WriteSession, course_id: CourseId) -> None:
    """Forget the homework of a draft that is deleted; what somebody handed in stays."""
    repository.delete_unused_of_course(session, course_id)


def _course_of(session: WriteSession, assignment_id: AssignmentId, caller: Principal) -> CourseFacts:
    return _managed_course(session, get_assignment(session, assignment_id, caller).course_id, caller)


def _managed_course(session: WriteSession, course_id: CourseId, caller: Principal) -> CourseFacts:
    caller = users.as_of_now(session, caller)
    courses.hold(session, course_id)  # its modules too, before anything of it is locked
    course = readable_course(session, course_id, caller)
    if not may_manage(course, caller):
        raise MayNotAssign
    return course


def _record(
    session: WriteSession, caller: Principal, course: CourseFacts, action: str, assignment_id: AssignmentId
) -> None:
    """Write down what an administrator does to the homework of somebody else's course."""
    if caller.user_id != course.creator_id:
        after = {"course_id": course.id}
        audit.record(session, caller.user_id, Change(f"homework.{action}", "assignment", assignment_id, after=after))


def _require_module(session: WriteSession, course_id: CourseId, module_id: ModuleId | None) -> None:
    if module_id is not None:
        courses.require_module(session, course_id, module_id)


def _found(assignment: AssignmentFacts | None) -> AssignmentFacts:
    if assignment is None:
        raise AssignmentNotFound
    return assignment
