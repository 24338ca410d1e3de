"""Who may recommend and who may decide. Nobody acts for themselves, not even an admin; only creators certify
themselves."""

from enum import Enum, auto

from app.domains.courses.types import CourseFacts
from app.domains.enrollments.types import EnrollmentFacts
from app.domains.users.types import UserId
from app.edge.principal import Principal


class Access(Enum):
    """What the caller is to the thing: may act, may know of it, or may not even know."""

    ALLOWED = auto()
    PARTICIPANT = auto()
    STRANGER = auto()


def to_recommend(caller: Principal, place: EnrollmentFacts, course: CourseFacts) -> Access:
    """The enrollment's teacher, the course's creator, and admins."""
    if caller.user_id == place.student_id:
        return Access.PARTICIPANT
    if caller.is_admin or caller.user_id in {place.teacher_id, course.creator_id}:
        return Access.ALLOWED
    return Access.STRANGER


def to_decide(caller: Principal, place: EnrollmentFacts, course: CourseFacts) -> Access:
    """The course's creator, and admins."""
    if caller.user_id == place.student_id:
        return Access.PARTICIPANT
    if caller.is_admin or caller.user_id == course.creator_id:
        return Access.ALLOWED
    return Access.PARTICIPANT if caller.user_id == place.teacher_id else Access.STRANGER


def may_certify(caller: Principal, user_id: UserId, course: CourseFacts) -> bool:
    """Whether somebody who decides about the course may decide about this person: creators may teach what they made,
    but an administrator does not give themselves rights."""
    return caller.user_id != user_id or caller.user_id == course.creator_id
