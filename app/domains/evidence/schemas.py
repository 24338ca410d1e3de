"""Bodies of the evidence API."""

from typing import Annotated

from pydantic import ConfigDict, Field

from app.domains.enrollments.types import EnrollmentIdField
from app.domains.payments.types import TransactionIdField
from app.domains.refunds.types import DisputeIdField
from app.domains.sessions.types import SessionIdField
from app.domains.users.types import ProseField, UserIdField
from app.edge.openapi import example
from app.edge.schemas import AmountCents, ApiModel, Currency, Instant

_STUDENT, _TEACHER = "usr_01kbq2z7m8e6h9s0t3v5x7y9za", "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"
_PERSON = {
    "id": _STUDENT,
    "name": "Sam Sample",
    "email": "sam.sample@peerloop.example",
    "timezone": "Europe/Berlin",
    "joined_at": "2026-11-02T09:00:00Z",
}
_TAUGHT_BY = {"id": _TEACHER, "name": "Tess Template", "timezone": "America/New_York"}
_PRESENCE = {"user_id": _STUDENT, "joined_at": "2026-12-03T10:01:00Z", "left_at": "2026-12-03T11:00:00Z"}
_CONSENT = {"user_id": _STUDENT, "given_at": "2026-12-03T09:58:00Z", "text_version": "2026-11-30"}
_RECORDING = {
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "size_bytes": 182_400_512,
    "kept_at": "2026-12-03T11:09:00Z",
}
_LESSON = {
    "id": "ses_01kbq2z7m8e6h9s0t3v5x7y9zh",
    "teacher": _TAUGHT_BY,
    "booked_at": "2026-12-01T16:00:00Z",
    "starts_at": "2026-12-03T10:00:00Z",
    "ends_at": "2026-12-03T11:00:00Z",
    "status": "completed",
    "missed_by_user_id": None,
    "started_at": "2026-12-03T10:00:30Z",
    "ended_at": "2026-12-03T11:00:05Z",
    "attendance": [_PRESENCE],
    "consents": [_CONSENT],
    "recording": _RECORDING,
}
_FILE = {
    "what": "Your first workflow",
    "handed_in_at": "2026-12-04T18:00:00Z",
    "name": "workflow.json",
    "size_bytes": 20480,
    "etag": "9f86d081884c7d659a2feaa0c55ad015",
}
_MAIL = {"template": "session_booked", "ordered_at": "2026-12-01T16:00:00Z", "sent_at": "2026-12-01T16:00:02Z"}


class EvidencePerson(ApiModel):
    """The buyer."""

    model_config = ConfigDict(json_schema_extra=example("Student", _PERSON))

    id: UserIdField = Field(description="The account's id.")
    name: str = Field(description="The name.")
    email: str | None = Field(description="The account's address; null when the person has left.")
    timezone: str = Field(description="IANA zone that the person's times are shown in.")
    joined_at: Instant | None = Field(description="When the account was made; null when the person has left.")


class EvidenceTeacher(ApiModel):
    """Who teaches the buyer, or taught a session."""

    model_config = ConfigDict(json_schema_extra=example("Teacher", _TAUGHT_BY))

    id: UserIdField = Field(description="The account's id.")
    name: str = Field(description="The name.")
    timezone: str = Field(description="IANA zone that the person's times are shown in.")


class EvidencePresence(ApiModel):
    """One connection of one person to the room of a session."""

    model_config = ConfigDict(json_schema_extra=example("Student", _PRESENCE))

    user_id: UserIdField = Field(description="Who.")
    joined_at: Instant | None = Field(description="When they came; null when only the leaving was reported.")
    left_at: Instant | None = Field(description="When they left; null when it was not reported.")


class EvidenceConsent(ApiModel):
    """Somebody agreed to being recorded."""

    model_config = ConfigDict(json_schema_extra=example("Student", _CONSENT))

    user_id: UserIdField = Field(description="Who.")
    given_at: Instant = Field(description="When.")
    text_version: str = Field(description="Which text they were shown.")


class EvidenceRecording(ApiModel):
    """What was recorded of a session; of several recordings the largest."""

    model_config = ConfigDict(json_schema_extra=example("Kept", _RECORDING))

    sha256: str = Field(description="SHA-256 of its bytes in hex.")
    size_bytes: int = Field(description="Its size.")
    kept_at: Instant = Field(description="When it was copied, read back and compared.")


class EvidenceLesson(ApiModel):
    """A booked session, who was there, and what was recorded of it."""

    model_config = ConfigDict(json_schema_extra=example("Held", _LESSON))

    id: SessionIdField = Field(description="The session's id.")
    teacher: EvidenceTeacher = Field(description="Who was to teach it, perhaps not the one who teaches now.")
    booked_at: Instant = Field(description="When it was booked.")
    starts_at: Instant = Field(description="The agreed start.")
    ends_at: Instant = Field(description="The agreed end.")
    status: str = Field(description="scheduled, in_progress, completed, cancelled or no_show.")
    missed_by_user_id: UserIdField | None = Field(description="Who did not come, when the other one alone did.")
    started_at: Instant | None = Field(description="When the first of the two came.")
    ended_at: Instant | None = Field(description="When it was over.")
    attendance: list[EvidencePresence] = Field(description="As the video service reported it.")
    consents: list[EvidenceConsent] = Field(description="Who agreed to being recorded, the first one first.")
    recording: EvidenceRecording | None = Field(description="What is kept of it; null when nothing is.")


class EvidenceFile(ApiModel):
    """A file that the buyer handed in."""

    model_config = ConfigDict(json_schema_extra=example("Homework", _FILE))

    what: str = Field(description="The homework.")
    handed_in_at: Instant = Field(description="When.")
    name: str = Field(description="The file's name.")
    size_bytes: int = Field(description="Its size.")
    etag: str | None = Field(description="The object store's hash of what is in it.")


class EvidenceMail(ApiModel):
    """A mail to the buyer. Only those of the last days are known."""

    model_config = ConfigDict(json_schema_extra=example("Booked", _MAIL))

    template: str = Field(description="Which mail.")
    ordered_at: Instant = Field(description="When what it tells happened.")
    sent_at: Instant | None = Field(description="When it was given to the mail service.")


class EvidenceCourse(ApiModel):
    """What was bought."""

    model_config = ConfigDict(json_schema_extra=example("Intro to n8n", {"title": "Intro to n8n"}))

    title: str = Field(description="As it was called then.")


class EvidencePlace(ApiModel):
    """The buyer's place in the course."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Half way",
            {
                "id": "enr_01kbq2z7m8e6h9s0t3v5x7y9ze",
                "teacher_id": _TEACHER,
                "sessions_bought": 2,
                "sessions_completed": 1,
                "started_at": "2026-12-01T15:02:11Z",
            },
        )
    )

    id: EnrollmentIdField | None = Field(description="The enrollment; null when the payment bought nothing.")
    teacher_id: UserIdField | None = Field(description="Who teaches.")
    sessions_bought: int = Field(description="How many sessions were bought.")
    sessions_completed: int = Field(description="How many of them were held.")
    started_at: Instant | None = Field(description="When the place was made.")


class EvidencePack(ApiModel):
    """All that speaks for us in a dispute."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "One session held",
            {
                "dispute_id": "dsp_01kbq2z7m8e6h9s0t3v5x7y9zk",
                "transaction_id": "txn_01kbq2z7m8e6h9s0t3v5x7y9zf",
                "disputed_cents": 24900,
                "reason": "product_not_received",
                "amount_cents": 24900,
                "currency": "usd",
                "paid_at": "2026-12-01T15:02:11Z",
                "buyer": _PERSON,
                "teacher": _TAUGHT_BY,
                "course": {"title": "Intro to n8n"},
                "place": {
                    "id": "enr_01kbq2z7m8e6h9s0t3v5x7y9ze",
                    "teacher_id": _TEACHER,
                    "sessions_bought": 2,
                    "sessions_completed": 1,
                    "started_at": "2026-12-01T15:02:11Z",
                },
                "sessions": [_LESSON],
                "files": [_FILE],
                "mails": [_MAIL],
                "statement": "Both were in the room for an hour, as the log shows.",
            },
        )
    )

    dispute_id: DisputeIdField = Field(description="The dispute.")
    transaction_id: TransactionIdField = Field(description="The payment.")
    disputed_cents: AmountCents = Field(description="What the bank questions of it.")
    reason: str = Field(description="Why, as the bank puts it.")
    amount_cents: AmountCents = Field(description="What was paid.")
    currency: Currency
    paid_at: Instant = Field(description="When the payment arrived.")
    buyer: EvidencePerson = Field(description="Who paid.")
    teacher: EvidenceTeacher | None = Field(
        description="Who teaches; null when the payment bought nothing, or before anybody was chosen."
    )
    course: EvidenceCourse = Field(description="What was bought.")
    place: EvidencePlace = Field(description="What the buyer has of it.")
    sessions: list[EvidenceLesson] = Field(description="Every session that was booked, by its start.")
    files: list[EvidenceFile] = Field(description="What the buyer handed in.")
    mails: list[EvidenceMail] = Field(description="What the buyer was mailed in the last days.")
    statement: str | None = Field(description="Our side of the story, as it was saved or sent last.")


class EvidenceBody(ApiModel):
    """What is sent to the bank beside the pack."""

    model_config = ConfigDict(
        json_schema_extra=example("Statement", {"statement": "Both were in the room for an hour, as the log shows."})
    )

    statement: Annotated[ProseField, Field(min_length=3, max_length=10_000)] = Field(
        description="Our side of the story, for the bank to read."
    )
    is_final: bool = Field(True, description="False saves it without sending; once sent, the bank takes no more.")


class EvidenceSent(ApiModel):
    """How a dispute stands after evidence was sent."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Sent",
            {
                "dispute_id": "dsp_01kbq2z7m8e6h9s0t3v5x7y9zk",
                "is_final": True,
                "evidence_sent_at": "2026-12-05T09:00:00Z",
            },
        )
    )

    dispute_id: DisputeIdField = Field(description="The dispute.")
    is_final: bool = Field(description="Whether it went to the bank; otherwise it was saved.")
    evidence_sent_at: Instant | None = Field(description="When evidence went to the bank, if it did.")
