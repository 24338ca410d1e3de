"""A place as its people see it: with what of it is still to be booked."""

from typing import Self

from pydantic import ConfigDict, Field

from app.domains.courses.types import CourseIdField
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentIdField
from app.domains.sessions.types import PlaceUses
from app.domains.users.types import UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_COURSE = "crs_01kbq2z7m8e6h9s0t3v5x7y9zb"
_TEACHER = "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"
_STUDENT = "usr_01kbq2z7m8e6h9s0t3v5x7y9za"
_ENROLLMENT = "enr_01kbq2z7m8e6h9s0t3v5x7y9ze"


class Enrollment(ApiModel):
    """A place in a course."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Half way",
            {
                "id": _ENROLLMENT,
                "course_id": _COURSE,
                "student_id": _STUDENT,
                "teacher_id": _TEACHER,
                "status": "in_progress",
                "sessions_bought": 2,
                "sessions_completed": 1,
                "sessions_credited": 0,
                "sessions_bookable": 1,
                "created_at": "2026-12-01T15:02:11Z",
                "completed_at": None,
            },
        )
    )

    id: EnrollmentIdField = Field(description="The enrollment's id.")
    course_id: CourseIdField = Field(description="The course.")
    student_id: UserIdField = Field(description="Who learns.")
    teacher_id: UserIdField | None = Field(description="Who teaches; null until the first booking names somebody.")
    status: str = Field(description="enrolled, in_progress, completed, cancelled or disputed.")
    sessions_bought: int = Field(description="How many sessions were bought.")
    sessions_completed: int = Field(description="How many of them were held.")
    sessions_credited: int = Field(description="How many administrators added to make up for others.")
    sessions_bookable: int = Field(description="How many more can be booked, if there are times for them.")
    created_at: Instant = Field(description="When it was bought.")
    completed_at: Instant | None = Field(
        description="When all sessions were held and all required homework reviewed; then there is a diploma."
    )

    @classmethod
    def of(cls, place: EnrollmentFacts, uses: PlaceUses) -> Self:
        return cls(
            id=place.id,
            course_id=place.course_id,
            student_id=place.student_id,
            teacher_id=place.teacher_id,
            status=place.status,
            sessions_bought=place.sessions_bought,
            sessions_completed=place.sessions_completed,
            sessions_credited=uses.credited,
            sessions_bookable=uses.bookable_in(place),
            created_at=place.created_at,
            completed_at=place.completed_at,
        )
