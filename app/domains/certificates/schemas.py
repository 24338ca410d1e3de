"""Bodies of the certificates API."""

from pydantic import ConfigDict, Field

from app.domains.certificates.types import CertificateIdField, VerifyCodeField
from app.domains.courses.types import CourseIdField
from app.domains.enrollments.types import EnrollmentIdField
from app.domains.users.types import UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_STUDENT = "usr_01kbq2z7m8e6h9s0t3v5x7y9za"
_TEACHER = "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"
_COURSE = "crs_01kbq2z7m8e6h9s0t3v5x7y9zb"
_ENROLLMENT = "enr_01kbq2z7m8e6h9s0t3v5x7y9ze"
_CODE = "7k2mq-9xv4r-c0d8n-w5j3t"


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
    """Proof that somebody finished a course; it exists as soon as the last session was held."""

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
    completed_at: Instant = Field(description="When the last one was held.")
