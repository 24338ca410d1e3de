"""Arrangements as the API shows them, in both people's zones."""

from collections.abc import Sequence
from datetime import datetime

from app.db.session import ReadSession
from app.domains.arrangements.schemas.holding import SessionHold
from app.domains.arrangements.schemas.inviting import SessionInvite
from app.domains.arrangements.schemas.waiting import SessionWait, WaitOffer
from app.domains.arrangements.service.waiting import offer_of
from app.domains.arrangements.types import InviteFacts, WaitFacts
from app.domains.courses import service as courses
from app.domains.holds.types import HoldFacts, HoldStatus
from app.domains.sessions.policies import local_time
from app.domains.sessions.service import SessionCourse, SessionLocal, SessionPerson
from app.domains.sessions.types import SessionId
from app.domains.users import service as users
from app.domains.users.types import Person, UserId


def show_holds(session: ReadSession, holds: Sequence[HoldFacts]) -> list[SessionHold]:
    """In the given order. Whether one has expired is judged by now, whatever is written."""
    people = users.get_people(session, {user_id for hold in holds for user_id in (hold.teacher_id, hold.student_id)})
    return [_hold(hold, people, session.now) for hold in holds]


def _hold(hold: HoldFacts, people: dict[UserId, Person], now: datetime) -> SessionHold:
    is_over = hold.status is HoldStatus.HELD and not hold.is_live(now)
    return SessionHold(
        id=hold.id,
        course_id=hold.course_id,
        teacher_id=hold.teacher_id,
        starts_at=hold.starts_at,
        ends_at=hold.ends_at,
        local=_local_of(hold.starts_at, people[hold.teacher_id], people[hold.student_id]),
        status=(HoldStatus.EXPIRED if is_over else hold.status).value,
        expires_at=hold.expires_at,
        session_id=SessionId(hold.session_id) if hold.session_id else None,
        created_at=hold.created_at,
    )


def _local_of(instant: datetime, teacher: Person, student: Person) -> SessionLocal:
    """The instant as both people's clocks show it."""
    return SessionLocal(teacher=local_time(instant, teacher.timezone), student=local_time(instant, student.timezone))


def show_invites(session: ReadSession, found: Sequence[InviteFacts]) -> list[SessionInvite]:
    """In the given order, judged by now."""
    people = users.get_people(session, {user_id for each in found for user_id in (each.teacher_id, each.student_id)})
    titles = courses.get_courses(session, {each.course_id for each in found})
    return [_invite(each, titles[each.course_id].title, people, session.now) for each in found]


def _invite(facts: InviteFacts, title: str, people: dict[UserId, Person], now: datetime) -> SessionInvite:
    teacher, student = people[facts.teacher_id], people[facts.student_id]
    return SessionInvite(
        id=facts.id,
        enrollment_id=facts.enrollment_id,
        course=SessionCourse(id=facts.course_id, title=title),
        teacher=SessionPerson(id=teacher.id, name=teacher.name),
        student=SessionPerson(id=student.id, name=student.name),
        status=facts.status_at(now).value,
        starts_at=facts.starts_at,
        local=_local_of(facts.starts_at, teacher, student),
        expires_at=facts.expires_at,
        moved_session_id=facts.moved_session_id,
        session_id=facts.session_id,
        answered_at=facts.answered_at,
        created_at=facts.created_at,
    )


def show_waits(session: ReadSession, found: Sequence[WaitFacts]) -> list[SessionWait]:
    """In the given order, with what is offered now."""
    people = users.get_people(session, {user_id for each in found for user_id in (each.teacher_id, each.student_id)})
    return [_wait(each, offer_of(session, each), people) for each in found]


def _wait(facts: WaitFacts, offer: HoldFacts | None, people: dict[UserId, Person]) -> SessionWait:
    return SessionWait(
        id=facts.id,
        enrollment_id=facts.enrollment_id,
        course_id=facts.course_id,
        teacher_id=facts.teacher_id,
        earliest_at=facts.earliest_at,
        latest_at=facts.latest_at,
        moved_session_id=facts.moved_session_id,
        status="offered" if offer else facts.status.value,
        offer=_offer(offer, people[facts.teacher_id], people[facts.student_id]) if offer else None,
        session_id=facts.session_id,
        created_at=facts.created_at,
    )


def _offer(hold: HoldFacts, teacher: Person, student: Person) -> WaitOffer:
    return WaitOffer(
        starts_at=hold.starts_at,
        ends_at=hold.ends_at,
        local=_local_of(hold.starts_at, teacher, student),
        expires_at=hold.expires_at,
    )
