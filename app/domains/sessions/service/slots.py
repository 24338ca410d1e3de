"""Which times are free: of one teacher, and of all who teach a course."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.timezones import tzdata_version
from app.db.session import ReadSession
from app.domains.calendar import service as calendar
from app.domains.calendar import slots
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import AvailabilityRules, Busy, Period
from app.domains.calendar.types import Slot as FreeTime
from app.domains.courses import service as courses
from app.domains.courses.types import CourseId
from app.domains.enrollments import service as enrollments
from app.domains.sessions import repository
from app.domains.sessions.errors import SessionNotFound, TeacherNotFound
from app.domains.sessions.schemas import (
    BusyRange,
    BusyRanges,
    CourseSlot,
    CourseSlots,
    FreeSlots,
    Slot,
    SlotLocal,
    TeacherTime,
)
from app.domains.sessions.service.busy import busy_of, busy_of_all, taken_ranges
from app.domains.sessions.service.labels import Labels
from app.domains.sessions.service.wishes import teaches_now
from app.domains.sessions.types import SessionId
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.principal import Principal

_MOST_LOOKED_AT = 20
_MOST_UNITED = 200
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class SlotQuestion:
    """Whose time, for which course, when, and in whose zone it is to be read. `moved_id` is a session of the viewer and
    the teacher that is to be moved: it takes no time then."""

    teacher_id: UserId
    course_id: CourseId
    window: Period
    viewer_id: UserId | None
    zone: str | None
    moved_id: SessionId | None = None


@dataclass(frozen=True, slots=True)
class UnionQuestion:
    """Which course, when, who asks, and in whose zone it is to be read."""

    id_or_slug: str
    window: Period
    viewer: Principal | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class FirstFree:
    """The next start of a course, and how long before it that teacher wants to know."""

    starts_at: datetime
    notice: timedelta


def find_free_slots(session: ReadSession, question: SlotQuestion, policy: BookingPolicy) -> FreeSlots:
    """The free slots in the window. Raises `TeacherNotFound` unless the viewer can book the person for the course, and
    `SessionNotFound` unless the session to be moved is one of the viewer with that teacher."""
    teacher_id, course_id = question.teacher_id, question.course_id
    if not _can_be_booked(session, question):
        raise TeacherNotFound
    lesson = courses.get_course(session, course_id).session_duration_minutes
    rules = calendar.rules_for(session, [teacher_id], lesson_minutes=lesson, policy=policy)[teacher_id]
    free = slots.free_slots(rules, _busy_for(session, question), session.now, question.window)
    zone, labels = question.zone or _own_zone(session, question.viewer_id), Labels(session.now)
    return FreeSlots(
        teacher_id=teacher_id,
        course_id=course_id,
        session_duration_minutes=lesson,
        timezone=rules.zone,
        tzdata_version=tzdata_version(),
        items=[_shown(slot, rules.zone, zone, labels) for slot in free],
    )


def _busy_for(session: ReadSession, question: SlotQuestion) -> Busy:
    busy = busy_of(session, question.teacher_id)
    if question.moved_id is None:
        return busy
    facts = repository.by_id(session, question.moved_id)
    if facts is None or question.viewer_id not in facts.people or facts.teacher_id != question.teacher_id:
        raise SessionNotFound
    return busy.without(question.moved_id)


def _own_zone(session: ReadSession, viewer_id: UserId | None) -> str | None:
    return users.get_person(session, viewer_id).timezone if viewer_id else None


def _shown(slot: FreeTime, teacher_zone: str, viewer_zone: str | None, labels: Labels) -> Slot:
    local = SlotLocal(
        teacher=labels.of(slot.start, teacher_zone),
        viewer=labels.of(slot.start, viewer_zone) if viewer_zone else None,
    )
    return Slot(starts_at=slot.start, ends_at=slot.end, local=local)


def find_course_slots(session: ReadSession, question: UnionQuestion, policy: BookingPolicy) -> CourseSlots:
    """Each start of the window at which somebody can be booked for the course, of the two hundred who are certified the
    longest. Raises `CourseNotFound`."""
    course = courses.get_visible(session, question.id_or_slug, viewer=question.viewer)
    lesson = course.session_duration_minutes
    everybody = courses.bookable_teacher_ids(session, course.id)[:_MOST_UNITED]
    rules = calendar.rules_for(session, everybody, lesson_minutes=lesson, policy=policy)
    busy = busy_of_all(session, [teacher_id for teacher_id in everybody if _may_be_open(rules[teacher_id])])
    asked = ((teacher_id, rules[teacher_id], taken) for teacher_id, taken in busy.items())
    free = slots.united(asked, session.now, question.window)
    viewer_id = UserId(question.viewer.user_id) if question.viewer else None
    zone, labels = question.zone or _own_zone(session, viewer_id), Labels(session.now)
    length = timedelta(minutes=lesson)
    return CourseSlots(
        course_id=course.id,
        session_duration_minutes=lesson,
        tzdata_version=tzdata_version(),
        items=[
            CourseSlot(
                starts_at=start,
                ends_at=start + length,
                viewer=labels.of(start, zone) if zone else None,
                teachers=[
                    TeacherTime(teacher_id=teacher_id, local=labels.of(start, rules[teacher_id].zone))
                    for teacher_id in teacher_ids[:_MOST_NAMED]
                ],
                teacher_count=len(teacher_ids),
            )
            for start, teacher_ids in free.items()
        ],
    )


def _may_be_open(rules: AvailabilityRules) -> bool:
    """Whether there are hours at all; most who are certified and never set any need not be looked at."""
    return bool(rules.weekly or rules.overrides) and not rules.paused


def _can_be_booked(session: ReadSession, question: SlotQuestion) -> bool:
    """By anybody; or, when the teacher takes nobody new for a while, by those who learn with them already."""
    teacher_id, course_id, viewer_id = question.teacher_id, question.course_id, question.viewer_id
    if courses.is_bookable_teacher(session, course_id, teacher_id):
        return True
    if viewer_id is None or not enrollments.learns_with(session, viewer_id, course_id, teacher_id):
        return False
    return teaches_now(session, course_id, teacher_id)


def first_free(session: ReadSession, course_id: CourseId, policy: BookingPolicy) -> FirstFree | None:
    """When the next lesson of the course can begin, with whichever of its teachers; None when none can up to the
    horizon. Asks no more than the twenty who are certified the longest."""
    teacher_ids = courses.bookable_teacher_ids(session, course_id)[:_MOST_LOOKED_AT]
    lesson = courses.get_course(session, course_id).session_duration_minutes
    rules = calendar.rules_for(session, teacher_ids, lesson_minutes=lesson, policy=policy)
    busy = busy_of_all(session, [teacher_id for teacher_id in teacher_ids if _may_be_open(rules[teacher_id])])
    firsts = [
        FirstFree(start, timedelta(minutes=rules[teacher_id].notice_min))
        for teacher_id, taken in busy.items()
        if (start := _first_of(rules[teacher_id], taken, session.now)) is not None
    ]
    return min(firsts, key=lambda first: (first.starts_at, first.notice), default=None)


def _first_of(rules: AvailabilityRules, busy: Busy, now: datetime) -> datetime | None:
    """The first week is looked through alone, because most often it has a free slot."""
    in_a_week = now + timedelta(days=7)
    found = slots.free_slots(rules, busy, now, Period(now, in_a_week)) or slots.next_free(
        rules, busy, now, in_a_week, 1
    )
    return found[0].start if found else None


def find_busy_ranges(session: ReadSession, teacher_id: UserId, window: Period) -> BusyRanges:
    """When the teacher has sessions. Raises `TeacherNotFound` unless the person teaches some course."""
    if not courses.teaches(session, teacher_id):
        raise TeacherNotFound
    ranges = taken_ranges(session, teacher_id, window)
    items = [BusyRange(starts_at=each.start, ends_at=each.end) for each in ranges]
    return BusyRanges(teacher_id=teacher_id, items=items)
