"""Time that a student keeps while paying for a course.

The hold lasts a quarter of an hour, and once as long again from the moment the checkout begins. A payment that comes in
time makes a session of it in its own transaction; one that comes late books the time if it is still to be had, and
otherwise the student is told. What is paid never depends on any of this.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.errors import Problem
from app.core.logging import log_event
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.arrangements.errors import HoldNotFound
from app.domains.arrangements.events import HeldTimeLost
from app.domains.arrangements.policies import DAY, LONGEST_HOLD, HoldWish, check_hold
from app.domains.arrangements.types import BOOK_LATE, LateHoldPayload
from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.courses.types import CourseId
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId
from app.domains.holds import service as holds
from app.domains.holds.types import HoldFacts, HoldId, HoldPurpose, HoldStatus
from app.domains.payments import service as payments
from app.domains.sessions import service as sessions
from app.domains.users import service as users
from app.domains.users.types import UserId

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HoldCommand:
    """Who wants to keep which time, and for how long."""

    student_id: UserId
    wish: HoldWish
    life: timedelta


def hold_time(session: WriteSession, command: HoldCommand, policy: BookingPolicy) -> HoldFacts:
    """Keep a free slot for somebody who may buy the course.

    Raises what `enrollments.check_buyer` and `check_hold` raise, and `SlotNotOffered`, `SlotTaken`, `StudentBusy`.
    """
    wish, student_id = command.wish, command.student_id
    enrollments.check_buyer(session, student_id, wish.course_id, wish.teacher_id)
    calendar.lock_people(session, wish.teacher_id, student_id)
    users.hold_people(session, {wish.teacher_id, student_id})
    enrollments.check_buyer(session, student_id, wish.course_id, wish.teacher_id)
    check_hold(wish, _made(session, student_id, since=session.now - DAY), session.now)
    return sessions.hold_slot(
        session,
        sessions.Pair(wish.course_id, wish.teacher_id, student_id),
        wish.starts_at,
        policy,
        purpose=HoldPurpose.PURCHASE,
        expires_at=session.now + command.life,
    )


def _made(session: ReadSession, student_id: UserId, *, since: datetime) -> list[HoldFacts]:
    return holds.made_by_student(session, student_id, HoldPurpose.PURCHASE, since=since)


def get_hold(session: ReadSession, hold_id: HoldId, student_id: UserId) -> HoldFacts:
    """The student's own hold. Raises `HoldNotFound`."""
    hold = holds.find_hold(session, hold_id)
    if hold is None or hold.student_id != student_id or hold.purpose is not HoldPurpose.PURCHASE:
        raise HoldNotFound
    return hold


def list_holds(session: ReadSession, student_id: UserId, *, before: Moment | None, limit: int) -> list[HoldFacts]:
    """What the student keeps and kept, the latest first."""
    return holds.list_of_student(session, student_id, HoldPurpose.PURCHASE, before=before, limit=limit)


def release_hold(session: WriteSession, hold_id: HoldId, student_id: UserId) -> None:
    """Give the time back; what is over needs no change. Raises `HoldNotFound`."""
    hold = get_hold(session, hold_id, student_id)
    calendar.lock_people(session, hold.teacher_id, hold.student_id)
    holds.release(session, hold)


def extend_for_checkout(session: WriteSession, student_id: UserId, course_id: CourseId, teacher_id: UserId) -> None:
    """The checkout begins: whoever has chosen carefully gets the whole time for paying, once."""
    for hold in _made(session, student_id, since=session.now - LONGEST_HOLD):
        if (hold.course_id, hold.teacher_id) == (course_id, teacher_id) and hold.is_live(session.now):
            holds.begin_checkout(session, hold)


def settle_purchase(
    session: WriteSession, enrollment_id: EnrollmentId, policy: BookingPolicy, *, student_id: UserId
) -> None:
    """A place was bought: book what was kept for it, and give back what was kept with another teacher.

    The caller holds both people locked. Whatever goes wrong with the time, the place stands.
    """
    place = enrollments.get_enrollment(session, enrollment_id)
    made = _made(session, student_id, since=_begun_at(session, place) - LONGEST_HOLD)
    own = [hold for hold in made if hold.course_id == place.course_id]
    for hold in own:
        if hold.teacher_id != place.teacher_id:
            holds.release(session, hold)
    last = next((hold for hold in own if hold.teacher_id == place.teacher_id), None)
    kept = last if last and _awaits_payment(last, session.now) else None
    if kept is None or _book_in_time(session, place.id, kept, policy):
        return
    BOOK_LATE.enqueue(session, LateHoldPayload(hold_id=kept.id, enrollment_id=place.id), dedupe=kept.id)


def _begun_at(session: ReadSession, place: EnrollmentFacts) -> datetime:
    """When the buying of the place began, which may be days ago: some banks take their time."""
    if place.transaction_id is None:
        return session.now
    return payments.get_purchase(session, payments.get_transaction(session, place.transaction_id).purchase_id).begun_at


def _awaits_payment(hold: HoldFacts, now: datetime) -> bool:
    """A live hold does; one that has expired only if the checkout began while it was live: otherwise the student has
    bought without it."""
    return hold.is_live(now) or (hold.status in {HoldStatus.HELD, HoldStatus.EXPIRED} and hold.has_checkout)


def _book_in_time(session: WriteSession, enrollment_id: EnrollmentId, hold: HoldFacts, policy: BookingPolicy) -> bool:
    if not hold.is_live(session.now):
        return False
    try:
        with session.begin_nested():
            sessions.redeem(session, enrollment_id, hold, hold.starts_at, policy)
    except Problem as problem:
        log_event(logger, "arrangements.hold_not_redeemed", hold_id=hold.id, code=problem.code)
        return False
    return True


def book_late(session: WriteSession, hold_id: HoldId, enrollment_id: EnrollmentId, policy: BookingPolicy) -> None:
    """Book the time of a hold that had expired, by the rules for any booking, which it raises the refusals of."""
    hold = holds.find_hold(session, hold_id)
    if hold is None:
        raise HoldNotFound
    place = sessions.open_place(session, enrollment_id)
    holds.release(session, hold)
    session_id = sessions.take(session, place, hold.starts_at, policy)
    holds.note_used_late(session, hold_id, session_id)


def tell_lost(session: WriteSession, hold_id: HoldId) -> None:
    """The time cannot be had any more: give up what may be left of the hold and have the student told."""
    hold = holds.find_hold(session, hold_id)
    if hold is not None:
        holds.release(session, hold)
        session.publish(HeldTimeLost(hold.id, hold.student_id))
