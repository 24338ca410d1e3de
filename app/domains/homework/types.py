"""Values of homework."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint
from app.domains.courses.types import CourseId, ModuleId
from app.domains.enrollments.types import EnrollmentId
from app.domains.files.types import FileId
from app.domains.users.types import UserId

AssignmentId = NewType("AssignmentId", str)
AssignmentIdField = Annotated[AssignmentId, id_constraint("hwk")]
SubmissionId = NewType("SubmissionId", str)
SubmissionIdField = Annotated[SubmissionId, id_constraint("sub")]
MOST_ASSIGNMENTS = 100
"""Of one course, active or not."""


class SubmissionStatus(StrEnum):
    """submitted → reviewed | resubmit_requested; resubmit_requested → submitted."""

    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    RESUBMIT_REQUESTED = "resubmit_requested"


class Decision(StrEnum):
    """What a review comes to."""

    REVIEWED = "reviewed"
    RESUBMIT_REQUESTED = "resubmit_requested"


@dataclass(frozen=True, slots=True)
class AssignmentDraft:
    """What a creator writes of an assignment."""

    module_id: ModuleId | None
    title: str
    instructions: str
    due_within_days: int | None
    is_required: bool
    max_points: int | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class AssignmentFacts:
    """An assignment as it is. Days count from the day on which the student's place began."""

    id: AssignmentId
    course_id: CourseId
    module_id: ModuleId | None
    title: str
    instructions: str
    due_within_days: int | None
    is_required: bool
    max_points: int | None
    is_active: bool
    created_at: datetime
    updated_at: datetime

    @property
    def counts(self) -> bool:
        """Whether courses wait for it."""
        return self.is_required and self.is_active

    def due_at(self, begun_at: datetime) -> datetime | None:
        """When a student whose place began then should have handed it in."""
        return begun_at + timedelta(days=self.due_within_days) if self.due_within_days else None


@dataclass(frozen=True, slots=True)
class HandIn:
    """What a student hands in: at least one of a text, an https address, and a file of theirs."""

    text: str | None
    url: str | None
    file_id: FileId | None


@dataclass(frozen=True, slots=True)
class SubmissionFacts:
    """A student's only submission to an assignment; `attempt` counts how often it was handed in."""

    id: SubmissionId
    assignment_id: AssignmentId
    student_id: UserId
    enrollment_id: EnrollmentId
    text: str | None
    url: str | None
    file_id: FileId | None
    status: SubmissionStatus
    attempt: int
    submitted_at: datetime
    reviewed_by_user_id: UserId | None
    reviewed_at: datetime | None
    feedback: str | None
    points: int | None


@dataclass(frozen=True, slots=True)
class Review:
    """A judgement. With an attempt it is about that one only."""

    decision: Decision
    feedback: str | None
    points: int | None
    attempt: int | None


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment as one place sees it: what was made of it, if anything."""

    assignment: AssignmentFacts
    submission: SubmissionFacts | None

    @property
    def is_open(self) -> bool:
        """Whether completing the course waits for it."""
        is_done = self.submission is not None and self.submission.status is SubmissionStatus.REVIEWED
        return self.assignment.counts and not is_done
