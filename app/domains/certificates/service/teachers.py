"""Who teaches a course: certified directly, withdrawn, restored, pausing."""

from collections.abc import Sequence

from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.certificates import policies, repository
from app.domains.certificates.errors import AlreadyCertified, CourseNotCompleted, MayNotDecide
from app.domains.certificates.events import TeacherRestored, TeacherWithdrawn
from app.domains.certificates.service.deciding import issue_directly
from app.domains.certificates.service.permissions import certify, grant_wish, record, tell_if_untaught
from app.domains.certificates.types import CertificateStatus, CourseTeacher
from app.domains.courses import policies as course_policies
from app.domains.courses import service as courses
from app.domains.courses.errors import CourseNotFound
from app.domains.courses.types import CertificationFacts, CourseFacts, CourseId
from app.domains.enrollments import service as enrollments
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.principal import Principal


def managed_course(session: ReadSession, caller: Principal, id_or_slug: str) -> CourseFacts:
    """A course, in any state, whose creator the caller is, or any for an administrator. Raises `CourseNotFound`."""
    course = courses.get_visible(session, id_or_slug, viewer=caller)
    if not course_policies.may_manage(course, caller):
        raise CourseNotFound
    return course


def grant(session: WriteSession, caller: Principal, id_or_slug: str, user_id: UserId) -> CourseTeacher:
    """Certify somebody who finished the course, or its creator, without a recommendation.

    Raises `CourseNotFound`, `MayNotDecide`, `UserNotFound`, `AlreadyCertified`, `CourseNotCompleted`,
    `WithdrawnByAdmin`.
    """
    caller = users.as_of_now(session, caller)
    course = managed_course(session, caller, id_or_slug)
    if not policies.may_certify(caller, user_id, course):
        raise MayNotDecide
    users.lock_user(session, user_id)  # so that of two who certify somebody at once the second one sees it
    certify_directly(session, caller, course, user_id)
    return get_teacher(session, course.id, user_id)


def certify_directly(session: WriteSession, caller: Principal, course: CourseFacts, user_id: UserId) -> None:
    """Creators get no certificate: a document by which somebody vouches for themselves proves nothing.

    Raises `AlreadyCertified`, `CourseNotCompleted`, `WithdrawnByAdmin`.
    """
    if courses.is_certified(session, course.id, user_id):
        raise AlreadyCertified
    if user_id == course.creator_id:
        certify(session, caller, user_id, course.id)
        return
    place = enrollments.find_completed(session, user_id, course.id)
    if place is None:
        raise CourseNotCompleted
    issue_directly(session, caller, place)


def withdraw(session: WriteSession, caller: Principal, id_or_slug: str, user_id: UserId, reason: str) -> CourseTeacher:
    """Let somebody teach the course no more, and revoke the certificate. What is planned is called off, by who listens
    to the event; what is so already is no change, but that an administrator's word takes the place of the creator's.
    Raises `CourseNotFound`, `CertificationNotFound`."""
    caller = users.as_of_now(session, caller)
    course = managed_course(session, caller, id_or_slug)
    courses.lock_teachers(session, course.id)
    was_bookable = courses.is_bookable_teacher(session, course.id, user_id)
    by_admin = caller.user_id != course.creator_id
    courses.get_certification(session, user_id, course.id)
    if courses.withdraw_teacher(session, user_id=user_id, course_id=course.id, reason=reason, by_admin=by_admin):
        _revoke(session, user_id, course.id)
        record(session, UserId(caller.user_id), "teacher.withdrawn", user_id, course.id, reason)
        session.publish(TeacherWithdrawn(user_id, course.id))
    elif by_admin and courses.seal_withdrawal(session, user_id=user_id, course_id=course.id, reason=reason):
        record(session, UserId(caller.user_id), "teacher.withdrawn", user_id, course.id, reason)
    if was_bookable:
        tell_if_untaught(session, course.id, without=user_id)
    return get_teacher(session, course.id, user_id)


def _revoke(session: WriteSession, user_id: UserId, course_id: CourseId) -> None:
    standing = repository.standing(session, user_id, course_id)
    if standing:
        repository.move(session, standing.id, old=CertificateStatus.ISSUED, new=CertificateStatus.REVOKED)


def restore(session: WriteSession, caller: Principal, id_or_slug: str, user_id: UserId) -> CourseTeacher:
    """Undo `withdraw`, the certificate's too. What is so already is no change.

    Raises `CourseNotFound`, `CertificationNotFound`, `MayNotDecide`, `UserNotFound` for somebody who has left,
    `WithdrawnByAdmin`.
    """
    caller = users.as_of_now(session, caller)
    course = managed_course(session, caller, id_or_slug)
    courses.lock_teachers(session, course.id)
    if courses.get_certification(session, user_id, course.id).is_active:
        return get_teacher(session, course.id, user_id)
    if not policies.may_certify(caller, user_id, course):
        raise MayNotDecide
    users.hold_people(session, {user_id})
    courses.restore_teacher(session, user_id=user_id, course_id=course.id, may_overrule=caller.is_admin)
    _reinstate(session, UserId(caller.user_id), user_id, course.id)
    grant_wish(session, UserId(caller.user_id), user_id, course.id)
    record(session, UserId(caller.user_id), "teacher.restored", user_id, course.id)
    session.publish(TeacherRestored(user_id, course.id))
    return get_teacher(session, course.id, user_id)


def _reinstate(session: WriteSession, actor_id: UserId, user_id: UserId, course_id: CourseId) -> None:
    """The revoked certificate counts again; if the person was recommended anew meanwhile, that one is issued."""
    standing = repository.standing(session, user_id, course_id)
    if standing:
        repository.decide(session, standing.id, status=CertificateStatus.ISSUED, decided_by=actor_id)
        return
    revoked = repository.newest_revoked(session, user_id, course_id)
    if revoked:
        repository.move(session, revoked.id, old=CertificateStatus.REVOKED, new=CertificateStatus.ISSUED)


def set_teaching(session: WriteSession, user_id: UserId, course_id: CourseId, *, is_teaching: bool) -> CourseTeacher:
    """Pause or resume teaching a course, as its teacher says. Raises `CertificationNotFound`."""
    courses.lock_teachers(session, course_id)
    was_bookable = courses.is_bookable_teacher(session, course_id, user_id)
    courses.set_teaching(session, user_id=user_id, course_id=course_id, is_teaching=is_teaching)
    if was_bookable and not is_teaching:
        tell_if_untaught(session, course_id, without=user_id)
    return get_teacher(session, course_id, user_id)


def get_teacher(session: ReadSession, course_id: CourseId, user_id: UserId) -> CourseTeacher:
    """Raises `CertificationNotFound`."""
    return _shown(session, [courses.get_certification(session, user_id, course_id)])[0]


def list_teachers(
    session: ReadSession, caller: Principal, id_or_slug: str, *, after: Moment | None, limit: int
) -> list[CourseTeacher]:
    """Everybody who was ever certified for the course, longest certified first. Raises `CourseNotFound`."""
    course = managed_course(session, caller, id_or_slug)
    return _shown(session, courses.certifications_for(session, course.id, after=after, limit=limit))


def list_own(session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int) -> list[CourseTeacher]:
    """What the person is or was certified for, latest first."""
    return _shown(session, courses.certifications_of(session, user_id, before=before, limit=limit))


def _shown(session: ReadSession, rows: Sequence[CertificationFacts]) -> list[CourseTeacher]:
    ids = {row.user_id for row in rows}
    people, suspended = users.get_people(session, ids), users.suspended_ids(session, ids)
    taught = courses.get_courses(session, {row.course_id for row in rows})
    return [
        CourseTeacher(
            user_id=row.user_id,
            name=people[row.user_id].name,
            handle=people[row.user_id].handle,
            course_id=row.course_id,
            course_title=taught[row.course_id].title,
            certified_at=row.certified_at,
            is_active=row.is_active,
            is_teaching=row.is_teaching,
            is_bookable=row.is_offered and row.user_id not in suspended,
            withdrawn_reason=row.withdrawn_reason,
        )
        for row in rows
    ]
