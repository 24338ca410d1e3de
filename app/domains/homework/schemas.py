"""Bodies of the homework API."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.domains.courses.types import CourseIdField, ModuleIdField
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentIdField
from app.domains.files.types import FileIdField
from app.domains.homework.types import (
    AssignmentIdField,
    Decision,
    SubmissionIdField,
    Task,
)
from app.domains.users.types import LinkField, LongLineField, ProseField, UserIdField
from app.edge.openapi import example
from app.edge.schemas import KEPT, ApiModel, Instant

_COURSE = "crs_01kbq2z7m8e6h9s0t3v5x7y9zb"
_MODULE = "mod_01kbq2z7m8e6h9s0t3v5x7y9zh"
_ASSIGNMENT = "hwk_01kbq2z7m8e6h9s0t3v5x7y9zj"
_SUBMISSION = "sub_01kbq2z7m8e6h9s0t3v5x7y9zk"
_FILE = "fil_01kbq2z7m8e6h9s0t3v5x7y9zm"
_STUDENT = "usr_01kbq2z7m8e6h9s0t3v5x7y9za"
_TEACHER = "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"
_ENROLLMENT = "enr_01kbq2z7m8e6h9s0t3v5x7y9ze"
_TITLE = "Your first workflow"
_INSTRUCTIONS = "Build a workflow that mails you the weather every morning, and hand in what n8n exports of it."

Instructions = Annotated[ProseField, Field(min_length=3, max_length=10_000)]
Words = Annotated[ProseField, Field(min_length=1, max_length=10_000)]
Days = Annotated[int, Field(ge=1, le=365)]
Points = Annotated[int, Field(ge=0, le=1000)]
MostPoints = Annotated[int, Field(ge=1, le=1000)]


class HomeworkBody(ApiModel):
    """Homework to give."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "First workflow",
            {"module_id": _MODULE, "title": _TITLE, "instructions": _INSTRUCTIONS, "due_within_days": 14},
        )
    )

    module_id: ModuleIdField | None = Field(None, description="The module of the course that it belongs to, if one.")
    title: LongLineField = Field(description="What it is called, in one line.")
    instructions: Instructions = Field(description="What to do and what to hand in.")
    due_within_days: Days | None = Field(
        None, description="Days after a place began in which it should be handed in; later is taken too."
    )
    is_required: bool = Field(True, description="Whether the course is completed only once this was reviewed.")
    max_points: MostPoints | None = Field(None, description="The most points that a review can give; null for none.")
    is_active: bool = Field(True, description="Whether it is given; false keeps it for later.")


class HomeworkChange(ApiModel):
    """What to change of homework; absent fields stay."""

    model_config = ConfigDict(json_schema_extra=example("No longer required", {"is_required": False}))

    module_id: ModuleIdField | None = Field(None, description="The module that it belongs to; null for none.")
    title: LongLineField = Field(KEPT, description="What it is called, in one line.")
    instructions: Instructions = Field(KEPT, description="What to do and what to hand in.")
    due_within_days: Days | None = Field(
        None, description="Days after a place began in which it is due; null for none."
    )
    is_required: bool = Field(KEPT, description="Whether the course is completed only once this was reviewed.")
    max_points: MostPoints | None = Field(None, description="The most points that a review can give; null for none.")
    is_active: bool = Field(KEPT, description="Whether it is given at present.")


class Homework(ApiModel):
    """Something that the students of a course do on their own."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "First workflow",
            {
                "id": _ASSIGNMENT,
                "course_id": _COURSE,
                "module_id": _MODULE,
                "title": _TITLE,
                "instructions": _INSTRUCTIONS,
                "due_within_days": 14,
                "is_required": True,
                "max_points": 10,
                "is_active": True,
                "created_at": "2026-11-20T08:30:00Z",
                "updated_at": "2026-11-20T08:30:00Z",
            },
        )
    )

    id: AssignmentIdField = Field(description="The homework's id.")
    course_id: CourseIdField = Field(description="The course.")
    module_id: ModuleIdField | None = Field(description="The module that it belongs to, if one.")
    title: str = Field(description="What it is called.")
    instructions: str = Field(description="What to do and what to hand in.")
    due_within_days: int | None = Field(description="Days after a place began in which it should be handed in.")
    is_required: bool = Field(description="Whether the course is completed only once this was reviewed.")
    max_points: int | None = Field(description="The most points that a review can give; null for none.")
    is_active: bool = Field(description="Whether it is given at present.")
    created_at: Instant = Field(description="When it was written.")
    updated_at: Instant = Field(description="When it was changed last.")


class SubmissionBody(ApiModel):
    """What to hand in: at least one of the three. It takes the place of what was handed in before."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "With a file", {"text": "It also tells whether to take an umbrella.", "file_id": _FILE}
        )
    )

    text: Words | None = Field(None, description="In words; may have line breaks.")
    url: LinkField | None = Field(None, description="An https address where the work is to be seen.")
    file_id: FileIdField | None = Field(None, description="A ready file of the caller's, uploaded for homework.")

    @model_validator(mode="after")
    def _has_something(self) -> "SubmissionBody":
        if self.text is None and self.url is None and self.file_id is None:
            raise PydanticCustomError("something", "must have a text, a url or a file_id")
        return self


_SUBMITTED: dict[str, Any] = {
    "id": _SUBMISSION,
    "assignment_id": _ASSIGNMENT,
    "student_id": _STUDENT,
    "enrollment_id": _ENROLLMENT,
    "text": "It also tells whether to take an umbrella.",
    "url": None,
    "file_id": _FILE,
    "status": "reviewed",
    "attempt": 1,
    "submitted_at": "2026-12-02T19:10:00Z",
    "reviewed_by_user_id": _TEACHER,
    "reviewed_at": "2026-12-03T08:00:00Z",
    "feedback": "Well done; next time handle an empty answer too.",
    "points": 9,
}


class Submission(ApiModel):
    """What a student handed in last, and what was said about it."""

    model_config = ConfigDict(json_schema_extra=example("Reviewed", _SUBMITTED))

    id: SubmissionIdField = Field(description="The submission's id; it stays when something else is handed in.")
    assignment_id: AssignmentIdField = Field(description="The homework.")
    student_id: UserIdField = Field(description="Who handed it in.")
    enrollment_id: EnrollmentIdField = Field(description="The place in the course in which it was handed in.")
    text: str | None = Field(description="In words.")
    url: str | None = Field(description="Where the work is to be seen. We have not looked at that page.")
    file_id: FileIdField | None = Field(
        description="The file, if there is one; GET /api/homework-submissions/{id}/download leads to it."
    )
    status: str = Field(description="submitted, reviewed or resubmit_requested.")
    attempt: int = Field(description="How often something was handed in.")
    submitted_at: Instant = Field(description="When this was handed in.")
    reviewed_by_user_id: UserIdField | None = Field(description="Who reviewed last.")
    reviewed_at: Instant | None = Field(
        description="When that was; before `submitted_at` it was about what was replaced."
    )
    feedback: str | None = Field(description="What the last review said.")
    points: int | None = Field(description="What the review gave; null while there is none.")


class ReviewBody(ApiModel):
    """A judgement of what a student handed in."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Accepted", {"decision": "reviewed", "feedback": "Well done; next time handle an empty answer too."}
        )
    )

    decision: Decision = Field(
        strict=False, description="reviewed accepts it; resubmit_requested asks for another attempt."
    )
    feedback: Words | None = Field(None, description="To the student; must be there when another attempt is asked for.")
    points: Points | None = Field(None, description="At most `max_points` of the homework; only with `reviewed`.")
    attempt: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="The attempt that was read: when another one came in since, nothing is changed."
    )

    @model_validator(mode="after")
    def _says_what_is_wanted(self) -> "ReviewBody":
        if self.decision is Decision.RESUBMIT_REQUESTED:
            if self.feedback is None:
                raise PydanticCustomError("feedback", "must have feedback when another attempt is asked for")
            if self.points is not None:
                raise PydanticCustomError("points", "must have no points when another attempt is asked for")
        return self


class HomeworkTask(ApiModel):
    """An assignment as one place in the course sees it."""

    assignment_id: AssignmentIdField = Field(description="The homework.")
    module_id: ModuleIdField | None = Field(description="The module that it belongs to, if one.")
    title: str = Field(description="What it is called.")
    is_required: bool = Field(description="Whether the course is completed only once this was reviewed.")
    is_active: bool = Field(description="Whether it is given at present.")
    max_points: int | None = Field(description="The most points that a review can give; null for none.")
    due_at: Instant | None = Field(description="When it should be handed in; null for any time.")
    status: str = Field(description="open, submitted, reviewed or resubmit_requested.")
    is_open: bool = Field(description="Whether completing the course waits for it.")
    submission_id: SubmissionIdField | None = Field(description="What was handed in; null while nothing was.")
    points: int | None = Field(description="What the review gave; null while there is none.")

    @classmethod
    def of(cls, task: Task, place: EnrollmentFacts) -> "HomeworkTask":
        given, made = task.assignment, task.submission
        return cls(
            assignment_id=given.id,
            module_id=given.module_id,
            title=given.title,
            is_required=given.is_required,
            is_active=given.is_active,
            max_points=given.max_points,
            due_at=given.due_at(place.created_at),
            status=made.status.value if made else "open",
            is_open=task.is_open,
            submission_id=made.id if made else None,
            points=made.points if made else None,
        )


class EnrollmentHomework(ApiModel):
    """The homework of one place in a course."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "One reviewed",
            {
                "enrollment_id": _ENROLLMENT,
                "open_count": 0,
                "tasks": [
                    {
                        "assignment_id": _ASSIGNMENT,
                        "module_id": _MODULE,
                        "title": _TITLE,
                        "is_required": True,
                        "is_active": True,
                        "max_points": 10,
                        "due_at": "2026-12-15T15:02:11Z",
                        "status": "reviewed",
                        "is_open": False,
                        "submission_id": _SUBMISSION,
                        "points": 9,
                    }
                ],
            },
        )
    )

    enrollment_id: EnrollmentIdField = Field(description="The place.")
    open_count: int = Field(
        description="How many required ones are not reviewed: completing the course waits for them."
    )
    tasks: list[HomeworkTask] = Field(description="All that is given, and what is no more but was handed in.")

    @classmethod
    def of(cls, place: EnrollmentFacts, tasks: list[Task]) -> "EnrollmentHomework":
        shown = [HomeworkTask.of(task, place) for task in tasks]
        return cls(enrollment_id=place.id, open_count=sum(task.is_open for task in shown), tasks=shown)
