"""Bodies about invites to begin now."""

from pydantic import ConfigDict, Field

from app.domains.arrangements.types import InviteIdField
from app.domains.enrollments.types import EnrollmentIdField
from app.domains.sessions.service import SessionCourse, SessionLocal, SessionPerson
from app.domains.sessions.types import SessionIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_ENROLLMENT = "enr_01kbq2z7m8e6h9s0t3v5x7y9ze"


class InviteBody(ApiModel):
    """Whom to ask to begin now."""

    model_config = ConfigDict(json_schema_extra=example("Sam", {"enrollment_id": _ENROLLMENT, "session_id": None}))

    enrollment_id: EnrollmentIdField = Field(description="An active place that the caller teaches.")
    session_id: SessionIdField | None = Field(
        None, description="A planned session of the place that is to begin now instead; absent for one more."
    )


class SessionInvite(ApiModel):
    """A teacher asks a student to begin now."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Open",
            {
                "id": "siv_01kbq2z7m8e6h9s0t3v5x7y9zj",
                "enrollment_id": _ENROLLMENT,
                "course": {"id": "crs_01kbq2z7m8e6h9s0t3v5x7y9zb", "title": "Intro to n8n"},
                "teacher": {"id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zc", "name": "Tara Teacher"},
                "student": {"id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za", "name": "Sam Sample"},
                "status": "pending",
                "starts_at": "2026-12-01T15:20:00Z",
                "local": {
                    "teacher": {"text": "Wed 2 Dec 2026, 00:20 (UTC+09:00)", "timezone": "Asia/Tokyo"},
                    "student": {"text": "Tue 1 Dec 2026, 16:20 (UTC+01:00)", "timezone": "Europe/Berlin"},
                },
                "expires_at": "2026-12-01T15:41:12Z",
                "moved_session_id": None,
                "session_id": None,
                "answered_at": None,
                "created_at": "2026-12-01T15:11:12Z",
            },
        )
    )

    id: InviteIdField = Field(description="The invite's id.")
    enrollment_id: EnrollmentIdField = Field(description="The place that the session would belong to.")
    course: SessionCourse = Field(description="What would be taught.")
    teacher: SessionPerson = Field(description="Who asks.")
    student: SessionPerson = Field(description="Who is asked.")
    status: str = Field(description="pending, accepted, declined, withdrawn or expired.")
    starts_at: Instant = Field(description="When the session begins at the earliest; if accepted later, at once.")
    local: SessionLocal = Field(description="That start as both people's clocks show it.")
    expires_at: Instant = Field(
        description="Until when it may be answered: half an hour, or less if either has something else soon."
    )
    moved_session_id: SessionIdField | None = Field(description="The planned session that would begin now; else null.")
    session_id: SessionIdField | None = Field(description="The session that came of it.")
    answered_at: Instant | None = Field(description="When it was answered, taken back, or found expired.")
    created_at: Instant = Field(description="When it was sent.")
