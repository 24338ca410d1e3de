"""Rules of who may teach a course, and who can be booked for it."""

from datetime import datetime

from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.courses.errors import (
    CertificationNotFound,
    CourseNotFound,
    WithdrawnByAdmin,
)
from app.domains.courses.models import Certification
from app.domains.courses.repository import certifications, courses
from app.domains.courses.service.managing import tell
from app.domains.courses.types import (
    CertificationFacts,
    CourseFacts,
    CourseId,
    TeacherView,
)
from app.domains.users import service as users
from app.domains.users.types import Person, UserId


def list_teachers(session: ReadSession, course: CourseFacts, *, after: Moment | None, limit: int) -> list[TeacherView]:
    """Who can be booked for the course, longest certified first."""
    rows = certifications.page_of_offering(session, course.id, after=after, limit=limit)
    people = users.get_people(session, [user_id for user_id, _ in rows])
    return [_teacher(people[user_id], certified_at, course) for user_id, certified_at in rows]


def _teacher(person: Person, certified_at: datetime, course: CourseFacts) -> TeacherView:
    return TeacherView(
        id=person.id,
        name=person.name,
        handle=person.handle,
        timezone=person.timezone,
        certified_at=certified_at,
        is_creator=person.id == course.creator_id,
    )


def is_bookable_teacher(session: ReadSession, course_id: CourseId, user_id: UserId) -> bool:
    """Whether the person is certified for the course, has not paused and is not suspended."""
    return bookable_lesson(session, course_id, user_id) is not None


def bookable_lesson(session: ReadSession, course_id: CourseId, user_id: UserId) -> int | None:
    """The minutes of a lesson of the course, if the person is a teacher of it who can be booked as above."""
    return certifications.offered_lesson(session, course_id, user_id)


def bookable_teacher_ids(session: ReadSession, course_id: CourseId) -> list[UserId]:
    """Everybody who can be booked for the course, longest certified first."""
    return certifications.offering_teachers(session, course_id)


def certify_teacher(
    session: WriteSession, *, user_id: UserId, course_id: CourseId, approved_by: UserId, may_overrule: bool = True
) -> None:
    """Let the person teach the course, again if the certification was withdrawn or paused. Only administrators may
    overrule an administrator who withdrew it. Raises `UserNotFound`, `CourseNotFound`, `WithdrawnByAdmin`."""
    users.allow_teaching(session, user_id, actor_id=approved_by)
    if not courses.lock(session, course_id):  # so that whoever publishes it sees the teacher, or is seen
        raise CourseNotFound
    values = {"certified_at": session.now, "approved_by_user_id": approved_by, "is_teaching": True}
    row = {"user_id": user_id, "course_id": course_id, "is_active": True, "withdrawn_by_admin": False, **values}
    is_new = courses.add(session, Certification, row)
    if not is_new and not certifications.restore_certification(
        session, user_id, course_id, values, may_overrule=may_overrule
    ):
        raise WithdrawnByAdmin
    tell(session, course_id)


def withdraw_teacher(
    session: WriteSession, *, user_id: UserId, course_id: CourseId, reason: str, by_admin: bool
) -> bool:
    """Let the person teach the course no more; false unless the certification stood."""
    if not certifications.withdraw_certification(session, user_id, course_id, reason=reason, by_admin=by_admin):
        return False
    tell(session, course_id)
    return True


def seal_withdrawal(session: WriteSession, *, user_id: UserId, course_id: CourseId, reason: str) -> bool:
    """Make what the creator withdrew the administrators' decision, which only they undo; false unless it was that."""
    return certifications.seal_withdrawal(session, user_id, course_id, reason=reason)


def restore_teacher(session: WriteSession, *, user_id: UserId, course_id: CourseId, may_overrule: bool) -> None:
    """Undo `withdraw_teacher`; who had paused is pausing still. Raises `WithdrawnByAdmin`."""
    if not certifications.restore_certification(session, user_id, course_id, {}, may_overrule=may_overrule):
        raise WithdrawnByAdmin
    tell(session, course_id)


def set_teaching(session: WriteSession, *, user_id: UserId, course_id: CourseId, is_teaching: bool) -> None:
    """Put the teacher on the list of those who can be booked, or take them off. Raises `CertificationNotFound`."""
    if not certifications.change_certification(session, user_id, course_id, {"is_teaching": is_teaching}):
        raise CertificationNotFound
    tell(session, course_id)


def lock_teachers(session: WriteSession, course_id: CourseId) -> None:
    """Whoever else may take a teacher from the course waits until this unit is done, so that it is known who is
    last."""
    courses.lock(session, course_id)


def hold(session: WriteSession, course_id: CourseId) -> None:
    """Who creates the course, who teaches it and whether it is on sale stays so until this unit is done; many units may
    hold one course at once."""
    courses.hold(session, course_id)


def is_certified(session: ReadSession, course_id: CourseId, user_id: UserId) -> bool:
    """Whether the certification stands; the teacher may have paused or be suspended."""
    return certifications.is_certified(session, course_id, user_id)


def get_certification(session: ReadSession, user_id: UserId, course_id: CourseId) -> CertificationFacts:
    """Whatever became of it. Raises `CertificationNotFound`."""
    found = certifications.certification(session, user_id, course_id)
    if found is None:
        raise CertificationNotFound
    return found


def certifications_for(
    session: ReadSession, course_id: CourseId, *, after: Moment | None, limit: int
) -> list[CertificationFacts]:
    """Everybody who was ever certified for the course, longest certified first."""
    return certifications.certifications_of_course(session, course_id, after=after, limit=limit)


def certifications_of(
    session: ReadSession, user_id: UserId, *, before: Moment | None = None, limit: int | None = None
) -> list[CertificationFacts]:
    """All that the person was ever certified for, latest first."""
    return certifications.certifications_of_person(session, user_id, before=before, limit=limit)


def teaches(session: ReadSession, user_id: UserId) -> bool:
    """Whether the person is certified for any course and not shut out; they may have paused."""
    return certifications.teaches(session, user_id) and not users.suspended_ids(session, [user_id])
