"""Bodies of what happens to a session: bundles, moving, cancelling, completing, contesting, deciding."""

from typing import Annotated

from pydantic import ConfigDict, Field

from app.domains.enrollments.types import EnrollmentIdField
from app.domains.sessions.schemas.sessions import DETAIL, AttendanceSummary, SessionDetail
from app.domains.sessions.types import ContestOutcome, SessionIdField
from app.domains.users.types import ProseField, UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_SESSION = "ses_01kbq2z7m8e6h9s0t3v5x7y9zf"
_TEACHER = "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"
_ENROLLMENT = "enr_01kbq2z7m8e6h9s0t3v5x7y9ze"
_MOST_AT_ONCE = 10
_OUTCOME: dict[str, object] = {
    "id": _SESSION,
    "status": "completed",
    "no_show_user_id": None,
    "ended_at": "2026-12-03T10:30:00Z",
    "completed_by_user_id": _TEACHER,
    "counted_at": None,
    "counts_at": "2026-12-06T10:41:00Z",
    "attendance": [],
}

Words = Annotated[ProseField, Field(min_length=3, max_length=1000)]


class BundleBody(ApiModel):
    """Several sessions of one enrollment, to be booked together or not at all."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Both sessions",
            {"enrollment_id": _ENROLLMENT, "starts_at": ["2026-12-03T09:00:00Z", "2026-12-10T09:00:00Z"]},
        )
    )

    enrollment_id: EnrollmentIdField = Field(description="The caller's active enrollment.")
    starts_at: list[Instant] = Field(min_length=1, max_length=_MOST_AT_ONCE, description="Starts of free slots.")
    teacher_id: UserIdField | None = Field(
        None,
        description="Who is to teach a place that was bought without a teacher: needed for its first booking, and then the "
        "place's teacher. Of any other place its teacher, if anybody.",
    )


class Bundle(ApiModel):
    """The sessions of a bundle."""

    model_config = ConfigDict(json_schema_extra=example("Booked", {"items": [DETAIL]}))

    items: list[SessionDetail] = Field(description="In the order in which they were asked for.")


class CancelBody(ApiModel):
    """Why a session is called off."""

    model_config = ConfigDict(json_schema_extra=example("Ill", {"reason": "I am ill and must stay in bed."}))

    reason: Words | None = Field(
        None, description="For the other one to read. Needed from the teacher, and less than 24 hours before the start."
    )


class RescheduleBody(ApiModel):
    """Another time for a session."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "A day later", {"starts_at": "2026-12-04T09:00:00Z", "reason": "My train was cancelled."}
        )
    )

    starts_at: Instant = Field(description="The start of a slot of the same teacher that suits both.")
    reason: Words | None = Field(
        None, description="For the other one to read. Needed from the teacher, and less than 24 hours before the start."
    )


class ContestBody(ApiModel):
    """Why a session did not end as it was settled."""

    model_config = ConfigDict(
        json_schema_extra=example("I was there", {"statement": "I was in the room the whole time; my camera was off."})
    )

    statement: Words = Field(description="What happened, for the other one and for administrators to read.")


class ResolveBody(ApiModel):
    """What an administrator finds a session to have been."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Teacher missing",
            {"outcome": "no_show", "no_show_user_id": _TEACHER, "note": "The teacher's connection never reached us."},
        )
    )

    outcome: ContestOutcome = Field(
        strict=False, description="completed counts it; no_show by the student too; cancelled gives it back."
    )
    no_show_user_id: UserIdField | None = Field(
        None, description="With no_show: who did not come; null when neither did."
    )
    note: Words = Field(description="Why, for both people to read, and for the audit log.")


class CreditBody(ApiModel):
    """Why a session is made up for."""

    model_config = ConfigDict(
        json_schema_extra=example("Broken sound", {"reason": "Half of the session had no sound on our side."})
    )

    reason: Words = Field(description="For the student to read, and for the audit log.")


class BookForBody(ApiModel):
    """A session that an administrator books for the student of an enrollment."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "By telephone",
            {"enrollment_id": _ENROLLMENT, "starts_at": "2026-12-03T09:00:00Z", "reason": "Asked for by telephone."},
        )
    )

    enrollment_id: EnrollmentIdField = Field(description="An active enrollment.")
    starts_at: Instant = Field(description="The start of a free slot of its teacher.")
    teacher_id: UserIdField | None = Field(
        None,
        description="Who is to teach a place that was bought without a teacher: needed for its first booking, and then the "
        "place's teacher. Of any other place its teacher, if anybody.",
    )
    reason: Words = Field(description="For the audit log.")


class ReassignBody(ApiModel):
    """Who teaches a place from now on."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Ill for long", {"teacher_id": _TEACHER, "reason": "The former teacher is ill for some months."}
        )
    )

    teacher_id: UserIdField = Field(description="Another one of the course's bookable teachers.")
    reason: Words = Field(description="For the audit log, and for the student and the former teacher to read.")


class SessionOutcome(ApiModel):
    """How a session ended, and what attendance says of it."""

    model_config = ConfigDict(json_schema_extra=example("By hand", _OUTCOME))

    id: SessionIdField = Field(description="The session.")
    status: str = Field(description="completed, no_show or cancelled.")
    no_show_user_id: UserIdField | None = Field(description="Who let the other wait; null also when neither came.")
    ended_at: Instant | None = Field(description="When it was over.")
    completed_by_user_id: UserIdField | None = Field(
        description="Who said that it was held, where attendance does not prove it."
    )
    counted_at: Instant | None = Field(description="When it was counted, which moved its money.")
    counts_at: Instant | None = Field(
        description="When it will be, unless somebody contests it before; null when it was counted or will not be."
    )
    attendance: list[AttendanceSummary] = Field(description="One entry for each person who was in the room.")
