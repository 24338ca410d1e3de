"""Time that is kept for two people before there is a session, and the session that is made of it.

A hold is judged by the same rules as a booking and owns the same cells, so neither can slip under the other.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from app.core.errors import Problem
from app.db.session import ReadSession, WriteSession
from app.domains.calendar import slots
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import Period, Slot
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentId
from app.domains.holds import service as holds
from app.domains.holds.types import HeldTime, HoldFacts, HoldPurpose
from app.domains.sessions.errors import HoldOver, SessionNotPlanned, StartsAnyway, StudentBusy, StudentNotFree
from app.domains.sessions.policies import is_planned
from app.domains.sessions.service.busy import busy_of
from app.domains.sessions.service.changing import hold as hold_session
from app.domains.sessions.service.taking import (
    MoveAuthor,
    check_place,
    demand_bookable,
    open_place,
    retake,
    take,
    take_cells,
)
from app.domains.sessions.service.wishes import Pair, Wish, check_start, teaches_now, wish_of
from app.domains.sessions.types import SessionFacts, SessionId
from app.domains.users.types import UserId

_GRID = timedelta(minutes=5)  # agreed starts lie on the grid on which time is taken

_NEXT = 3


def may_book(session: ReadSession, enrollment_id: EnrollmentId, *, count: int = 1) -> bool:
    """Whether so many more sessions of the place could be booked, if there were times for them."""
    try:
        demand_bookable(session, enrollments.get_enrollment(session, enrollment_id), count)
    except Problem:
        return False
    return True


def free_times(
    session: ReadSession, pair: Pair, window: Period, policy: BookingPolicy, *, until_after: timedelta = timedelta(0)
) -> list[Slot]:
    """The starts in the window that suit both, by the teacher's rules; with `until_after` only those that the rules
    offer now and still offer when so much time has passed."""
    wish = wish_of(session, pair, session.now, policy)
    free = slots.free_slots(wish.rules, wish.busy, session.now, window)
    if not until_after:
        return free
    still = {slot.start for slot in slots.free_slots(wish.rules, wish.busy, session.now + until_after, window)}
    return [slot for slot in free if slot.start in still]


def next_times(session: ReadSession, pair: Pair, policy: BookingPolicy) -> list[Slot]:
    """The next few starts that suit both; none while the teacher does not teach this."""
    if not teaches_now(session, pair.course_id, pair.teacher_id):
        return []
    wish = wish_of(session, pair, session.now, policy)
    return slots.next_free(wish.rules, wish.busy, session.now, session.now, _NEXT)


def hold_slot(
    session: WriteSession,
    pair: Pair,
    start: datetime,
    policy: BookingPolicy,
    *,
    purpose: HoldPurpose,
    expires_at: datetime,
) -> HoldFacts:
    """Keep a free slot of the teacher; the caller holds both people locked.

    Raises `SlotNotOffered`, `SlotTaken`, `StudentBusy`.
    """
    wish = wish_of(session, pair, start, policy)
    check_start(wish)
    return _keep(session, pair, wish, purpose=purpose, expires_at=expires_at)


def hold_agreed(
    session: WriteSession,
    pair: Pair,
    first: datetime,
    policy: BookingPolicy,
    *,
    latest: datetime,
    expires_at: datetime,
    planned: SessionFacts | None = None,
) -> HoldFacts:
    """Keep what a session needs that begins at any moment of the grid from `first` on, up to `latest` or to the last
    one before either person has something else: that moment is where the hold expires at the latest.

    `planned` is the session that is to begin earlier than it would: its own time is kept by itself. The teacher's hours
    do not count; the caller holds both people locked. Raises `SlotTaken`, `StudentNotFree`, `StartsAnyway`.
    """
    wish = wish_of(session, pair, first, policy, instead_of=planned.id if planned else None, is_agreed=True)
    try:
        check_start(wish)
    except StudentBusy:
        raise StudentNotFree from None
    if planned is not None:
        latest = min(latest, planned.starts_at - _GRID)
    last = wish
    while last.start + _GRID <= latest and replace(wish, start=last.start + _GRID).refusal is None:
        last = replace(wish, start=last.start + _GRID)
    limit = _own_time_of(session, planned).start if planned else last.occupied[1]
    if limit <= first:
        raise StartsAnyway
    whole = _cut(wish, min(last.end, limit), min(last.occupied[1], limit))
    return _keep(session, pair, whole, purpose=HoldPurpose.INVITE, expires_at=min(expires_at, last.start))


def _own_time_of(session: ReadSession, planned: SessionFacts) -> Period:
    busy = busy_of(session, planned.teacher_id)
    return next(each.occupied for each in busy.teaching if each.id == planned.id)


def _cut(wish: Wish, end: datetime, occupied_until: datetime) -> Wish:
    """A wish that lasts until `end`, with a pause until `occupied_until`."""
    lesson, pause = end - wish.start, occupied_until - end
    minute = timedelta(minutes=1)
    return replace(wish, rules=replace(wish.rules, duration_min=lesson // minute, buffer_after_min=pause // minute))


def _keep(session: WriteSession, pair: Pair, wish: Wish, *, purpose: HoldPurpose, expires_at: datetime) -> HoldFacts:
    held = HeldTime(
        teacher_id=pair.teacher_id,
        student_id=pair.student_id,
        course_id=pair.course_id,
        starts_at=wish.start,
        ends_at=wish.end,
        occupied_from=wish.occupied[0],
        occupied_until=wish.occupied[1],
    )
    hold_id = holds.new_hold_id()
    take_cells(session, hold_id, pair, wish)
    return holds.keep(session, hold_id, held, purpose, expires_at=expires_at)


def redeem(
    session: WriteSession, enrollment_id: EnrollmentId, hold: HoldFacts, start: datetime, policy: BookingPolicy
) -> SessionId:
    """Make a session of the place that takes the hold's time. What comes in the very moment in which a hold expires
    comes too late.

    Raises `HoldOver`, `EnrollmentNotActive`, `TeacherNotAvailable`, `NoSessionsLeft`, `SlotTaken`, `StudentBusy`.
    """
    place = open_place(session, enrollment_id)
    if not hold.is_live(session.now):
        raise HoldOver
    session_id = take(session, place, start, policy, instead_of=hold.id, is_agreed=True)
    if not holds.use(session, hold.id, session_id):
        raise HoldOver
    return session_id


def redeem_by_moving(
    session: WriteSession,
    session_id: SessionId,
    hold: HoldFacts,
    start: datetime,
    policy: BookingPolicy,
    *,
    moved_by: UserId,
) -> None:
    """Give a planned session the hold's time. Both have agreed, so it is none of the times that it may be moved.

    Raises `HoldOver`, `SessionNotFound`, `SessionNotPlanned`, `EnrollmentNotActive`, `TeacherNotAvailable`,
    `SlotTaken`, `StudentBusy`.
    """
    facts = hold_session(session, session_id)
    if not is_planned(facts, session.now):
        raise SessionNotPlanned
    check_place(session, enrollments.get_enrollment(session, facts.enrollment_id))
    if not holds.use(session, hold.id, session_id):
        raise HoldOver
    author = MoveAuthor(moved_by, None, is_counted=False)
    retake(session, facts, start, policy, author, is_agreed=True)
