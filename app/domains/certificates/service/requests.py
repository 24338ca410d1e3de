"""Asking to teach a course that one finished, and deciding about it."""

from collections.abc import Sequence

from app.core.ids import new_id
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.certificates import repository
from app.domains.certificates.errors import (
    AlreadyCertified,
    AlreadyRecommended,
    CourseNotCompleted,
    MayNotDecide,
    TeachingRequestNotFound,
    TeachingRequestNotPending,
)
from app.domains.certificates.events import TeachingDeclined, TeachingRequested
from app.domains.certificates.models import TeachingRequest
from app.domains.certificates.service.permissions import record
from app.domains.certificates.service.teachers import certify_directly, managed_course
from app.domains.certificates.types import RequestStatus, TeachingRequestFacts, TeachingRequestId
from app.domains.courses import policies as course_policies
from app.domains.courses import service as courses
from app.domains.courses.types import CourseFacts, CourseId
from app.domains.enrollments import service as enrollments
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.principal import Principal


def ask(session: WriteSession, caller: Principal, id_or_slug: str) -> TeachingRequestFacts:
    """Ask to be certified. While a request is open, asking again answers that one and tells nobody.

    Raises `CourseNotFound`, `CourseNotCompleted`, `AlreadyCertified`, `AlreadyRecommended`.
    """
    user_id = UserId(caller.user_id)
    course = courses.get_visible(session, id_or_slug, viewer=caller)
    users.lock_user(session, user_id)  # so that a certification at the same time is not missed
    _check_candidate(session, user_id, course.id)
    request_id = TeachingRequestId(new_id("trq"))
    values = {"id": request_id, "user_id": user_id, "course_id": course.id, "status": RequestStatus.PENDING}
    if repository.insert_request(session, values | {"created_at": session.now}):
        session.publish(TeachingRequested(request_id, course.creator_id))
        return get_request(session, request_id)
    return _facts(session, [_open_one(session, user_id, course.id)])[0]


def _check_candidate(session: ReadSession, user_id: UserId, course_id: CourseId) -> None:
    if courses.is_certified(session, course_id, user_id):
        raise AlreadyCertified
    if enrollments.find_completed(session, user_id, course_id) is None:
        raise CourseNotCompleted
    if repository.standing(session, user_id, course_id):
        raise AlreadyRecommended


def _open_one(session: ReadSession, user_id: UserId, course_id: CourseId) -> TeachingRequest:
    found = repository.pending_request(session, user_id, course_id)
    if found is None:
        raise TeachingRequestNotPending  # decided between the two statements; asking again makes a new one
    return found


def accept(session: WriteSession, caller: Principal, request_id: TeachingRequestId) -> TeachingRequestFacts:
    """Certify the person who asked, as `teachers.grant` does.

    Raises `TeachingRequestNotFound`, `MayNotDecide`, `TeachingRequestNotPending`, and what `grant` does.
    """
    caller, course, user_id = _to_decide(session, caller, request_id)
    _decide(session, caller, request_id, RequestStatus.CERTIFIED)
    certify_directly(session, caller, course, user_id)
    return get_request(session, request_id)


def decline(
    session: WriteSession, caller: Principal, request_id: TeachingRequestId, reason: str
) -> TeachingRequestFacts:
    """Turn the wish down; the person is told why and may ask again.

    Raises `TeachingRequestNotFound`, `MayNotDecide`, `TeachingRequestNotPending`.
    """
    caller, course, user_id = _to_decide(session, caller, request_id)
    _decide(session, caller, request_id, RequestStatus.DECLINED, reason)
    record(session, UserId(caller.user_id), "teacher.declined", user_id, course.id, reason)
    session.publish(TeachingDeclined(request_id, user_id))
    return get_request(session, request_id)


def _to_decide(
    session: WriteSession, caller: Principal, request_id: TeachingRequestId
) -> tuple[Principal, CourseFacts, UserId]:
    """The caller as of now, the course, and who asked, whom nobody certifies before this unit is done."""
    caller = users.as_of_now(session, caller)
    found = get_request(session, request_id)
    course = courses.get_course(session, found.course_id)
    if caller.user_id == found.user_id:
        raise MayNotDecide
    if not course_policies.may_manage(course, caller):
        raise TeachingRequestNotFound
    users.lock_user(session, found.user_id)  # in the order in which `ask` and `grant` lock
    return caller, course, found.user_id


def _decide(
    session: WriteSession,
    caller: Principal,
    request_id: TeachingRequestId,
    status: RequestStatus,
    reason: str | None = None,
) -> None:
    decided_by = UserId(caller.user_id)
    if not repository.decide_request(session, request_id, status=status, decided_by=decided_by, decline_reason=reason):
        raise TeachingRequestNotPending


def get_request(session: ReadSession, request_id: TeachingRequestId) -> TeachingRequestFacts:
    """Raises `TeachingRequestNotFound`."""
    found = find_request(session, request_id)
    if found is None:
        raise TeachingRequestNotFound
    return found


def find_request(session: ReadSession, request_id: TeachingRequestId) -> TeachingRequestFacts | None:
    """None when there is none, or its sender has left."""
    found = repository.request_by_id(session, request_id)
    return _facts(session, [found])[0] if found else None


def list_requests(
    session: ReadSession,
    caller: Principal,
    id_or_slug: str,
    status: RequestStatus | None,
    *,
    before: Moment | None,
    limit: int,
) -> list[TeachingRequestFacts]:
    """Who asked to teach the course, newest first. Raises `CourseNotFound`."""
    course = managed_course(session, caller, id_or_slug)
    rows = repository.requests_for_course(session, course.id, status=status, before=before, limit=limit)
    return _facts(session, rows)


def list_own_requests(
    session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int
) -> list[TeachingRequestFacts]:
    """What somebody asked to teach, and what became of it, newest first."""
    return _facts(session, repository.requests_of_person(session, user_id, before=before, limit=limit))


def _facts(session: ReadSession, rows: Sequence[TeachingRequest]) -> list[TeachingRequestFacts]:
    people = users.get_people(session, {row.user_id for row in rows})
    wanted = courses.get_courses(session, {row.course_id for row in rows})
    return [
        TeachingRequestFacts(
            id=row.id,
            user_id=row.user_id,
            name=people[row.user_id].name,
            handle=people[row.user_id].handle,
            course_id=row.course_id,
            course_title=wanted[row.course_id].title,
            status=RequestStatus(row.status),
            created_at=row.created_at,
            decided_at=row.decided_at,
            decline_reason=row.decline_reason,
        )
        for row in rows
    ]
