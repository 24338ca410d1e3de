"""What happened to homework."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.homework.types import SubmissionId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class HomeworkSubmitted(Event):
    """A student handed something in, for the `attempt`-th time."""

    submission_id: SubmissionId
    attempt: int
    teacher_id: UserId


@dataclass(frozen=True, slots=True)
class HomeworkReviewed(Event):
    """An attempt was judged: accepted, or another one is asked for."""

    submission_id: SubmissionId
    attempt: int
    student_id: UserId
