"""Bodies of the sessions API."""

from pydantic import ConfigDict, Field

from app.domains.courses.types import CourseIdField
from app.domains.enrollments.types import EnrollmentIdField
from app.domains.sessions.types import SessionIdField
from app.domains.users.types import UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_SESSION = "ses_01kbq2z7m8e6h9s0t3v5x7y9zf"
_COURSE = "crs_01kbq2z7m8e6h9s0t3v5x7y9zb"
_TEACHER = "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"
_STUDENT = "usr_01kbq2z7m8e6h9s0t3v5x7y9za"
_ENROLLMENT = "enr_01kbq2z7m8e6h9s0t3v5x7y9ze"
_IN_TOKYO = {"text": "Thu 3 Dec 2026, 18:00 (UTC+09:00)", "timezone": "Asia/Tokyo"}
_IN_BERLIN = {"text": "Thu 3 Dec 2026, 10:00 (UTC+01:00)", "timezone": "Europe/Berlin"}
_CLOCK_CHANGE = {
    "by_minutes": 60,
    "at": "2027-03-28T01:00:00Z",
    "text": "The clocks in Europe/Berlin go forward by 1 hour on Sun 28 Mar 2027.",
}
_SLOT_IN_TOKYO = _IN_TOKYO | {"clock_change": None}
_SLOT_IN_BERLIN = _IN_BERLIN | {"clock_change": None}
_SLOT = {
    "starts_at": "2026-12-03T09:00:00Z",
    "ends_at": "2026-12-03T10:30:00Z",
    "local": {"teacher": _SLOT_IN_TOKYO, "viewer": _SLOT_IN_BERLIN},
}
_COURSE_SLOT = {
    "starts_at": "2026-12-03T09:00:00Z",
    "ends_at": "2026-12-03T10:30:00Z",
    "viewer": _SLOT_IN_BERLIN,
    "teachers": [{"teacher_id": _TEACHER, "local": _SLOT_IN_TOKYO}],
    "teacher_count": 1,
}
_BUSY = {"starts_at": "2026-12-03T09:00:00Z", "ends_at": "2026-12-03T10:45:00Z"}
_CARD = {
    "id": _SESSION,
    "enrollment_id": _ENROLLMENT,
    "course": {"id": _COURSE, "title": "Intro to n8n"},
    "teacher": {"id": _TEACHER, "name": "Tara Teacher"},
    "student": {"id": _STUDENT, "name": "Sam Sample"},
    "status": "scheduled",
    "starts_at": "2026-12-03T09:00:00Z",
    "ends_at": "2026-12-03T10:30:00Z",
    "local": {"teacher": _IN_TOKYO, "student": _IN_BERLIN},
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


class LocalTime(ApiModel):
    """An instant as somebody's clock shows it."""

    model_config = ConfigDict(json_schema_extra=example("Tokyo", _IN_TOKYO))

    text: str = Field(description="Day, time and offset from UTC, to be shown as it is.")
    timezone: str = Field(description="IANA zone of the clock.")


class ClockChange(ApiModel):
    """Between now and then the clocks of a zone are set forward or back."""

    model_config = ConfigDict(json_schema_extra=example("Spring", _CLOCK_CHANGE))

    by_minutes: int = Field(description="How much later clocks show it than by today's offset; negative: earlier.")
    at: Instant = Field(description="When the offset that holds then begins.")
    text: str = Field(description="The same in words, to be shown as it is.")


class SlotTime(LocalTime):
    """A start as somebody's clock shows it then, and whether that clock is changed before."""

    model_config = ConfigDict(json_schema_extra=example("Tokyo", _SLOT_IN_TOKYO))

    clock_change: ClockChange | None = Field(
        description="Set where the offset then is another than today's; null where a time of day means what it does today."
    )


class SlotLocal(ApiModel):
    """A slot's start for those concerned."""

    model_config = ConfigDict(json_schema_extra=example("Both", {"teacher": _SLOT_IN_TOKYO, "viewer": _SLOT_IN_BERLIN}))

    teacher: SlotTime = Field(description="In the zone of the teacher's availability.")
    viewer: SlotTime | None = Field(description="In the zone asked for, else the caller's own; null for visitors.")


class Slot(ApiModel):
    """A time that may be booked."""

    model_config = ConfigDict(json_schema_extra=example("Thursday", _SLOT))

    starts_at: Instant = Field(description="Give this to POST /api/sessions.")
    ends_at: Instant = Field(description="When the session ends.")
    local: SlotLocal = Field(description="The start as people's clocks show it.")


class FreeSlots(ApiModel):
    """When a teacher can be booked for a course. The instants are the same whoever asks."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "One slot",
            {
                "teacher_id": _TEACHER,
                "course_id": _COURSE,
                "session_duration_minutes": 90,
                "timezone": "Asia/Tokyo",
                "tzdata_version": "2026f",
                "items": [_SLOT],
            },
        )
    )

    teacher_id: UserIdField = Field(description="The teacher.")
    course_id: CourseIdField = Field(description="The course.")
    session_duration_minutes: int = Field(description="How long a session of the course lasts.")
    timezone: str = Field(description="IANA zone of the teacher's availability.")
    tzdata_version: str = Field(description="Release of the time zone rules in use.")
    items: list[Slot] = Field(description="In order. Another student may be faster: booking checks again.")


class TeacherTime(ApiModel):
    """A teacher who is free at a start."""

    model_config = ConfigDict(json_schema_extra=example("Teacher", {"teacher_id": _TEACHER, "local": _SLOT_IN_TOKYO}))

    teacher_id: UserIdField = Field(description="The teacher.")
    local: SlotTime = Field(description="The start in the zone of the teacher's availability.")


class CourseSlot(ApiModel):
    """A start at which somebody can be booked for a course."""

    model_config = ConfigDict(json_schema_extra=example("Thursday", _COURSE_SLOT))

    starts_at: Instant = Field(description="The start.")
    ends_at: Instant = Field(description="When the session ends.")
    viewer: SlotTime | None = Field(description="In the zone asked for, else the caller's own; null for visitors.")
    teachers: list[TeacherTime] = Field(description="Who is free then, the longest certified first; at most 10.")
    teacher_count: int = Field(description="How many are free then.")


class CourseSlots(ApiModel):
    """When a course can be taken, with whichever of its teachers."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "One start",
            {
                "course_id": _COURSE,
                "session_duration_minutes": 90,
                "tzdata_version": "2026f",
                "items": [_COURSE_SLOT],
            },
        )
    )

    course_id: CourseIdField = Field(description="The course.")
    session_duration_minutes: int = Field(description="How long a session of the course lasts.")
    tzdata_version: str = Field(description="Release of the time zone rules in use.")
    items: list[CourseSlot] = Field(description="By start, each once. Another student may be faster.")


class BusyRange(ApiModel):
    """A time in which somebody has sessions."""

    model_config = ConfigDict(json_schema_extra=example("Thursday", _BUSY))

    starts_at: Instant = Field(description="From then on.")
    ends_at: Instant = Field(description="Until just before then, the pause after the last session included.")


class BusyRanges(ApiModel):
    """When a teacher has sessions, without saying which."""

    model_config = ConfigDict(json_schema_extra=example("One", {"teacher_id": _TEACHER, "items": [_BUSY]}))

    teacher_id: UserIdField = Field(description="The teacher.")
    items: list[BusyRange] = Field(description="In order; what touches or overlaps is one range.")


class BookBody(ApiModel):
    """A session to be booked with the teacher of the enrollment."""

    model_config = ConfigDict(
        json_schema_extra=example("Thursday", {"enrollment_id": _ENROLLMENT, "starts_at": "2026-12-03T09:00:00Z"})
    )

    enrollment_id: EnrollmentIdField = Field(description="The caller's active enrollment.")
    starts_at: Instant = Field(description="The start of a free slot.")


class SessionCourse(ApiModel):
    """The course of a session."""

    model_config = ConfigDict(json_schema_extra=example("Intro to n8n", {"id": _COURSE, "title": "Intro to n8n"}))

    id: CourseIdField = Field(description="The course.")
    title: str = Field(description="Its title.")


class SessionPerson(ApiModel):
    """One of the two people of a session."""

    model_config = ConfigDict(json_schema_extra=example("Teacher", {"id": _TEACHER, "name": "Tara Teacher"}))

    id: UserIdField = Field(description="The person.")
    name: str = Field(description="The name other members see.")


class SessionLocal(ApiModel):
    """A session's start for both."""

    model_config = ConfigDict(json_schema_extra=example("Both", {"teacher": _IN_TOKYO, "student": _IN_BERLIN}))

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
                "user_id": _TEACHER,
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


class SessionDetail(SessionCard):
    """A teaching session in full."""

    model_config = ConfigDict(json_schema_extra=example("Booked", _CARD | {"attendance": [], "calendar": _CALENDAR}))

    attendance: list[AttendanceSummary] = Field(description="One entry for each person who was in the room.")
    calendar: CalendarLinks = Field(description="Ways to put it into one's own calendar.")
