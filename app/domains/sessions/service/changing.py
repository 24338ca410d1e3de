"""What every change of a session begins with: the locks, and who asks."""

from app.core.clock import utc_text
from app.db.session import ReadSession, WriteSession
from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentStatus
from app.domains.sessions import repository
from app.domains.sessions.errors import OwnPlace, PlaceEnded, ReasonNeeded, SessionNotFound, TeacherChanged
from app.domains.sessions.policies import is_late
from app.domains.sessions.types import SessionFacts, SessionId
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.principal import Principal


def get_session_facts(session: ReadSession, session_id: SessionId) -> SessionFacts:
    """Raises `SessionNotFound`."""
    facts = repository.by_id(session, session_id)
    if facts is None:
        raise SessionNotFound
    return facts


def hold(session: WriteSession, session_id: SessionId) -> SessionFacts:
    """The session as of now; until this transaction ends nobody else changes it, or takes time of its people. Raises
    `SessionNotFound`."""
    people = get_session_facts(session, session_id).people
    calendar.lock_people(session, *people)
    facts = repository.lock(session, session_id)
    if facts is None:
        raise SessionNotFound
    return facts


def hold_own(session: WriteSession, session_id: SessionId, user_id: UserId) -> SessionFacts:
    """A session of which the person is teacher or student; until this transaction ends nobody else changes it. Raises
    `SessionNotFound`."""
    return demand_own(repository.lock(session, session_id), user_id)


def demand_own(facts: SessionFacts | None, user_id: UserId) -> SessionFacts:
    """Nobody but its people learns that there is such a session. Raises `SessionNotFound`."""
    if facts is None or user_id not in facts.people:
        raise SessionNotFound
    return facts


def hold_for(session: WriteSession, session_id: SessionId, caller: Principal) -> tuple[SessionFacts, Principal]:
    """The same for its people and administrators, as whom the caller is answered anew. Nobody else learns that there is
    such a session. Raises `SessionNotFound`."""
    facts = hold(session, session_id)
    caller = users.as_of_now(session, caller)
    if UserId(caller.user_id) not in facts.people and not caller.is_admin:
        raise SessionNotFound
    return facts, caller


def demand_place(session: ReadSession, facts: SessionFacts) -> None:
    """Of a place that has ended nothing is begun, and no session is counted. Raises `PlaceEnded`."""
    if has_place_ended(session, facts):
        raise PlaceEnded


def has_place_ended(session: ReadSession, facts: SessionFacts) -> bool:
    """Whether the session's place was given up, refunded or lost in a dispute."""
    return enrollments.get_enrollment(session, facts.enrollment_id).status is EnrollmentStatus.CANCELLED


def demand_same_teacher(session: ReadSession, facts: SessionFacts) -> None:
    """Only a session of the place's present teacher is counted: counting pays that one. Raises `TeacherChanged`."""
    if not is_teachers_still(session, facts):
        raise TeacherChanged


def is_teachers_still(session: ReadSession, facts: SessionFacts) -> bool:
    """Whether the session's teacher teaches its place now."""
    return enrollments.get_enrollment(session, facts.enrollment_id).teacher_id == facts.teacher_id


def demand_no_stake(session: ReadSession, admin_id: UserId, place: EnrollmentFacts, *others: UserId) -> None:
    """Administrators decide about a place only if they neither hold nor teach it, nor earn from it, nor are one of the
    others. Raises `OwnPlace`."""
    if admin_id in enrollments.stakeholders(session, place).union(others):
        raise OwnPlace


def demand_reason(
    facts: SessionFacts, caller: Principal, reason: str | None, policy: BookingPolicy, session: ReadSession
) -> None:
    """Students owe none in good time; everybody else, and whoever is late, does. Raises `ReasonNeeded`."""
    is_owed = caller.user_id != facts.student_id or is_late(facts, policy, session.now)
    if is_owed and reason is None:
        raise ReasonNeeded(late_from=utc_text(facts.starts_at - policy.late_cancel))
