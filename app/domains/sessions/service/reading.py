"""Sessions as people, calendars and other domains see them."""

from collections.abc import Collection, Iterator, Sequence

from app.db.keyset import Moment
from app.db.session import ReadSession
from app.domains.calendar.ics import session_ics
from app.domains.calendar.links import add_links
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import CalendarEvent
from app.domains.courses import service as courses
from app.domains.courses.types import CourseFacts
from app.domains.enrollments.types import EnrollmentId
from app.domains.sessions import repository
from app.domains.sessions.errors import SessionNotFound
from app.domains.sessions.policies import (
    CONTEST_WINDOW,
    JoinWindow,
    Platform,
    is_late,
    is_planned,
    local_time,
    may_cancel,
    may_contest,
    may_join,
    may_move,
    waited,
)
from app.domains.sessions.repository import SessionFilter
from app.domains.sessions.schemas import (
    AttendanceSummary,
    Bundle,
    CalendarLinks,
    ContestView,
    SessionCard,
    SessionCourse,
    SessionDetail,
    SessionLocal,
    SessionModule,
    SessionMoveView,
    SessionOptions,
    SessionOutcome,
    SessionPart,
    SessionPerson,
)
from app.domains.sessions.service.changing import demand_own, get_session_facts, has_place_ended
from app.domains.sessions.service.feeding import event_of
from app.domains.sessions.service.holding import may_book
from app.domains.sessions.service.parts import part_of
from app.domains.sessions.types import (
    Contest,
    ManagedFilter,
    Move,
    MoveId,
    Presence,
    SessionFacts,
    SessionId,
    SessionStatus,
)
from app.domains.users import service as users
from app.domains.users.types import Person, UserId
from app.edge.principal import Principal


def get_own_session(session: ReadSession, session_id: SessionId, user_id: UserId) -> SessionFacts:
    """A session of which the person is teacher or student. Raises `SessionNotFound`."""
    return demand_own(get_session_facts(session, session_id), user_id)


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
        yield _card(facts, titles[facts.course_id], people, _can_join(session, facts, policy), policy)


def is_open_to_join(session: ReadSession, session_id: SessionId, policy: BookingPolicy) -> bool:
    """Whether it is the time to come to the session, by its state and the clock. Raises `SessionNotFound`."""
    return may_join(get_session_facts(session, session_id), policy, session.now)


def _can_join(session: ReadSession, facts: SessionFacts, policy: BookingPolicy) -> bool:
    if not may_join(facts, policy, session.now):
        return False
    return facts.status is not SessionStatus.SCHEDULED or not has_place_ended(session, facts)


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
    contest = repository.contest_of(session, session_id)
    return SessionDetail(
        **dict(card),
        part=_part(session, facts),
        options=_options(session, facts, viewer, policy, is_contested=contest is not None),
        moves=[SessionMoveView.model_validate(move) for move in repository.moves_of(session, session_id)],
        cancelled_by_user_id=facts.cancelled_by_user_id,
        cancel_reason=facts.cancel_reason,
        is_late_cancel=facts.is_late_cancel,
        completed_by_user_id=facts.completed_by_user_id,
        counted_at=facts.counted_at,
        contest=ContestView.model_validate(contest) if contest else None,
        is_made_up_for=repository.has_credit(session, session_id),
        attendance=_attendance(facts, repository.presences(session, session_id)),
        calendar=_links(facts, event, users.get_person(session, viewer_id).timezone),
    )


def _part(session: ReadSession, facts: SessionFacts) -> SessionPart | None:
    part = part_of(session, facts)
    if part is None:
        return None
    return SessionPart(number=part[0], modules=[SessionModule(**module) for module in part[1]])


def _options(
    session: ReadSession, facts: SessionFacts, viewer: Principal, policy: BookingPolicy, *, is_contested: bool
) -> SessionOptions:
    now, viewer_id = session.now, UserId(viewer.user_id)
    is_own = viewer_id in facts.people
    is_late_for_student = viewer.user_id != facts.student_id or is_late(facts, policy, now)
    can_contest = may_contest(facts, now) and not is_contested and not has_place_ended(session, facts)
    can_reschedule = may_move(facts, policy, now) if is_own else is_planned(facts, now)
    return SessionOptions(
        can_cancel=may_cancel(facts, viewer_id, now, is_admin=viewer.is_admin),
        can_reschedule=can_reschedule and may_book(session, facts.enrollment_id, count=0),
        reschedules_left=max(0, policy.most_reschedules - facts.reschedule_count),
        is_reason_needed=is_late_for_student and facts.status.is_live,
        late_from=facts.starts_at - policy.late_cancel,
        can_contest=can_contest and is_own,
        contest_until=facts.settled_at + CONTEST_WINDOW if can_contest and facts.settled_at else None,
    )


def get_sessions(
    session: ReadSession,
    ids: Sequence[SessionId],
    viewer: Principal,
    *,
    policy: BookingPolicy,
    platform: Platform,
) -> Bundle:
    """Several of them, in this order. Raises as `get_session` does."""
    return Bundle(items=[get_session(session, each, viewer, policy=policy, platform=platform) for each in ids])


def get_outcome(session: ReadSession, session_id: SessionId) -> SessionOutcome:
    """How it ended, for callers who may know. Raises `SessionNotFound`."""
    facts = get_session_facts(session, session_id)
    is_waiting = facts.is_used and facts.settled_at is not None and facts.counted_at is None
    is_free = is_waiting and repository.contest_of(session, session_id) is None
    return SessionOutcome(
        id=facts.id,
        status=facts.status.value,
        no_show_user_id=facts.no_show_user_id,
        ended_at=facts.ended_at,
        completed_by_user_id=facts.completed_by_user_id,
        counted_at=facts.counted_at,
        counts_at=facts.settled_at + CONTEST_WINDOW if is_free and facts.settled_at else None,
        attendance=_attendance(facts, repository.presences(session, session_id)),
    )


def list_managed(
    session: ReadSession, wanted: ManagedFilter, *, before: Moment | None, limit: int, policy: BookingPolicy
) -> list[SessionCard]:
    """Everybody's sessions, the latest start first."""
    return list(_cards(session, repository.managed_page(session, wanted, before=before, limit=limit), policy))


def find_move(session: ReadSession, move_id: MoveId) -> tuple[Move, bool] | None:
    """A move, and whether the session has not been moved again."""
    move = repository.move_by_id(session, move_id)
    if move is None:
        return None
    return move, repository.moves_of(session, move.session_id)[-1].id == move.id


def get_contest(session: ReadSession, session_id: SessionId) -> Contest | None:
    return repository.contest_of(session, session_id)


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
    title = courses.get_course(session, facts.course_id).title
    return event_of(facts, title, users.get_people(session, facts.people), platform)


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
