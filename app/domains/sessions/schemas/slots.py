"""Bodies of free slots, and of when a teacher is not free."""

from pydantic import ConfigDict, Field

from app.domains.courses.types import CourseIdField
from app.domains.sessions.schemas.sessions import COURSE, IN_BERLIN, IN_TOKYO, TEACHER, LocalTime
from app.domains.users.types import UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_CLOCK_CHANGE = {
    "by_minutes": 60,
    "at": "2027-03-28T01:00:00Z",
    "text": "The clocks in Europe/Berlin go forward by 1 hour on Sun 28 Mar 2027.",
}
_SLOT_IN_TOKYO = IN_TOKYO | {"clock_change": None}
_SLOT_IN_BERLIN = IN_BERLIN | {"clock_change": None}
_SLOT = {
    "starts_at": "2026-12-03T09:00:00Z",
    "ends_at": "2026-12-03T10:30:00Z",
    "local": {"teacher": _SLOT_IN_TOKYO, "viewer": _SLOT_IN_BERLIN},
}
_COURSE_SLOT = {
    "starts_at": "2026-12-03T09:00:00Z",
    "ends_at": "2026-12-03T10:30:00Z",
    "viewer": _SLOT_IN_BERLIN,
    "teachers": [{"teacher_id": TEACHER, "local": _SLOT_IN_TOKYO}],
    "teacher_count": 1,
}
_BUSY = {"starts_at": "2026-12-03T09:00:00Z", "ends_at": "2026-12-03T10:45:00Z"}


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
                "teacher_id": TEACHER,
                "course_id": COURSE,
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

    model_config = ConfigDict(json_schema_extra=example("Teacher", {"teacher_id": TEACHER, "local": _SLOT_IN_TOKYO}))

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
                "course_id": COURSE,
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

    model_config = ConfigDict(json_schema_extra=example("One", {"teacher_id": TEACHER, "items": [_BUSY]}))

    teacher_id: UserIdField = Field(description="The teacher.")
    items: list[BusyRange] = Field(description="In order; what touches or overlaps is one range.")
