"""SQL of attendance: who was connected to which room when."""

from datetime import datetime

from sqlalchemy import delete, func, or_, select, update

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.sessions.models import Attendance, TeachingSession
from app.domains.sessions.repository.sessions import LIVE
from app.domains.sessions.types import Presence, SessionId, SessionStatus
from app.domains.users.types import UserId


def presences(session: ReadSession, session_id: SessionId) -> list[Presence]:
    """Who was connected when, by the first sign of each connection."""
    statement = select(Attendance.user_id, Attendance.joined_at, Attendance.left_at).where(
        Attendance.session_id == session_id
    )
    sign = func.coalesce(Attendance.joined_at, Attendance.left_at)
    return [Presence(*row) for row in session.execute(statement.order_by(sign, Attendance.connection_id))]


def note_joined(
    session: WriteSession, session_id: SessionId, user_id: UserId, connection_id: str, at: datetime
) -> None:
    _note(session, session_id, user_id, connection_id, {"joined_at": at})


def note_left(session: WriteSession, session_id: SessionId, user_id: UserId, connection_id: str, at: datetime) -> None:
    _note(session, session_id, user_id, connection_id, {"left_at": at})


def _note(
    session: WriteSession, session_id: SessionId, user_id: UserId, connection_id: str, seen: dict[str, datetime]
) -> None:
    """One end of a connection; of two reports of the same end the earlier one counts, in whatever order they come."""
    row = {"id": new_id("att"), "session_id": session_id, "user_id": user_id, "connection_id": connection_id}
    if insert_or_skip(session, Attendance, row | {"joined_at": None, "left_at": None} | seen):
        return
    [(name, at)] = seen.items()
    column = Attendance.joined_at if name == "joined_at" else Attendance.left_at
    statement = update(Attendance).where(
        Attendance.session_id == session_id,
        Attendance.connection_id == connection_id,
        or_(column.is_(None), column > at),
    )
    session.change(statement.values(seen))


def close_connections(session: WriteSession, session_id: SessionId, at: datetime) -> None:
    """Whoever joined before the room closed was gone by then."""
    statement = update(Attendance).where(
        Attendance.session_id == session_id,
        Attendance.joined_at <= at,
        or_(Attendance.left_at.is_(None), Attendance.left_at > at),
    )
    session.change(statement.values(left_at=at))


def forget_comings(session: WriteSession, session_id: SessionId) -> None:
    """Nobody has come to a live session yet: whoever did came to the time that it had before."""
    session.change(delete(Attendance).where(Attendance.session_id == session_id))
    statement = update(TeachingSession).where(TeachingSession.id == session_id, TeachingSession.status.in_(LIVE))
    session.change(statement.values(status=SessionStatus.SCHEDULED, started_at=None, ended_at=None))
