"""Whether a start may be had, judged while everybody else who wants these people's time waits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

from app.core.clock import utc_text
from app.db.session import ReadSession
from app.domains.calendar import service as calendar
from app.domains.calendar import slots
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import (
    MINUTES_PER_DAY,
    AvailabilityRules,
    Busy,
    OpeningHours,
    Period,
    Refusal,
    SessionTime,
    Slot,
    WeeklyHours,
)
from app.domains.courses import service as courses
from app.domains.courses.types import CourseId
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentFacts
from app.domains.sessions.errors import SlotNotOffered, SlotTaken, StudentBusy
from app.domains.sessions.service.busy import busy_of, conflict_of
from app.domains.sessions.types import SessionFacts
from app.domains.users import service as users
from app.domains.users.types import UserId

_ALTERNATIVES = 3
_WEEK = timedelta(days=7)
_LAST_WEEK = datetime.max.replace(tzinfo=UTC) - _WEEK
_CELL_MIN = 5
# A window of a whole date and one over its midnight: between them every start of a lesson below half a day fits.
_ALWAYS = tuple(
    WeeklyHours(weekday, hours)
    for weekday in range(7)
    for hours in (OpeningHours(0, MINUTES_PER_DAY), OpeningHours(720, 715))
)


def teaches_now(session: ReadSession, course_id: CourseId, teacher_id: UserId) -> bool:
    """Whether sessions of the course can be planned with this person, by those who learn with them."""
    return courses.is_certified(session, course_id, teacher_id) and not users.suspended_ids(session, [teacher_id])


@dataclass(frozen=True, slots=True)
class Pair:
    """Who is to teach whom what."""

    course_id: CourseId
    teacher_id: UserId
    student_id: UserId

    @classmethod
    def of(cls, source: EnrollmentFacts | SessionFacts) -> Self:
        """Raises `TeacherNotChosen` of a place without a teacher."""
        teacher_id = enrollments.teacher_of(source) if isinstance(source, EnrollmentFacts) else source.teacher_id
        return cls(source.course_id, teacher_id, source.student_id)


@dataclass(frozen=True, slots=True)
class Wish:
    """A start, and all that decides whether it may be had.

    With `is_agreed` both people have said yes to this very start: the teacher's hours, notice and limits do not count,
    only that neither of them has something else.
    """

    start: datetime
    rules: AvailabilityRules
    busy: Busy
    now: datetime
    is_agreed: bool = False

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.rules.duration_min)

    @property
    def occupied(self) -> tuple[datetime, datetime]:
        """What it takes of the teacher's time, with the pauses that are in force now."""
        before, after = self.rules.buffer_before_min, self.rules.buffer_after_min
        return self.start - timedelta(minutes=before), self.end + timedelta(minutes=after)

    @property
    def times(self) -> dict[str, datetime]:
        """The columns of a session that hold its time."""
        first, last = self.occupied
        return {"starts_at": self.start, "ends_at": self.end, "occupied_from": first, "occupied_until": last}

    @property
    def alternatives(self) -> list[dict[str, str]]:
        """The next free slots that suit both; the first ones there are when nothing follows."""
        after = max(self.start, self.now)
        found = self._next_free(after) or self._next_free(self.now)
        return [{"starts_at": utc_text(slot.start), "ends_at": utc_text(slot.end)} for slot in found]

    def _next_free(self, after: datetime) -> Sequence[Slot]:
        """The week after is looked through alone first, because most often it has enough of them."""
        week = Period(after, after + _WEEK) if after < _LAST_WEEK else Period(after, after)
        found = slots.free_slots(self.rules, self.busy, self.now, week)[:_ALTERNATIVES]
        is_enough = len(found) == _ALTERNATIVES
        return found if is_enough else slots.next_free(self.rules, self.busy, self.now, after, _ALTERNATIVES)

    @property
    def refusal(self) -> Refusal | None:
        """Why it may not be had, if so."""
        rules = _at_any_time(self.rules) if self.is_agreed else self.rules
        return slots.is_bookable(rules, self.busy, self.now, self.start)

    def after(self, others: Sequence[SessionTime]) -> "Wish":
        """The same wish when these lessons of the two are to be held too."""
        busy = replace(
            self.busy, teaching=self.busy.teaching + tuple(others), attending=self.busy.attending + tuple(others)
        )
        return replace(self, busy=busy)

    def as_taken(self, owner_id: str) -> SessionTime:
        """What it takes once it is granted."""
        return SessionTime(owner_id, Period(self.start, self.end), Period(*self.occupied))


def _at_any_time(rules: AvailabilityRules) -> AvailabilityRules:
    """Open around the clock, on the grid on which time is taken."""
    return AvailabilityRules(
        zone="UTC",
        weekly=_ALWAYS,
        duration_min=rules.duration_min,
        step_min=_CELL_MIN,
        buffer_before_min=rules.buffer_before_min,
        buffer_after_min=rules.buffer_after_min,
        notice_min=0,
        horizon_days=rules.horizon_days,
    )


def wish_of(
    session: ReadSession,
    pair: Pair,
    start: datetime,
    policy: BookingPolicy,
    *,
    instead_of: str | None = None,
    is_agreed: bool = False,
) -> Wish:
    """What decides about a start of the two. `instead_of` owns time that makes room for it: the session that moves, the
    hold that is redeemed; it is never in its own way."""
    lesson = courses.get_course(session, pair.course_id).session_duration_minutes
    rules = calendar.rules_for(session, [pair.teacher_id], lesson_minutes=lesson, policy=policy)
    busy = busy_of(session, pair.teacher_id, pair.student_id)
    if instead_of is not None:
        busy = busy.without(instead_of)
    return Wish(start, rules[pair.teacher_id], busy, session.now, is_agreed)


def check_start(wish: Wish) -> None:
    """Raises `SlotNotOffered`, `SlotTaken`, `StudentBusy`, with the next free slots."""
    refusal = wish.refusal
    if refusal is None:
        return
    if refusal not in {Refusal.TEACHER_BUSY, Refusal.STUDENT_BUSY}:
        raise SlotNotOffered(reason=refusal.value, alternatives=wish.alternatives)
    own = conflict_of(wish.busy, wish.start, wish.end)
    if own is not None:
        raise StudentBusy(conflicts_with=own, alternatives=wish.alternatives)
    raise SlotTaken(alternatives=wish.alternatives)
