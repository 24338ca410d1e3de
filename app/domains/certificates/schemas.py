"""Bodies of the certificates API."""

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.domains.certificates.types import (
    CertificateIdField,
    RequestStatus,
    TeachingRequestIdField,
    VerifyCodeField,
)
from app.domains.courses.types import CourseIdField
from app.domains.enrollments.types import EnrollmentIdField
from app.domains.users.types import ProseField, UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_STUDENT = "usr_01kbq2z7m8e6h9s0t3v5x7y9za"
_TEACHER = "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"
_COURSE = "crs_01kbq2z7m8e6h9s0t3v5x7y9zb"
_ENROLLMENT = "enr_01kbq2z7m8e6h9s0t3v5x7y9ze"
_CODE = "7k2mq-9xv4r-c0d8n-w5j3t"
_WHY = "Three students in a row waited for a session that was not held."

Reason = Annotated[ProseField, Field(min_length=3, max_length=1000)]


class RecommendBody(ApiModel):
    """Whom to recommend, by the enrollment they completed."""

    model_config = ConfigDict(json_schema_extra=example("Intro to n8n", {"enrollment_id": _ENROLLMENT}))

    enrollment_id: EnrollmentIdField = Field(description="A completed enrollment.")


class Certificate(ApiModel):
    """A document that somebody is fit to teach a course, from the recommendation on."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Issued",
            {
                "id": "crt_01kbq2z7m8e6h9s0t3v5x7y9zg",
                "user_id": _STUDENT,
                "holder_name": "Sam Sample",
                "course_id": _COURSE,
                "course_title": "Intro to n8n",
                "enrollment_id": _ENROLLMENT,
                "status": "issued",
                "verify_code": _CODE,
                "recommended_by_user_id": _TEACHER,
                "recommended_at": "2026-12-03T17:40:00Z",
                "decided_at": "2026-12-04T08:15:00Z",
            },
        )
    )

    id: CertificateIdField = Field(description="The certificate's id.")
    user_id: UserIdField = Field(description="Who is or would be certified.")
    holder_name: str = Field(description="That person's name.")
    course_id: CourseIdField = Field(description="The course it is about.")
    course_title: str = Field(description="The course's title.")
    enrollment_id: EnrollmentIdField = Field(description="The completed enrollment it rests on.")
    status: str = Field(description="pending, issued, rejected or revoked.")
    verify_code: VerifyCodeField | None = Field(
        description="Shows others that it is genuine; null unless it is issued."
    )
    recommended_by_user_id: UserIdField = Field(description="Who recommended the person.")
    recommended_at: Instant = Field(description="When they were recommended.")
    decided_at: Instant | None = Field(description="When it was issued or rejected; null while pending.")


class CertificateProof(ApiModel):
    """What a code proves to anybody, and nothing more."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Genuine",
            {
                "holder_name": "Sam Sample",
                "course_title": "Intro to n8n",
                "status": "issued",
                "issued_at": "2026-12-04T08:15:00Z",
            },
        )
    )

    holder_name: str = Field(description="The holder's name.")
    course_title: str = Field(description="The course the holder may teach.")
    status: str = Field(description="issued, or revoked when it counts no longer.")
    issued_at: Instant = Field(description="When it was issued.")


class Diploma(ApiModel):
    """Proof that somebody finished a course; it exists once all sessions were held and all required homework
    reviewed."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Intro to n8n",
            {
                "enrollment_id": _ENROLLMENT,
                "holder_name": "Sam Sample",
                "course_id": _COURSE,
                "course_title": "Intro to n8n",
                "session_count": 2,
                "completed_at": "2026-12-03T16:30:00Z",
            },
        )
    )

    enrollment_id: EnrollmentIdField = Field(description="The completed enrollment.")
    holder_name: str = Field(description="Who finished the course.")
    course_id: CourseIdField = Field(description="The course.")
    course_title: str = Field(description="The course's title.")
    session_count: int = Field(description="How many sessions were held.")
    completed_at: Instant = Field(description="When all of it was done.")


class CertifyBody(ApiModel):
    """Whom to certify."""

    model_config = ConfigDict(json_schema_extra=example("Sam Sample", {"user_id": _STUDENT}))

    user_id: UserIdField = Field(description="Somebody who completed the course, or its creator.")


class TeacherChange(ApiModel):
    """Whether somebody may teach the course."""

    model_config = ConfigDict(json_schema_extra=example("Withdrawn", {"is_active": False, "reason": _WHY}))

    is_active: bool = Field(description="false withdraws the certification, true restores it.")
    reason: Reason | None = Field(
        None, description="Why it is withdrawn, for the teacher to read and for the audit log; needed then."
    )

    @model_validator(mode="after")
    def _check_reason(self) -> "TeacherChange":
        if not self.is_active and self.reason is None:
            raise PydanticCustomError("reason", "needs a reason to withdraw a certification")
        return self


class TeachingChange(ApiModel):
    """Whether the caller takes new students of the course."""

    model_config = ConfigDict(json_schema_extra=example("Pausing", {"is_teaching": False}))

    is_teaching: bool = Field(description="false pauses, true resumes.")


class Certification(ApiModel):
    """Somebody's permission to teach a course."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Sam Sample",
            {
                "user_id": _STUDENT,
                "name": "Sam Sample",
                "handle": "sam_sample",
                "course_id": _COURSE,
                "course_title": "Intro to n8n",
                "certified_at": "2026-12-04T08:15:00Z",
                "is_active": True,
                "is_teaching": True,
                "is_bookable": True,
                "withdrawn_reason": None,
            },
        )
    )

    user_id: UserIdField = Field(description="Who is certified.")
    name: str = Field(description="The name other members see.")
    handle: str = Field(description="Unique short name, used in addresses.")
    course_id: CourseIdField = Field(description="For which course.")
    course_title: str = Field(description="The course's title.")
    certified_at: Instant = Field(description="Since when; of several times the last.")
    is_active: bool = Field(description="Whether it stands; the course's creator or an admin may withdraw it.")
    is_teaching: bool = Field(description="Whether the teacher takes new students; false while pausing.")
    is_bookable: bool = Field(description="Whether new students can choose this teacher: both, and not suspended.")
    withdrawn_reason: str | None = Field(description="Why it was withdrawn; null while it stands.")


class DeclineBody(ApiModel):
    """Why somebody is turned down."""

    model_config = ConfigDict(
        json_schema_extra=example("Reason", {"reason": "Please build two more workflows of your own first."})
    )

    reason: Reason = Field(description="For the person who asked to read, and for the audit log.")


class TeachingRequest(ApiModel):
    """A student's wish to teach a course that they completed."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Pending",
            {
                "id": "trq_01kbq2z7m8e6h9s0t3v5x7y9zh",
                "user_id": _STUDENT,
                "name": "Sam Sample",
                "handle": "sam_sample",
                "course_id": _COURSE,
                "course_title": "Intro to n8n",
                "status": "pending",
                "created_at": "2026-12-03T18:00:00Z",
                "decided_at": None,
                "decline_reason": None,
            },
        )
    )

    id: TeachingRequestIdField = Field(description="The request's id.")
    user_id: UserIdField = Field(description="Who asked.")
    name: str = Field(description="The name other members see.")
    handle: str = Field(description="Unique short name, used in addresses.")
    course_id: CourseIdField = Field(description="The course they want to teach.")
    course_title: str = Field(description="The course's title.")
    status: RequestStatus = Field(strict=False, description="Where it stands.")
    created_at: Instant = Field(description="When it was sent.")
    decided_at: Instant | None = Field(description="When it was decided; null while pending.")
    decline_reason: str | None = Field(description="Why it was declined, for the person who asked.")
