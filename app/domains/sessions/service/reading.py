"""Sessions as people, calendars and other domains see them."""

from collections.abc import Collection, Iterator

from app.db.keyset import Moment
from app.db.session import ReadSession
from app.domains.calendar.ics import session_ics
from app.domains.calendar.links import add_links
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import CalendarEvent, EventStatus, Mailbox
from app.domains.courses import service as courses
from app.domains.courses.types import CourseFacts
from app.domains.enrollments.types import EnrollmentId
from app.domains.sessions import repository
from app.domains.sessions.errors import SessionNotFound
from app.domains.sessions.policies import JoinWindow, Platform, local_time, may_join, waited
from app.domains.sessions.repository import SessionFilter
from app.domains.sessions.schemas import (
    AttendanceSummary,
    CalendarLinks,
    SessionCard,
    SessionCourse,
    SessionDetail,
    SessionLocal,
    SessionPerson,
)
from app.domains.sessions.types import Presence, SessionFacts, SessionId, SessionStatus
from app.domains.users import service as users
from app.domains.users.types import Person, UserId
from app.edge.principal import Principal

_REMINDERS_MIN = (60, 15)


def get_session_facts(session: ReadSession, session_id: SessionId) -> SessionFacts:
    """Raises `SessionNotFound`."""
    facts = repository.by_id(session, session_id)
    if facts is None:
        raise SessionNotFound
    return facts


def get_own_session(session: ReadSession, session_id: SessionId, user_id: UserId) -> SessionFacts:
    """A session of which the person is teacher or student. Raises `SessionNotFound`."""
    facts = get_session_facts(session, session_id)
    if user_id not in facts.people:
        raise SessionNotFound
    return facts


def list_sessions(
    session: ReadSession,
    user_id: UserId,
    wanted: SessionFilter,
    *,
    position: Moment | None,
    limit: int,
    policy: BookingPolicy,
) -> list[SessionCard]:
    """The person's sessions: upcoming ones by start, otherwise the latest start first."""
    found = repository.of_person(session, user_id, wanted, position=position, limit=limit)
    return list(_cards(session, found, policy))


def _cards(session: ReadSession, found: Collection[SessionFacts], policy: BookingPolicy) -> Iterator[SessionCard]:
    people = users.get_people(session, {user_id for facts in found for user_id in facts.people})
    titles = courses.get_courses(session, {facts.course_id for facts in found})
    for facts in found:
        yield _card(facts, titles[facts.course_id], people, may_join(facts, policy, session.now), policy)


def _card(
    facts: SessionFacts, course: CourseFacts, people: dict[UserId, Person], can_join: bool, policy: BookingPolicy
) -> SessionCard:
    teacher, student = people[facts.teacher_id], people[facts.student_id]
    return SessionCard(
        id=facts.id,
        enrollment_id=facts.enrollment_id,
        course=SessionCourse(id=course.id, title=course.title),
        teacher=SessionPerson(id=teacher.id, name=teacher.name),
        student=SessionPerson(id=student.id, name=student.name),
        status=facts.status.value,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        local=SessionLocal(
            teacher=local_time(facts.starts_at, teacher.timezone),
            student=local_time(facts.starts_at, student.timezone),
        ),
        can_join=can_join,
        join_opens_at=JoinWindow.of(facts, policy).opens_at,
        no_show_user_id=facts.no_show_user_id,
        started_at=facts.started_at,
        ended_at=None if facts.status.is_live else facts.ended_at or facts.ends_at,
        created_at=facts.created_at,
    )


def get_session(
    session: ReadSession, session_id: SessionId, viewer: Principal, *, policy: BookingPolicy, platform: Platform
) -> SessionDetail:
    """For the two people of the session and admins. Raises `SessionNotFound` for anybody else."""
    facts = get_session_facts(session, session_id)
    viewer_id = UserId(viewer.user_id)
    if viewer_id not in facts.people and not viewer.is_admin:
        raise SessionNotFound
    [card] = _cards(session, [facts], policy)
    event = calendar_event(session, session_id, platform=platform)
    return SessionDetail(
        **dict(card),
        attendance=_attendance(facts, repository.presences(session, session_id)),
        calendar=_links(facts, event, users.get_person(session, viewer_id).timezone),
    )


def _attendance(facts: SessionFacts, presences: Collection[Presence]) -> list[AttendanceSummary]:
    return [_summary(facts, presences, user_id) for user_id in sorted({each.user_id for each in presences})]


def _summary(facts: SessionFacts, presences: Collection[Presence], user_id: UserId) -> AttendanceSummary:
    own = [each for each in presences if each.user_id == user_id]
    return AttendanceSummary(
        user_id=user_id,
        first_joined_at=min((each.joined_at for each in own if each.joined_at), default=None),
        last_left_at=max((each.left_at for each in own if each.left_at), default=None),
        minutes=int(waited(facts, own, user_id).total_seconds() // 60),
    )


def _links(facts: SessionFacts, event: CalendarEvent, zone: str) -> CalendarLinks:
    web = add_links(event, zone)
    ics = f"/api/sessions/{facts.id}/calendar.ics"
    return CalendarLinks(ics=ics, google=web.google, outlook=web.outlook, office=web.office)


def calendar_event(session: ReadSession, session_id: SessionId, *, platform: Platform) -> CalendarEvent:
    """The session for mails, files and feeds. Raises `SessionNotFound`."""
    facts = get_session_facts(session, session_id)
    people = users.get_people(session, facts.people)
    teacher, student = people[facts.teacher_id], people[facts.student_id]
    return CalendarEvent(
        uid=f"{facts.id}@peerloop",
        title=courses.get_course(session, facts.course_id).title,
        description=f"A PeerLoop session: {teacher.name} teaches {student.name}.",
        location="PeerLoop video room",
        join_url=f"{platform.app_url}/sessions/{facts.id}",
        start=facts.starts_at,
        end=facts.ends_at,
        status=EventStatus.CANCELLED if facts.status is SessionStatus.CANCELLED else EventStatus.CONFIRMED,
        revision=facts.revision,
        created_at=facts.created_at,
        updated_at=facts.created_at,
        organizer=platform.organizer,
        attendees=(Mailbox(teacher.name, teacher.email), Mailbox(student.name, student.email)),
        reminders_min=_REMINDERS_MIN,
    )


def calendar_file(session: ReadSession, session_id: SessionId, user_id: UserId, *, platform: Platform) -> bytes:
    """The session's calendar file for one of its people. Raises `SessionNotFound`."""
    get_own_session(session, session_id, user_id)
    return session_ics(calendar_event(session, session_id, platform=platform), None, session.now)


def list_of_place(session: ReadSession, enrollment_id: EnrollmentId) -> list[SessionFacts]:
    """All sessions of a place, by their start."""
    return repository.of_place(session, enrollment_id)


def list_attendance(session: ReadSession, session_id: SessionId) -> list[Presence]:
    """Who was in the room when, by the first sign of each connection."""
    return repository.presences(session, session_id)


def has_open_outcome(session: ReadSession, enrollment_id: EnrollmentId) -> bool:
    """Whether it is not settled yet if a session of the place counts as delivered."""
    return repository.has_open_outcome(session, enrollment_id)
