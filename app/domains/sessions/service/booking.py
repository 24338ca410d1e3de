"""Booking a session: one transaction that nobody else's booking can slip into."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.clock import utc_text
from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.calendar import service as calendar
from app.domains.calendar import slots
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import AvailabilityRules, Busy, Refusal, Slot
from app.domains.courses import service as courses
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.errors import EnrollmentNotFound, TeacherNotAvailable
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId
from app.domains.sessions import repository
from app.domains.sessions.errors import EnrollmentNotActive, NoSessionsLeft, SlotNotOffered, SlotTaken, StudentBusy
from app.domains.sessions.events import SessionBooked
from app.domains.sessions.service.slots import busy_of, conflict_of
from app.domains.sessions.types import SessionId, SessionStatus
from app.domains.users import service as users
from app.domains.users.types import UserId

_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class BookCommand:
    """Who books which place's next session, and when it is to start."""

    student_id: UserId
    enrollment_id: EnrollmentId
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class _Wish:
    """A start, and all that decides whether it may be had."""

    start: datetime
    rules: AvailabilityRules
    busy: Busy
    now: datetime

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.rules.duration_min)

    @property
    def alternatives(self) -> list[dict[str, str]]:
        """The next free slots that suit both; the first ones there are when nothing follows."""
        after = max(self.start, self.now)
        found = self._next_free(after) or self._next_free(self.now)
        return [{"starts_at": utc_text(slot.start), "ends_at": utc_text(slot.end)} for slot in found]

    def _next_free(self, after: datetime) -> Sequence[Slot]:
        return slots.next_free(self.rules, self.busy, self.now, after, _ALTERNATIVES)


def book(session: WriteSession, command: BookCommand, policy: BookingPolicy) -> SessionId:
    """Take the slot for the student.

    Raises `EnrollmentNotFound`, `EnrollmentNotActive`, `TeacherNotAvailable`, `NoSessionsLeft`, `SlotNotOffered`,
    `SlotTaken`, `StudentBusy`.
    """
    people = _own_place(session, command)
    calendar.lock_people(session, people.teacher_id, people.student_id)
    place = _own_place(session, command)
    _check_place(session, place)
    wish = _wish(session, place, command.starts_at, policy)
    _check_start(wish)
    return _insert(session, place, wish)


def _own_place(session: ReadSession, command: BookCommand) -> EnrollmentFacts:
    place = enrollments.get_enrollment(session, command.enrollment_id)
    if place.student_id != command.student_id:
        raise EnrollmentNotFound
    return place


def _check_place(session: ReadSession, place: EnrollmentFacts) -> None:
    if not place.status.is_active:
        raise EnrollmentNotActive
    if users.suspended_ids(session, [place.teacher_id]) or not courses.is_certified(
        session, place.course_id, place.teacher_id
    ):
        raise TeacherNotAvailable
    if repository.count_used(session, place.id) >= place.sessions_bought:
        raise NoSessionsLeft


def _wish(session: ReadSession, place: EnrollmentFacts, start: datetime, policy: BookingPolicy) -> _Wish:
    lesson = courses.get_course(session, place.course_id).session_duration_minutes
    rules = calendar.rules_for(session, [place.teacher_id], lesson_minutes=lesson, policy=policy)
    busy = busy_of(session, place.teacher_id, place.student_id)
    return _Wish(start, rules[place.teacher_id], busy, session.now)


def _check_start(wish: _Wish) -> None:
    refusal = slots.is_bookable(wish.rules, wish.busy, wish.now, wish.start)
    if refusal is None:
        return
    if refusal not in {Refusal.TEACHER_BUSY, Refusal.STUDENT_BUSY}:
        raise SlotNotOffered(reason=refusal.value, alternatives=wish.alternatives)
    own = conflict_of(wish.busy, wish.start, wish.end)
    if own is not None:
        raise StudentBusy(conflicts_with=own, alternatives=wish.alternatives)
    raise SlotTaken(alternatives=wish.alternatives)


def _insert(session: WriteSession, place: EnrollmentFacts, wish: _Wish) -> SessionId:
    session_id = SessionId(new_id("ses"))
    lesson = wish.start, wish.end
    occupied = (
        wish.start - timedelta(minutes=wish.rules.buffer_before_min),
        wish.end + timedelta(minutes=wish.rules.buffer_after_min),
    )
    if not calendar.take_time(session, session_id, {place.teacher_id: occupied, place.student_id: lesson}):
        raise SlotTaken(alternatives=wish.alternatives)
    values = {
        "id": session_id,
        "enrollment_id": place.id,
        "course_id": place.course_id,
        "teacher_id": place.teacher_id,
        "student_id": place.student_id,
        "starts_at": wish.start,
        "ends_at": wish.end,
        "occupied_from": occupied[0],
        "occupied_until": occupied[1],
        "status": SessionStatus.SCHEDULED,
        "revision": 0,
        "created_at": session.now,
        "changed_at": session.now,
    }
    repository.insert_session(session, values)
    session.publish(SessionBooked(session_id, place.teacher_id, place.student_id))
    return session_id
