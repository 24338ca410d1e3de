"""Opening rooms for sessions, and what their events mean to us."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.clock import utc_text
from app.db.session import ReadSession, WriteSession
from app.domains.calendar.policies import BookingPolicy
from app.domains.courses import service as courses
from app.domains.sessions import service as sessions
from app.domains.sessions.policies import JoinWindow, may_join
from app.domains.sessions.types import SessionFacts, SessionId, SessionStatus
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.domains.video import repository
from app.domains.video.errors import JoinWindowClosed, RoomChanged
from app.domains.video.service.consents import is_agreed
from app.providers.video.port import Guest, RoomEvent, RoomEventKind, RoomOrder

_PEOPLE = 2


@dataclass(frozen=True, slots=True)
class JoinPlan:
    """The room to open and whom to let in."""

    order: RoomOrder
    guest: Guest
    room_closes_at: datetime


def plan_join(session: WriteSession, session_id: SessionId, user_id: UserId, policy: BookingPolicy) -> JoinPlan:
    """What to ask of the video service. Whether the room is recorded is written down before it opens; what has begun is
    held to its end. Raises `SessionNotFound`, `JoinWindowClosed`, `PlaceEnded`, `RoomChanged`."""
    facts = sessions.hold_own(session, session_id, user_id)
    if not may_join(facts, policy, session.now):
        window = JoinWindow.of(facts, policy)
        raise JoinWindowClosed(opens_at=utc_text(window.opens_at), closed_at=utc_text(window.closes_at))
    if facts.status is SessionStatus.SCHEDULED:
        sessions.demand_place(session, facts)
    person = users.get_person(session, user_id)
    closes_at = facts.ends_at + policy.join_grace
    order = _order(session, facts, closes_at - session.now)
    if repository.open_room(session, facts.id, is_recorded=order.is_recorded) != order.is_recorded:
        raise RoomChanged
    return JoinPlan(
        order=order,
        guest=Guest(person.id, person.name, is_moderator=person.id == facts.teacher_id),
        room_closes_at=closes_at,
    )


def _order(session: ReadSession, facts: SessionFacts, left: timedelta) -> RoomOrder:
    return RoomOrder(
        room_id=facts.id,
        title=courses.get_course(session, facts.course_id).title,
        max_participants=_PEOPLE,
        duration_minutes=math.ceil(left / timedelta(minutes=1)),
        is_recorded=is_agreed(session, facts),
    )


def is_as_planned(session: ReadSession, plan: JoinPlan) -> bool:
    """Whether nobody changed their answer since."""
    return repository.room_of(session, SessionId(plan.order.room_id)) == plan.order.is_recorded


def list_recorded(session: ReadSession, *, since: datetime, until: datetime) -> list[SessionId]:
    """Sessions of which a room was last ordered recorded then, whatever became of it and of them."""
    return repository.recorded_between(session, since, until)


def apply_room_event(session: WriteSession, event: RoomEvent, policy: BookingPolicy) -> None:
    """Record what the event says about one of our sessions. Safe to repeat, in any order; other rooms are ignored."""
    session_id, at = SessionId(event.room_id), event.happened_at
    match event.kind:
        case RoomEventKind.JOINED:
            sessions.record_joined(session, session_id, *_connection(event), at, policy)
        case RoomEventKind.LEFT:
            sessions.record_left(session, session_id, *_connection(event), at, policy)
        case RoomEventKind.FINISHED:
            sessions.record_room_finished(session, session_id, at, policy)
        case RoomEventKind.STARTED | RoomEventKind.RECORDED | RoomEventKind.OTHER:
            return


def _connection(event: RoomEvent) -> tuple[UserId, str]:
    """Whose connection it is about; adapters refuse such an event without it."""
    return UserId(event.user_id or ""), event.connection_id or ""
