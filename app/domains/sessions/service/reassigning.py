"""A place goes to another teacher: what is planned with the former one is called off, and what is not taught yet is
paid to the one who teaches it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.audit.types import AuditFilter
from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.errors import OtherTeacher
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId
from app.domains.sessions import repository
from app.domains.sessions.errors import AlreadyTeaches, SessionOutcomeOpen
from app.domains.sessions.policies import is_planned, may_contest
from app.domains.sessions.service.cancelling import call_off
from app.domains.sessions.service.changing import demand_no_stake
from app.domains.sessions.service.taking import check_state
from app.domains.sessions.types import SessionFacts
from app.domains.users import service as users
from app.domains.users.types import UserId

_ACTION = "enrollment.reassigned"


@dataclass(frozen=True, slots=True)
class Reassignment:
    """Which place goes to whom, and why."""

    enrollment_id: EnrollmentId
    teacher_id: UserId
    reason: str


def reassign(session: WriteSession, admin_id: UserId, command: Reassignment, policy: BookingPolicy) -> None:
    """Let another bookable teacher of the course teach the place from now on. Its planned sessions are called off and
    go back to it, for nobody knows whether the new teacher has those times. One that is being held, or may still be
    contested, is waited for: its money is the former teacher's.

    Raises `EnrollmentNotFound`, `TeacherNotChosen`, `TeacherNotAvailable`, `Forbidden`, `OwnPlace`,
    `EnrollmentNotActive`, `AlreadyTeaches`, `SessionOutcomeOpen`, `OtherTeacher`, `PlaceInQuestion`.
    """
    seen = enrollments.get_enrollment(session, command.enrollment_id)
    enrollments.check_teacher(session, seen, command.teacher_id)
    calendar.lock_people(session, seen.student_id, command.teacher_id, enrollments.teacher_of(seen))
    users.hold_if_there(session, {command.teacher_id})  # before sessions and places, as everywhere
    users.require_admin(session, admin_id)
    demand_no_stake(session, admin_id, seen, command.teacher_id)
    planned = _hold_planned(session, command.enrollment_id)
    place = enrollments.lock_place(session, command.enrollment_id)
    if place.teacher_id == command.teacher_id:
        raise AlreadyTeaches
    if place.teacher_id != seen.teacher_id:
        raise OtherTeacher
    _check(session, place)
    for facts in planned:
        call_off(session, facts, by=admin_id, reason=command.reason, policy=policy)
    enrollments.hand_over(session, place, command.teacher_id)
    before, after = {"teacher_id": place.teacher_id}, {"teacher_id": command.teacher_id}
    change = Change(_ACTION, "enrollment", place.id, before, after, command.reason)
    audit.record(session, admin_id, change)


def reason_of_reassignment(session: ReadSession, enrollment_id: EnrollmentId, at: datetime) -> str | None:
    """What the administrator wrote who handed the place over at this instant: the audit log alone keeps it. It may
    speak of the former teacher, and so is for that one and for the student."""
    wanted = AuditFilter(
        subject_type="enrollment",
        subject_id=enrollment_id,
        action=_ACTION,
        since=at,
        until=at + timedelta(microseconds=1),
    )
    entries = audit.list_entries(session, wanted, before=None, limit=1)
    return entries[0].reason if entries else None


def _hold_planned(session: WriteSession, enrollment_id: EnrollmentId) -> list[SessionFacts]:
    """The place's sessions that have not begun, which nobody else changes until this unit is done."""
    ids = sorted(each.id for each in repository.of_place(session, enrollment_id))
    held = [repository.lock(session, session_id) for session_id in ids]
    return [facts for facts in held if facts is not None and is_planned(facts, session.now)]


def _check(session: ReadSession, place: EnrollmentFacts) -> None:
    check_state(session, place)
    is_contestable = any(may_contest(each, session.now) for each in repository.of_place(session, place.id))
    if is_contestable or repository.has_open_outcome(session, place.id):
        raise SessionOutcomeOpen
