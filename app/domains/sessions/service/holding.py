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
from app.domains.sessions.errors import HoldOver
from app.domains.sessions.service.taking import demand_bookable, open_place, take, take_cells
from app.domains.sessions.service.wishes import Pair, Wish, check_start, wish_of
from app.domains.sessions.types import SessionId

_GRID = timedelta(minutes=5)  # agreed starts lie on the grid on which time is taken

_NEXT = 3


def may_book(session: ReadSession, enrollment_id: EnrollmentId) -> bool:
    """Whether one more session of the place could be booked, if there were a time for it."""
    try:
        demand_bookable(session, enrollments.get_enrollment(session, enrollment_id))
    except Problem:
        return False
    return True


def free_times(
    session: ReadSession, pair: Pair, window: Period, policy: BookingPolicy, *, until_after: timedelta = timedelta(0)
) -> list[Slot]:
    """The starts in the window that suit both, by the teacher's rules; with `until_after` only those that the rules
    still offer when so much time has passed."""
    wish = wish_of(session, pair, session.now, policy)
    return slots.free_slots(wish.rules, wish.busy, session.now + until_after, window)


def next_times(session: ReadSession, pair: Pair, policy: BookingPolicy) -> list[Slot]:
    """The next few starts that suit both."""
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
) -> HoldFacts:
    """Keep what a session needs that begins at any moment of the grid from `first` on, up to `latest` or to the last
    one before either person has something else: that moment is where the hold expires at the latest.

    The teacher's hours do not count; the caller holds both people locked. Raises `SlotTaken`, `StudentBusy`.
    """
    wish = wish_of(session, pair, first, policy, is_agreed=True)
    check_start(wish)
    last = wish
    while last.start + _GRID <= latest and replace(wish, start=last.start + _GRID).refusal is None:
        last = replace(wish, start=last.start + _GRID)
    whole = replace(wish, rules=replace(wish.rules, duration_min=_minutes(last.end - first)))
    return _keep(session, pair, whole, purpose=HoldPurpose.INVITE, expires_at=min(expires_at, last.start))


def _minutes(duration: timedelta) -> int:
    return duration // timedelta(minutes=1)


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
