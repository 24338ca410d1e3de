"""Which times are free: of one teacher, and of all who teach a course."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.timezones import tzdata_version
from app.db.session import ReadSession
from app.domains.calendar import service as calendar
from app.domains.calendar import slots
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import AvailabilityRules, Busy, Period
from app.domains.courses import service as courses
from app.domains.courses.policies import as_named
from app.domains.courses.types import CourseId, Renamed
from app.domains.enrollments import service as enrollments
from app.domains.sessions import repository
from app.domains.sessions.errors import SessionNotFound, TeacherNotFound
from app.domains.sessions.schemas import BusyRange, BusyRanges, CourseSlots, FreeSlots
from app.domains.sessions.service.busy import busy_of, busy_of_all, taken_ranges
from app.domains.sessions.service.slot_texts import course_slots_text, free_slots_text
from app.domains.sessions.service.wishes import teaches_now
from app.domains.sessions.types import SessionFacts, SessionId
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.principal import Principal

_MOST_LOOKED_AT = 20
_MOST_UNITED = 200


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


def find_free_slots(session: ReadSession, question: SlotQuestion, policy: BookingPolicy) -> bytes:
    """The free slots in the window, as the JSON of `FreeSlots`. Raises `TeacherNotFound` unless the viewer can book
    the person for the course, and `SessionNotFound` unless the session to be moved is one of the viewer with that
    teacher."""
    teacher_id, course_id = question.teacher_id, question.course_id
    moved = _moved(session, question)
    lesson = _lesson_of(session, question, moved)
    rules = calendar.rules_for(session, [teacher_id], lesson_minutes=lesson, policy=policy)[teacher_id]
    busy = busy_of(session, teacher_id)
    busy = busy.without(moved.id) if moved else busy
    starts = slots.free_starts(rules, busy, session.now, question.window)
    head = FreeSlots(
        teacher_id=teacher_id,
        course_id=course_id,
        session_duration_minutes=lesson,
        timezone=rules.zone,
        tzdata_version=tzdata_version(),
        items=[],
    )
    return free_slots_text(head, starts, question.zone or _own_zone(session, question.viewer_id), session.now)


def _moved(session: ReadSession, question: SlotQuestion) -> SessionFacts | None:
    """The session that is to be moved, if one is."""
    if question.moved_id is None:
        return None
    facts = repository.by_id(session, question.moved_id)
    if facts is None or question.viewer_id not in facts.people or facts.teacher_id != question.teacher_id:
        raise SessionNotFound
    return facts


def _own_zone(session: ReadSession, viewer_id: UserId | None) -> str | None:
    return users.zones_of(session, [viewer_id])[viewer_id] if viewer_id else None


def find_course_slots(session: ReadSession, question: UnionQuestion, policy: BookingPolicy) -> bytes | Renamed:
    """Each start of the window at which somebody can be booked for the course, of the two hundred who are certified the
    longest, as the JSON of `CourseSlots`; or the course's present slug. Raises `CourseNotFound`."""
    course = as_named(courses.get_visible(session, question.id_or_slug, viewer=question.viewer), question.id_or_slug)
    if isinstance(course, Renamed):
        return course
    lesson = course.session_duration_minutes
    everybody = courses.bookable_teacher_ids(session, course.id)[:_MOST_UNITED]
    rules = calendar.rules_for(session, everybody, lesson_minutes=lesson, policy=policy)
    busy = busy_of_all(session, [teacher_id for teacher_id in everybody if _may_be_open(rules[teacher_id])])
    asked = ((teacher_id, rules[teacher_id], taken) for teacher_id, taken in busy.items())
    free = slots.united(asked, session.now, question.window)
    zones = {teacher_id: rules[teacher_id].zone for teacher_id in busy}
    viewer_id = UserId(question.viewer.user_id) if question.viewer else None
    head = CourseSlots(course_id=course.id, session_duration_minutes=lesson, tzdata_version=tzdata_version(), items=[])
    return course_slots_text(head, free, zones, question.zone or _own_zone(session, viewer_id), session.now)


def _may_be_open(rules: AvailabilityRules) -> bool:
    """Whether there are hours at all; most who are certified and never set any need not be looked at."""
    return bool(rules.weekly or rules.overrides) and not rules.paused


def _lesson_of(session: ReadSession, question: SlotQuestion, moved: SessionFacts | None) -> int:
    """How many minutes a lesson lasts that can be booked by anybody; or, when the teacher takes nobody new for a while,
    by those who learn with them already, and moved by its two people."""
    lesson = courses.bookable_lesson(session, question.course_id, question.teacher_id)
    if lesson is not None:
        return lesson
    is_moved = moved is not None and moved.course_id == question.course_id
    if teaches_now(session, question.course_id, question.teacher_id) and (is_moved or _learns(session, question)):
        return courses.get_course(session, question.course_id).session_duration_minutes
    raise TeacherNotFound


def _learns(session: ReadSession, question: SlotQuestion) -> bool:
    """Whether the viewer has a place with this teacher of which sessions can be planned."""
    if question.viewer_id is None:
        return False
    places = enrollments.list_with(session, question.viewer_id, question.course_id, question.teacher_id)
    return any(repository.uses_of_one(session, place.id).is_open(place) for place in places)


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
