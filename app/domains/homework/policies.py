"""Who gives homework and who reviews it."""

from enum import Enum, auto

from app.domains.courses.policies import may_manage
from app.domains.courses.types import CourseFacts
from app.domains.enrollments.types import EnrollmentFacts
from app.domains.homework.types import SubmissionFacts
from app.edge.principal import Principal


class Access(Enum):
    """What the caller is to a submission: its reviewer, its author, or nobody who may know of it."""

    REVIEWER = auto()
    AUTHOR = auto()
    STRANGER = auto()


def to_submission(
    caller: Principal, submission: SubmissionFacts, place: EnrollmentFacts, course: CourseFacts
) -> Access:
    """The place's teacher, the course's creator, and admins; but nobody for themselves."""
    if caller.user_id == submission.student_id:
        return Access.AUTHOR
    is_reviewer = may_manage(course, caller) or caller.user_id == place.teacher_id
    return Access.REVIEWER if is_reviewer else Access.STRANGER
