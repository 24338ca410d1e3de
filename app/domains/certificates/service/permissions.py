"""The permission to teach a course: given, taken, and who notices. Every change is written into the audit log."""

from app.db.session import WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.certificates import repository
from app.domains.certificates.events import LastTeacherLost
from app.domains.certificates.types import RequestStatus
from app.domains.courses import service as courses
from app.domains.courses.types import CourseId
from app.domains.users.types import UserId
from app.edge.principal import Principal


def certify(session: WriteSession, caller: Principal, user_id: UserId, course_id: CourseId) -> None:
    """Let the person teach the course, which answers their own wish for it too. Raises `WithdrawnByAdmin`."""
    actor_id = UserId(caller.user_id)
    courses.certify_teacher(
        session, user_id=user_id, course_id=course_id, approved_by=actor_id, may_overrule=caller.is_admin
    )
    record(session, actor_id, "teacher.certified", user_id, course_id)
    grant_wish(session, actor_id, user_id, course_id)


def grant_wish(session: WriteSession, actor_id: UserId, user_id: UserId, course_id: CourseId) -> None:
    """Who may teach now has nothing to ask for any more."""
    wish = repository.pending_request(session, user_id, course_id)
    if wish:
        repository.decide_request(session, wish.id, status=RequestStatus.CERTIFIED, decided_by=actor_id)


def record(
    session: WriteSession,
    actor_id: UserId,
    action: str,
    user_id: UserId,
    course_id: CourseId,
    reason: str | None = None,
) -> None:
    """Write down what was done to somebody's permission."""
    audit.record(session, actor_id, Change(action, "user", user_id, after={"course_id": course_id}, reason=reason))


def notice_leaving(session: WriteSession, user_id: UserId) -> None:
    """Somebody can be booked no more, for none of the courses they teach."""
    for held in courses.certifications_of(session, user_id):
        if held.is_offered:
            courses.lock_teachers(session, held.course_id)
            tell_if_untaught(session, held.course_id, without=user_id)


def tell_if_untaught(session: WriteSession, course_id: CourseId, *, without: UserId) -> None:
    """After the course lost this teacher, with its teachers locked: say so if that was the last one."""
    course = courses.get_course(session, course_id)
    if course.is_on_sale and not set(courses.bookable_teacher_ids(session, course_id)) - {without}:
        session.publish(LastTeacherLost(course_id, course.creator_id))
