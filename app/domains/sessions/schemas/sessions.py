"""Bodies of booking, and of sessions as they are shown."""

from pydantic import ConfigDict, Field

from app.domains.courses.types import CourseIdField, ModuleIdField
from app.domains.enrollments.types import EnrollmentIdField
from app.domains.sessions.types import SessionIdField
from app.domains.users.types import UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_SESSION = "ses_01kbq2z7m8e6h9s0t3v5x7y9zf"
COURSE = "crs_01kbq2z7m8e6h9s0t3v5x7y9zb"
TEACHER = "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"
_STUDENT = "usr_01kbq2z7m8e6h9s0t3v5x7y9za"
_ENROLLMENT = "enr_01kbq2z7m8e6h9s0t3v5x7y9ze"
IN_TOKYO = {"text": "Thu 3 Dec 2026, 18:00 (UTC+09:00)", "timezone": "Asia/Tokyo"}
IN_BERLIN = {"text": "Thu 3 Dec 2026, 10:00 (UTC+01:00)", "timezone": "Europe/Berlin"}
_CARD = {
    "id": _SESSION,
    "enrollment_id": _ENROLLMENT,
    "course": {"id": COURSE, "title": "Intro to n8n"},
    "teacher": {"id": TEACHER, "name": "Tara Teacher"},
    "student": {"id": _STUDENT, "name": "Sam Sample"},
    "status": "scheduled",
    "starts_at": "2026-12-03T09:00:00Z",
    "ends_at": "2026-12-03T10:30:00Z",
    "local": {"teacher": IN_TOKYO, "student": IN_BERLIN},
    "can_join": False,
    "join_opens_at": "2026-12-03T08:45:00Z",
    "no_show_user_id": None,
    "started_at": None,
    "ended_at": None,
    "created_at": "2026-12-01T15:10:42Z",
}
_CALENDAR = {
    "ics": f"/api/sessions/{_SESSION}/calendar.ics",
    "google": "https://calendar.google.com/calendar/render?action=TEMPLATE&text=Intro%20to%20n8n",
    "outlook": "https://outlook.live.com/calendar/0/deeplink/compose?subject=Intro%20to%20n8n",
    "office": "https://outlook.office.com/calendar/0/deeplink/compose?subject=Intro%20to%20n8n",
}

_MODULE = {"id": "mod_01kbq2z7m8e6h9s0t3v5x7y9zd", "title": "What is n8n", "duration_minutes": 20}
_PART = {"number": 1, "modules": [_MODULE]}
_MOVE = {
    "moved_by_user_id": _STUDENT,
    "from_starts_at": "2026-12-02T09:00:00Z",
    "to_starts_at": "2026-12-03T09:00:00Z",
    "reason": "My train was cancelled.",
    "created_at": "2026-12-01T16:20:00Z",
}
_CONTEST = {
    "opened_by_user_id": _STUDENT,
    "statement": "I was in the room the whole time; my camera was off.",
    "outcome": None,
    "note": None,
    "resolved_at": None,
    "created_at": "2026-12-03T12:00:00Z",
}
_OPTIONS = {
    "can_cancel": True,
    "can_reschedule": True,
    "reschedules_left": 1,
    "is_reason_needed": False,
    "late_from": "2026-12-02T09:00:00Z",
    "can_contest": False,
    "contest_until": None,
}
DETAIL = _CARD | {
    "part": _PART,
    "options": _OPTIONS,
    "moves": [_MOVE],
    "cancelled_by_user_id": None,
    "cancel_reason": None,
    "is_late_cancel": False,
    "completed_by_user_id": None,
    "counted_at": None,
    "contest": None,
    "is_made_up_for": False,
    "attendance": [],
    "calendar": _CALENDAR,
}


class LocalTime(ApiModel):
    """An instant as somebody's clock shows it."""

    model_config = ConfigDict(json_schema_extra=example("Tokyo", IN_TOKYO))

    text: str = Field(description="Day, time and offset from UTC, to be shown as it is.")
    timezone: str = Field(description="IANA zone of the clock.")


class BookBody(ApiModel):
    """A session to be booked with the teacher of the enrollment."""

    model_config = ConfigDict(
        json_schema_extra=example("Thursday", {"enrollment_id": _ENROLLMENT, "starts_at": "2026-12-03T09:00:00Z"})
    )

    enrollment_id: EnrollmentIdField = Field(description="The caller's active enrollment.")
    starts_at: Instant = Field(description="The start of a free slot.")
    teacher_id: UserIdField | None = Field(
        None,
        description="Who is to teach a place that was bought without a teacher: needed for its first booking, and then the "
        "place's teacher. Of any other place its teacher, if anybody.",
    )


class SessionCourse(ApiModel):
    """The course of a session."""

    model_config = ConfigDict(json_schema_extra=example("Intro to n8n", {"id": COURSE, "title": "Intro to n8n"}))

    id: CourseIdField = Field(description="The course.")
    title: str = Field(description="Its title.")


class SessionPerson(ApiModel):
    """One of the two people of a session."""

    model_config = ConfigDict(json_schema_extra=example("Teacher", {"id": TEACHER, "name": "Tara Teacher"}))

    id: UserIdField = Field(description="The person.")
    name: str = Field(description="The name other members see.")


class SessionLocal(ApiModel):
    """A session's start for both."""

    model_config = ConfigDict(json_schema_extra=example("Both", {"teacher": IN_TOKYO, "student": IN_BERLIN}))

    teacher: LocalTime = Field(description="In the teacher's own zone.")
    student: LocalTime = Field(description="In the student's own zone.")


class SessionCard(ApiModel):
    """A teaching session as lists show it."""

    model_config = ConfigDict(json_schema_extra=example("Booked", _CARD))

    id: SessionIdField = Field(description="The session's id.")
    enrollment_id: EnrollmentIdField = Field(description="The enrollment it belongs to.")
    course: SessionCourse = Field(description="What is taught.")
    teacher: SessionPerson = Field(description="Who teaches.")
    student: SessionPerson = Field(description="Who learns.")
    status: str = Field(description="scheduled, in_progress, completed, cancelled or no_show.")
    starts_at: Instant = Field(description="When it starts. Changes of a zone's rules never move it.")
    ends_at: Instant = Field(description="When it is to end.")
    local: SessionLocal = Field(description="The start as both people's clocks show it.")
    can_join: bool = Field(description="Whether POST /api/sessions/{id}/join would let the two in now.")
    join_opens_at: Instant = Field(description="From when on it can be joined.")
    no_show_user_id: UserIdField | None = Field(description="Who let the other wait; null also when neither came.")
    started_at: Instant | None = Field(description="When the first of the two came.")
    ended_at: Instant | None = Field(description="When it was over; null while it is not settled.")
    created_at: Instant = Field(description="When it was booked.")


class AttendanceSummary(ApiModel):
    """How long one of the two was in the room."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Teacher",
            {
                "user_id": TEACHER,
                "first_joined_at": "2026-12-03T08:58:00Z",
                "last_left_at": "2026-12-03T10:30:20Z",
                "minutes": 90,
            },
        )
    )

    user_id: UserIdField = Field(description="Who.")
    first_joined_at: Instant | None = Field(description="When the person first came, if that was reported.")
    last_left_at: Instant | None = Field(description="When the person was last seen to leave.")
    minutes: int = Field(description="Whole minutes of the session's own time in the room; reconnecting adds nothing.")


class CalendarLinks(ApiModel):
    """Ways to put the session into one's own calendar."""

    model_config = ConfigDict(json_schema_extra=example("All", _CALENDAR))

    ics: str = Field(description="Path of the calendar file; needs the same token.")
    google: str = Field(description="Opens Google Calendar with the session filled in.")
    outlook: str = Field(description="The same for private Outlook accounts.")
    office: str = Field(description="The same for Microsoft 365.")


class SessionModule(ApiModel):
    """A unit of the course that a session teaches."""

    model_config = ConfigDict(json_schema_extra=example("First", _MODULE))

    id: ModuleIdField = Field(description="The module.")
    title: str = Field(description="Its title; once the session was counted, as it was then.")
    duration_minutes: int = Field(description="How long it takes.")


class SessionPart(ApiModel):
    """Which part of the course a session is: the N-th of the student's sessions, by start, teaches part N."""

    model_config = ConfigDict(json_schema_extra=example("First", _PART))

    number: int = Field(description="From 1. Cancelled sessions give their number to the next one.")
    modules: list[SessionModule] = Field(description="What it teaches; empty for a session beyond the curriculum.")


class SessionMoveView(ApiModel):
    """One change of a session's time."""

    model_config = ConfigDict(json_schema_extra=example("Later", _MOVE))

    moved_by_user_id: UserIdField = Field(description="Who moved it.")
    from_starts_at: Instant = Field(description="The start before.")
    to_starts_at: Instant = Field(description="The start after.")
    reason: str | None = Field(description="What that person said about it.")
    created_at: Instant = Field(description="When it was moved.")


class ContestView(ApiModel):
    """What one of the two says against how the session was settled."""

    model_config = ConfigDict(json_schema_extra=example("Open", _CONTEST))

    opened_by_user_id: UserIdField = Field(description="Who contests it.")
    statement: str = Field(description="What happened, in that person's words.")
    outcome: str | None = Field(description="completed, no_show or cancelled; null while it is undecided.")
    note: str | None = Field(description="Why an administrator decided so.")
    resolved_at: Instant | None = Field(description="When it was decided.")
    created_at: Instant = Field(description="When it was contested.")


class SessionOptions(ApiModel):
    """What the caller may do with a session now."""

    model_config = ConfigDict(json_schema_extra=example("Before the start", _OPTIONS))

    can_cancel: bool = Field(description="Whether POST /api/sessions/{id}/cancel would be granted.")
    can_reschedule: bool = Field(description="Whether it may be moved, to a slot that is free.")
    reschedules_left: int = Field(description="How often its people may still move it.")
    is_reason_needed: bool = Field(description="Whether cancelling or moving asks this caller for a `reason` now.")
    late_from: Instant = Field(description="From when on cancelling is late, for students: then it asks for a reason.")
    can_contest: bool = Field(description="Whether POST /api/sessions/{id}/contest would be granted.")
    contest_until: Instant | None = Field(description="Until when; null where nothing is to be contested.")


class SessionDetail(SessionCard):
    """A teaching session in full."""

    model_config = ConfigDict(json_schema_extra=example("Booked", DETAIL))

    part: SessionPart | None = Field(description="Which part of the course it is; null when it was given back.")
    options: SessionOptions = Field(description="What the caller may do with it now.")
    moves: list[SessionMoveView] = Field(description="How its time was changed, the first change first.")
    cancelled_by_user_id: UserIdField | None = Field(description="Who cancelled it; null also for the service itself.")
    cancel_reason: str | None = Field(description="Why it was cancelled.")
    is_late_cancel: bool = Field(description="Whether it was cancelled less than 24 hours before its start.")
    completed_by_user_id: UserIdField | None = Field(
        description="Who said that it was held, where attendance does not prove it."
    )
    counted_at: Instant | None = Field(description="When it was counted, which moved its money.")
    contest: ContestView | None = Field(description="What one of the two says against how it was settled.")
    is_made_up_for: bool = Field(description="Whether an administrator added a session for it.")
    attendance: list[AttendanceSummary] = Field(description="One entry for each person who was in the room.")
    calendar: CalendarLinks = Field(description="Ways to put it into one's own calendar.")
