"""The waitlist: who wants an earlier time is offered what becomes free, in the order in which they came.

An offer is a hold of half an hour, so nobody is told of what another may take first. Who lets it pass, or declines it,
stays in the line, but is not offered that time again; it goes to the next. Offers are made by a chain of jobs, one for
each entry: each locks only the two people that it is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.clock import utc_text
from app.core.errors import InvalidRequest
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.arrangements.errors import AlreadyWaiting, NothingOffered, NotWaiting, TimesAreFree, WaitNotFound
from app.domains.arrangements.events import EarlierTimeOffered
from app.domains.arrangements.policies import LONGEST_WAIT, MOST_OFFERS, OFFER_LIFE, range_to_wait_in
from app.domains.arrangements.repository import waits
from app.domains.arrangements.service.inviting import planned_of
from app.domains.arrangements.types import OFFER_NEXT, WaitersPayload, WaitFacts, WaitId, WaitStatus
from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import Period, Slot
from app.domains.enrollments.types import EnrollmentId
from app.domains.holds import service as holds
from app.domains.holds.types import HoldFacts, HoldId, HoldPurpose
from app.domains.sessions import service as sessions
from app.domains.sessions.policies import is_planned
from app.domains.sessions.types import SessionFacts, SessionId
from app.domains.users.types import UserId

_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class WaitCommand:
    """Who waits for a time in which place, and between which instants."""

    student_id: UserId
    enrollment_id: EnrollmentId
    session_id: SessionId | None
    earliest_at: datetime | None
    latest_at: datetime | None
    """Up to the start of the session that is to be earlier, if there is one."""


def join_waitlist(session: WriteSession, command: WaitCommand, policy: BookingPolicy) -> WaitFacts:
    """Wait for a time of the place's teacher that is not free at this moment.

    Raises `EnrollmentNotFound`, `EnrollmentNotActive`, `TeacherNotAvailable`, `NoSessionsLeft`, `InvalidRequest`,
    `TimesAreFree`, `AlreadyWaiting`, and for a planned session `SessionNotFound`, `SessionNotPlanned`.
    """
    count = 0 if command.session_id else 1
    place = sessions.open_place(session, command.enrollment_id, count=count, owner_id=command.student_id)
    planned = planned_of(session, place, command.session_id)
    pair, wanted = sessions.Pair.of(place), _range(command, planned, session.now)
    free = sessions.free_times(session, pair, wanted, policy)
    if free:
        raise TimesAreFree(alternatives=_shown(free[:_ALTERNATIVES]))
    values = {
        "enrollment_id": place.id,
        "course_id": place.course_id,
        "teacher_id": place.teacher_id,
        "student_id": place.student_id,
        "moved_session_id": command.session_id,
        "earliest_at": wanted.start,
        "latest_at": wanted.end,
    }
    wait_id = waits.insert(session, values)
    if wait_id is None:
        raise AlreadyWaiting
    return _found(session, wait_id)


def _range(command: WaitCommand, planned: SessionFacts | None, now: datetime) -> Period:
    earliest, latest = max(command.earliest_at or now, now), command.latest_at
    if planned is not None:
        latest = min(latest or planned.starts_at, planned.starts_at)
    if latest is None or not earliest < latest <= now + LONGEST_WAIT:
        detail = (
            "must be later than now and than `earliest_at`, and within a year; only for a session it may be left out"
        )
        raise InvalidRequest(errors=[{"pointer": "/body/latest_at", "code": "range", "detail": detail}])
    return Period(earliest, latest)


def _shown(free: Sequence[Slot]) -> list[dict[str, str]]:
    return [{"starts_at": utc_text(slot.start), "ends_at": utc_text(slot.end)} for slot in free]


def _found(session: ReadSession, wait_id: WaitId) -> WaitFacts:
    found = waits.by_id(session, wait_id)
    if found is None:
        raise WaitNotFound
    return found


def get_wait(session: ReadSession, wait_id: WaitId, student_id: UserId) -> WaitFacts:
    """The student's own entry. Raises `WaitNotFound`."""
    found = _found(session, wait_id)
    if found.student_id != student_id:
        raise WaitNotFound
    return found


def list_waits(session: ReadSession, student_id: UserId, *, before: Moment | None, limit: int) -> list[WaitFacts]:
    """What the student waits and waited for, the latest first."""
    return waits.page_of_student(session, student_id, before=before, limit=limit)


def offer_of(session: ReadSession, entry: WaitFacts) -> HoldFacts | None:
    """What is offered to the entry at this moment."""
    hold = holds.find_hold(session, entry.hold_id) if entry.hold_id else None
    return hold if hold and hold.is_live(session.now) else None


def find_offer(session: ReadSession, hold_id: HoldId) -> tuple[WaitFacts, HoldFacts] | None:
    """An offer and whom it is made to; None when it is over."""
    entry = waits.by_hold(session, hold_id)
    hold = offer_of(session, entry) if entry else None
    return (entry, hold) if entry and hold and hold.id == hold_id else None


def leave_waitlist(session: WriteSession, wait_id: WaitId, student_id: UserId) -> None:
    """Wait no more; what was offered goes to the next. What is over stays so. Raises `WaitNotFound`."""
    _finish(session, _lock(session, wait_id, student_id), WaitStatus.WITHDRAWN)


def end_wait_in(session: WriteSession, enrollment_id: EnrollmentId) -> None:
    """Nobody waits in the place any more; the caller holds its people locked."""
    entry = waits.waiting_in(session, enrollment_id)
    if entry is not None:
        _finish(session, entry, WaitStatus.ENDED)


def _finish(session: WriteSession, entry: WaitFacts, status: WaitStatus) -> None:
    """What is offered to them goes to the next; what is over stays so."""
    offer = offer_of(session, entry)
    waits.finish(session, entry.id, status)
    if offer is not None:
        holds.release(session, offer)


def decline_offer(session: WriteSession, wait_id: WaitId, student_id: UserId) -> WaitFacts:
    """Let the offer go to the next, and wait on. Raises `WaitNotFound`, `NotWaiting`, `NothingOffered`."""
    entry = _lock(session, wait_id, student_id)
    holds.release(session, _demand_offer(session, entry))
    return _found(session, entry.id)


def accept_offer(session: WriteSession, wait_id: WaitId, student_id: UserId, policy: BookingPolicy) -> SessionId:
    """Take the time that is offered.

    Raises `WaitNotFound`, `NotWaiting`, `NothingOffered`, and what `sessions.redeem` and `redeem_by_moving` raise.
    """
    entry = _lock(session, wait_id, student_id)
    offer, session_id = _demand_offer(session, entry), entry.moved_session_id
    if session_id is None:
        session_id = sessions.redeem(session, entry.enrollment_id, offer, offer.starts_at, policy)
    else:
        sessions.redeem_by_moving(session, session_id, offer, offer.starts_at, policy, moved_by=student_id)
    if not waits.finish(session, entry.id, WaitStatus.SERVED, session_id=session_id):
        raise NotWaiting(reason=entry.status.value)
    return session_id


def _lock(session: WriteSession, wait_id: WaitId, student_id: UserId) -> WaitFacts:
    """The student's entry as of now; until this transaction ends nobody else takes time of its two people."""
    entry = get_wait(session, wait_id, student_id)
    calendar.lock_people(session, entry.teacher_id, entry.student_id)
    return _found(session, wait_id)


def _demand_offer(session: ReadSession, entry: WaitFacts) -> HoldFacts:
    if entry.status is not WaitStatus.WAITING:
        raise NotWaiting(reason=entry.status.value)
    offer = offer_of(session, entry)
    if offer is None:
        raise NothingOffered
    return offer


def time_freed(session: WriteSession, *people: UserId) -> None:
    """Time of these people may be free: go through the lines that may want it, soon."""
    _go_through_lines(session, waits.teachers_awaited(session, people))


def time_passed(session: WriteSession) -> None:
    """Another day can be booked, or a pause is over: what only the clock brings, no event tells of."""
    _go_through_lines(session, waits.teachers_awaited(session))


def _go_through_lines(session: WriteSession, teacher_ids: Sequence[UserId]) -> None:
    for teacher_id in teacher_ids:
        OFFER_NEXT.enqueue(session, WaitersPayload(teacher_id=teacher_id, after=None))


def offer_next(session: WriteSession, teacher_id: UserId, after: WaitId | None, policy: BookingPolicy) -> None:
    """Make the next in the teacher's line an offer, if there is something for them, and go on to the one after."""
    entry = waits.next_of_teacher(session, teacher_id, after=after)
    if entry is None:
        return
    calendar.lock_people(session, entry.teacher_id, entry.student_id)
    _make_offer(session, _found(session, entry.id), policy)
    OFFER_NEXT.enqueue(session, WaitersPayload(teacher_id=teacher_id, after=entry.id))


def _make_offer(session: WriteSession, entry: WaitFacts, policy: BookingPolicy) -> None:
    """Whoever nothing can come of any more keeps no time either."""
    if entry.status is not WaitStatus.WAITING:
        return
    offer, wanted = offer_of(session, entry), _range_now(session, entry)
    offered = waits.offered_starts(session, entry.id)
    if wanted is None or (offer is None and len(offered) >= MOST_OFFERS):
        _finish(session, entry, WaitStatus.ENDED)
        return
    if offer is not None:
        return
    pair = sessions.Pair(entry.course_id, entry.teacher_id, entry.student_id)
    free = sessions.free_times(session, pair, wanted, policy, until_after=OFFER_LIFE)
    start = next((slot.start for slot in free if slot.start not in offered), None)
    if start is not None:
        _offer(session, entry, pair, start, policy)


def _range_now(session: ReadSession, entry: WaitFacts) -> Period | None:
    """Where something may still be offered; None when nothing can come of the entry any more."""
    if entry.moved_session_id is None:
        is_possible = sessions.may_book(session, entry.enrollment_id)
        return range_to_wait_in(entry, None, session.now) if is_possible else None
    planned = sessions.get_session_facts(session, entry.moved_session_id)
    if not is_planned(planned, session.now) or not sessions.may_book(session, entry.enrollment_id, count=0):
        return None
    return range_to_wait_in(entry, planned.starts_at, session.now)


def _offer(
    session: WriteSession, entry: WaitFacts, pair: sessions.Pair, start: datetime, policy: BookingPolicy
) -> None:
    hold = sessions.hold_slot(
        session, pair, start, policy, purpose=HoldPurpose.OFFER, expires_at=session.now + OFFER_LIFE
    )
    waits.note_offer(session, entry.id, hold)
    session.publish(EarlierTimeOffered(hold.id, entry.student_id))
