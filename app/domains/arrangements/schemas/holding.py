"""Bodies about time that is kept during payment."""

from pydantic import ConfigDict, Field

from app.domains.courses.types import CourseIdField
from app.domains.holds.types import HoldIdField
from app.domains.sessions.service import SessionLocal
from app.domains.sessions.types import SessionIdField
from app.domains.users.types import UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_COURSE = "crs_01kbq2z7m8e6h9s0t3v5x7y9zb"
_TEACHER = "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"
_START = "2026-12-03T09:00:00Z"


class HoldBody(ApiModel):
    """The time to keep while paying."""

    model_config = ConfigDict(
        json_schema_extra=example("Thursday", {"course_id": _COURSE, "teacher_id": _TEACHER, "starts_at": _START})
    )

    course_id: CourseIdField = Field(description="A published course that the caller may buy.")
    teacher_id: UserIdField = Field(description="One of the course's bookable teachers.")
    starts_at: Instant = Field(description="The start of a free slot.")


class SessionHold(ApiModel):
    """Time that nobody else can book until it expires."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Kept",
            {
                "id": "hld_01kbq2z7m8e6h9s0t3v5x7y9zh",
                "course_id": _COURSE,
                "teacher_id": _TEACHER,
                "starts_at": _START,
                "ends_at": "2026-12-03T10:30:00Z",
                "local": {
                    "teacher": {"text": "Thu 3 Dec 2026, 18:00 (UTC+09:00)", "timezone": "Asia/Tokyo"},
                    "student": {"text": "Thu 3 Dec 2026, 10:00 (UTC+01:00)", "timezone": "Europe/Berlin"},
                },
                "status": "held",
                "expires_at": "2026-12-01T15:25:42Z",
                "session_id": None,
                "created_at": "2026-12-01T15:10:42Z",
            },
        )
    )

    id: HoldIdField = Field(description="The hold's id.")
    course_id: CourseIdField = Field(description="The course that is being bought.")
    teacher_id: UserIdField = Field(description="Whose time is kept.")
    starts_at: Instant = Field(description="When the session would start.")
    ends_at: Instant = Field(description="When it would end.")
    local: SessionLocal = Field(description="The start as both people's clocks show it.")
    status: str = Field(description="held, used (there is a session), released or expired.")
    expires_at: Instant = Field(description="Until when it is kept. Starting the checkout moves this once.")
    session_id: SessionIdField | None = Field(description="The session that came of it, once the course is paid.")
    created_at: Instant = Field(description="When it was made.")
