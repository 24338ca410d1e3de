"""Invites to begin now: a teacher asks, the student answers within half an hour, and exactly one thing comes of it.

While an invite is open the time is kept, from the first moment at which the session may begin to the end of one that is
accepted at the last. If either has something else soon, the invite is open for less long: what it promises is so.
"""

from dataclasses import dataclass
from typing import Literal

from app.core.ids import new_id
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.arrangements.errors import InviteNotFound, InviteNotOpen, InviteOpen, TooManyInvites
from app.domains.arrangements.events import SessionInviteAnswered, SessionInvited
from app.domains.arrangements.policies import (
    DAY,
    INVITE_LEAD,
    INVITE_LIFE,
    MOST_INVITES_A_DAY,
    on_grid,
    start_of_invited,
)
from app.domains.arrangements.repository import invites
from app.domains.arrangements.types import CHECK_INVITE, InviteFacts, InviteId, InvitePayload, InviteStatus
from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.errors import EnrollmentNotFound
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId
from app.domains.holds import service as holds
from app.domains.holds.types import HoldFacts
from app.domains.sessions import service as sessions
from app.domains.sessions.errors import HoldOver, SessionNotFound, SessionNotPlanned
from app.domains.sessions.policies import is_planned
from app.domains.sessions.types import SessionFacts, SessionId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class InviteCommand:
    """Which teacher asks the student of which place to begin now."""

    teacher_id: UserId
    enrollment_id: EnrollmentId
    session_id: SessionId | None
    """The planned session that is to begin now; None for one more."""


def invite(session: WriteSession, command: InviteCommand, policy: BookingPolicy) -> InviteFacts:
    """Ask the student. The teacher's hours and notice do not count; what either of the two has does.

    Raises `EnrollmentNotFound`, `EnrollmentNotActive`, `TeacherNotAvailable`, `NoSessionsLeft`, `InviteOpen`,
    `TooManyInvites`, `SlotTaken`, `StudentNotFree`, and for a planned session `SessionNotFound`, `SessionNotPlanned`,
    `StartsAnyway`.
    """
    if enrollments.get_enrollment(session, command.enrollment_id).teacher_id != command.teacher_id:
        raise EnrollmentNotFound  # as for a place that has no teacher yet
    place = sessions.open_place(session, command.enrollment_id, count=0 if command.session_id else 1)
    planned = planned_of(session, place, command.session_id)
    _check_invites(session, place)
    first = on_grid(session.now + INVITE_LEAD)
    hold = sessions.hold_agreed(
        session,
        sessions.Pair.of(place),
        first,
        policy,
        latest=on_grid(session.now + INVITE_LIFE),
        expires_at=session.now + INVITE_LIFE,
        planned=planned,
    )
    invite_id = _insert(session, place, hold, planned)
    session.publish(SessionInvited(invite_id, place.student_id))
    return _found(session, invite_id)


def planned_of(session: ReadSession, place: EnrollmentFacts, session_id: SessionId | None) -> SessionFacts | None:
    """The place's planned session of that id, if one is given. Raises `SessionNotFound`, `SessionNotPlanned`."""
    if session_id is None:
        return None
    facts = sessions.get_session_facts(session, session_id)
    if facts.enrollment_id != place.id:
        raise SessionNotFound
    if not is_planned(facts, session.now):
        raise SessionNotPlanned
    return facts


def _check_invites(session: WriteSession, place: EnrollmentFacts) -> None:
    pair = enrollments.teacher_of(place), place.student_id
    invites.expire_between(session, *pair)
    open_id = invites.open_between(session, *pair)
    if open_id is not None:
        raise InviteOpen(conflicts_with=open_id)
    if invites.count_between(session, *pair, since=session.now - DAY) >= MOST_INVITES_A_DAY:
        raise TooManyInvites


def _insert(session: WriteSession, place: EnrollmentFacts, hold: HoldFacts, planned: SessionFacts | None) -> InviteId:
    invite_id = InviteId(new_id("siv"))
    values = {
        "id": invite_id,
        "enrollment_id": place.id,
        "course_id": place.course_id,
        "teacher_id": place.teacher_id,
        "student_id": place.student_id,
        "moved_session_id": planned.id if planned else None,
        "hold_id": hold.id,
        "status": InviteStatus.PENDING,
        "starts_at": hold.starts_at,
        "expires_at": hold.expires_at,
        "created_at": session.now,
    }
    if not invites.insert(session, values):
        raise InviteOpen
    return invite_id


def _found(session: ReadSession, invite_id: InviteId) -> InviteFacts:
    found = invites.by_id(session, invite_id)
    if found is None:
        raise InviteNotFound
    return found


def get_invite(session: ReadSession, invite_id: InviteId, user_id: UserId) -> InviteFacts:
    """For the two it is between. Raises `InviteNotFound`."""
    found = _found(session, invite_id)
    if user_id not in {found.teacher_id, found.student_id}:
        raise InviteNotFound
    return found


def find_invite(session: ReadSession, invite_id: InviteId) -> InviteFacts:
    """Raises `InviteNotFound`."""
    return _found(session, invite_id)


def list_invites(
    session: ReadSession,
    user_id: UserId,
    role: Literal["student", "teacher"] | None,
    *,
    before: Moment | None,
    limit: int,
) -> list[InviteFacts]:
    """Sent or received, the latest first."""
    return invites.page_of(session, user_id, role, before=before, limit=limit)


def accept_invite(session: WriteSession, invite_id: InviteId, student_id: UserId, policy: BookingPolicy) -> SessionId:
    """The student comes: the session begins as soon as the invite said, or at once when that has passed.

    Raises `InviteNotFound`, `InviteNotOpen`, and what `sessions.redeem` and `redeem_by_moving` raise.
    """
    pending = _lock(session, invite_id, student_id=student_id)
    hold = holds.find_hold(session, pending.hold_id)
    if hold is None:
        raise HoldOver
    start = start_of_invited(pending.starts_at, session.now)
    session_id = pending.moved_session_id
    if session_id is None:
        session_id = sessions.redeem(session, pending.enrollment_id, hold, start, policy)
    else:
        sessions.redeem_by_moving(session, session_id, hold, start, policy, moved_by=pending.teacher_id)
    _answer(session, pending, InviteStatus.ACCEPTED, session_id)
    session.publish(SessionInviteAnswered(pending.id, pending.teacher_id))
    return session_id


def decline_invite(session: WriteSession, invite_id: InviteId, student_id: UserId) -> None:
    """The student does not come now; the time is free at once. Raises `InviteNotFound`, `InviteNotOpen`."""
    pending = _lock(session, invite_id, student_id=student_id)
    _answer(session, pending, InviteStatus.DECLINED)
    _release(session, pending)
    session.publish(SessionInviteAnswered(pending.id, pending.teacher_id))


def withdraw_invite(session: WriteSession, invite_id: InviteId, teacher_id: UserId) -> None:
    """The teacher takes it back; what is answered or over stays so. Raises `InviteNotFound`, `InviteNotOpen`."""
    pending = _lock(session, invite_id, teacher_id=teacher_id)
    _answer(session, pending, InviteStatus.WITHDRAWN)
    _release(session, pending)


def look_again(session: WriteSession, *people: UserId) -> None:
    """What these people were asked, or asked, may have become impossible: see about it, soon."""
    for invite_id in invites.pending_of(session, people):
        CHECK_INVITE.enqueue(session, InvitePayload(invite_id=invite_id))


def check_invite(session: WriteSession, invite_id: InviteId) -> None:
    """Take an open invite back that cannot be accepted any more, so that its time is free."""
    pending = _found(session, invite_id)
    calendar.lock_people(session, pending.teacher_id, pending.student_id)
    if not _may_be_accepted(session, pending):
        _take_back(session, pending)


def take_back_in(session: WriteSession, enrollment_id: EnrollmentId) -> None:
    """Take back what is open in the place; the caller holds its people locked."""
    for pending in invites.pending_in(session, enrollment_id):
        _take_back(session, pending)


def _take_back(session: WriteSession, pending: InviteFacts) -> None:
    """What is answered or over stays so."""
    if invites.answer(session, pending.id, InviteStatus.WITHDRAWN):
        _release(session, pending)


def _may_be_accepted(session: ReadSession, pending: InviteFacts) -> bool:
    session_id = pending.moved_session_id
    if session_id is None:
        return sessions.may_book(session, pending.enrollment_id)
    is_to_come = is_planned(sessions.get_session_facts(session, session_id), session.now)
    return is_to_come and sessions.may_book(session, pending.enrollment_id, count=0)


def _lock(
    session: WriteSession, invite_id: InviteId, *, student_id: UserId | None = None, teacher_id: UserId | None = None
) -> InviteFacts:
    """The open invite as of now, for the one of the two who is named; until this transaction ends nobody else answers
    it or takes time of either. Raises `InviteNotFound`, `InviteNotOpen`."""
    found = _found(session, invite_id)
    if found.student_id != (student_id or found.student_id) or found.teacher_id != (teacher_id or found.teacher_id):
        raise InviteNotFound
    calendar.lock_people(session, found.teacher_id, found.student_id)
    found = _found(session, invite_id)
    _demand_open(found, session)
    return found


def _demand_open(found: InviteFacts, session: ReadSession) -> None:
    status = found.status_at(session.now)
    if status is not InviteStatus.PENDING:
        raise InviteNotOpen(reason=status.value)


def _answer(
    session: WriteSession, pending: InviteFacts, status: InviteStatus, session_id: SessionId | None = None
) -> None:
    if not invites.answer(session, pending.id, status, session_id=session_id):
        _demand_open(_found(session, pending.id), session)
        raise InviteNotOpen(reason=pending.status.value)


def _release(session: WriteSession, pending: InviteFacts) -> None:
    hold = holds.find_hold(session, pending.hold_id)
    if hold is not None:
        holds.release(session, hold)
