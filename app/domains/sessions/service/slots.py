"""Which times of a teacher are free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.timezones import tzdata_version
from app.db.session import ReadSession
from app.domains.calendar import service as calendar
from app.domains.calendar import slots
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import AvailabilityRules, Busy, OutsideTime, Period, SessionTime
from app.domains.calendar.types import Slot as FreeTime
from app.domains.courses import service as courses
from app.domains.courses.types import CourseId
from app.domains.sessions.errors import TeacherNotFound
from app.domains.sessions.policies import local_time
from app.domains.sessions.schemas import FreeSlots, Slot, SlotLocal
from app.domains.sessions.service.taken import TakenTime, taking_time_of
from app.domains.users import service as users
from app.domains.users.types import UserId

_MOST_TEACHERS = 20


@dataclass(frozen=True, slots=True)
class SlotQuestion:
    """Whose time, for which course, when, and in whose zone it is to be read."""

    teacher_id: UserId
    course_id: CourseId
    window: Period
    viewer_id: UserId | None
    zone: str | None


def find_free_slots(session: ReadSession, question: SlotQuestion, policy: BookingPolicy) -> FreeSlots:
    """The free slots in the window. Raises `TeacherNotFound` unless the person can be booked for the course."""
    teacher_id, course_id = question.teacher_id, question.course_id
    if not courses.is_bookable_teacher(session, course_id, teacher_id):
        raise TeacherNotFound
    lesson = courses.get_course(session, course_id).session_duration_minutes
    rules = calendar.rules_for(session, [teacher_id], lesson_minutes=lesson, policy=policy)[teacher_id]
    free = slots.free_slots(rules, busy_of(session, teacher_id), session.now, question.window)
    viewer_zone = question.zone or _own_zone(session, question.viewer_id)
    return FreeSlots(
        teacher_id=teacher_id,
        course_id=course_id,
        session_duration_minutes=lesson,
        timezone=rules.zone,
        tzdata_version=tzdata_version(),
        items=[_shown(slot, rules.zone, viewer_zone) for slot in free],
    )


def first_free(session: ReadSession, course_id: CourseId, policy: BookingPolicy) -> datetime | None:
    """When the next lesson of the course can begin, with whichever of its teachers; None when none can up to the
    horizon. Asks no more than the twenty who are certified the longest."""
    teacher_ids = courses.bookable_teacher_ids(session, course_id)[:_MOST_TEACHERS]
    lesson = courses.get_course(session, course_id).session_duration_minutes
    rules = calendar.rules_for(session, teacher_ids, lesson_minutes=lesson, policy=policy)
    firsts = (_first_of(session, teacher_id, rules[teacher_id]) for teacher_id in teacher_ids)
    return min((start for start in firsts if start is not None), default=None)


def _first_of(session: ReadSession, teacher_id: UserId, rules: AvailabilityRules) -> datetime | None:
    """The first week is looked through alone, because most often it has a free slot."""
    if not rules.weekly:
        return None
    busy, now = busy_of(session, teacher_id), session.now
    in_a_week = now + timedelta(days=7)
    found = slots.free_slots(rules, busy, now, Period(now, in_a_week)) or slots.next_free(
        rules, busy, now, in_a_week, 1
    )
    return found[0].start if found else None


def _own_zone(session: ReadSession, viewer_id: UserId | None) -> str | None:
    return users.get_person(session, viewer_id).timezone if viewer_id else None


def _shown(slot: FreeTime, teacher_zone: str, viewer_zone: str | None) -> Slot:
    local = SlotLocal(
        teacher=local_time(slot.start, teacher_zone),
        viewer=local_time(slot.start, viewer_zone) if viewer_zone else None,
    )
    return Slot(starts_at=slot.start, ends_at=slot.end, local=local)


def busy_of(session: ReadSession, teacher_id: UserId, student_id: UserId | None = None) -> Busy:
    """What takes time of the teacher, and of the student if one is given, from now on."""
    people = {teacher_id, student_id} if student_id else {teacher_id}
    rows = taking_time_of(session, people, after=session.now)
    return Busy(
        teaching=tuple(_teaching(row) for row in rows if row.teacher_id == teacher_id),
        attending=tuple(_time_of(student_id, rows)) if student_id else (),
        outside=tuple(OutsideTime(_lesson(row)) for row in rows if row.student_id == teacher_id),
    )


def _time_of(student_id: UserId, rows: Iterable[TakenTime]) -> Iterable[SessionTime]:
    """All that the student has. The pause after lessons that the student gives is the student's time too."""
    for row in rows:
        if row.teacher_id == student_id:
            yield SessionTime(row.id, _occupied(row), _occupied(row))
        elif row.student_id == student_id:
            yield SessionTime(row.id, _lesson(row), _lesson(row))


def _teaching(row: TakenTime) -> SessionTime:
    return SessionTime(row.id, _lesson(row), _occupied(row))


def _lesson(row: TakenTime) -> Period:
    return Period(row.starts_at, row.ends_at)


def _occupied(row: TakenTime) -> Period:
    return Period(row.occupied_from, row.occupied_until)


def conflict_of(busy: Busy, start: datetime, end: datetime) -> str | None:
    """The id of a session that the student has at that time, or of a hold on it."""
    overlapping = (each.id for each in busy.attending if each.time.start < end and start < each.time.end)
    return next(overlapping, None)
