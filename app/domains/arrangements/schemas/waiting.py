"""Bodies about the waitlist."""

from pydantic import ConfigDict, Field

from app.domains.arrangements.types import WaitIdField
from app.domains.courses.types import CourseIdField
from app.domains.enrollments.types import EnrollmentIdField
from app.domains.sessions.service import SessionLocal
from app.domains.sessions.types import SessionIdField
from app.domains.users.types import UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_ENROLLMENT = "enr_01kbq2z7m8e6h9s0t3v5x7y9ze"
_OFFER = {
    "starts_at": "2026-12-03T09:00:00Z",
    "ends_at": "2026-12-03T10:30:00Z",
    "local": {
        "teacher": {"text": "Thu 3 Dec 2026, 18:00 (UTC+09:00)", "timezone": "Asia/Tokyo"},
        "student": {"text": "Thu 3 Dec 2026, 10:00 (UTC+01:00)", "timezone": "Europe/Berlin"},
    },
    "expires_at": "2026-12-01T15:41:12Z",
}


class WaitBody(ApiModel):
    """When one would like a session."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "This week",
            {
                "enrollment_id": _ENROLLMENT,
                "session_id": None,
                "earliest_at": None,
                "latest_at": "2026-12-05T00:00:00Z",
            },
        )
    )

    enrollment_id: EnrollmentIdField = Field(description="The caller's active place with a session left.")
    earliest_at: Instant | None = Field(None, description="The first start that suits; now by default.")
    session_id: SessionIdField | None = Field(
        None, description="A planned session of the place that is to be earlier; absent for one more."
    )
    latest_at: Instant | None = Field(
        None, description="Starts before this suit; for a planned session by default, and at most, its own start."
    )


class WaitOffer(ApiModel):
    """A time that is kept for somebody who waits."""

    model_config = ConfigDict(json_schema_extra=example("Thursday", _OFFER))

    starts_at: Instant = Field(description="When the session would start.")
    ends_at: Instant = Field(description="When it would end.")
    local: SessionLocal = Field(description="The start as both people's clocks show it.")
    expires_at: Instant = Field(description="Until when it is kept; then the next in the line is asked.")


class SessionWait(ApiModel):
    """Somebody waits for a time of their teacher."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Offered",
            {
                "id": "swt_01kbq2z7m8e6h9s0t3v5x7y9zk",
                "enrollment_id": _ENROLLMENT,
                "course_id": "crs_01kbq2z7m8e6h9s0t3v5x7y9zb",
                "teacher_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zc",
                "earliest_at": "2026-12-01T15:00:00Z",
                "latest_at": "2026-12-05T00:00:00Z",
                "moved_session_id": None,
                "status": "offered",
                "offer": _OFFER,
                "session_id": None,
                "created_at": "2026-12-01T15:00:00Z",
            },
        )
    )

    id: WaitIdField = Field(description="The entry's id.")
    enrollment_id: EnrollmentIdField = Field(description="The place that the session would belong to.")
    course_id: CourseIdField = Field(description="The course.")
    teacher_id: UserIdField = Field(description="Whose time is wanted.")
    earliest_at: Instant = Field(description="The first start that suits.")
    latest_at: Instant = Field(description="Starts before this suit.")
    moved_session_id: SessionIdField | None = Field(description="The planned session that is to be earlier; else null.")
    status: str = Field(description="waiting, offered, served, withdrawn or ended (nothing can come of it any more).")
    offer: WaitOffer | None = Field(description="What is kept for the caller at this moment.")
    session_id: SessionIdField | None = Field(description="The session that came of it.")
    created_at: Instant = Field(description="When the caller joined the line. Who came first is asked first.")
