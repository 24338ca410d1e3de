"""SQL of consents and rooms."""

from datetime import datetime

from sqlalchemy import select, update

from app.db.export import Plain, plain_rows
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId
from app.domains.video.models import ConsentAnswer, SessionRoom
from app.domains.video.types import Answer


def put_answer(session: WriteSession, session_id: SessionId, user_id: UserId, given: Answer) -> None:
    """The same answer to the same text again leaves the first one, with its time."""
    said = {"consents": given.consents, "text_version": given.text_version}
    row = {"session_id": session_id, "user_id": user_id, "answered_at": given.answered_at} | said
    if insert_or_skip(session, ConsentAnswer, row):
        return
    is_other = (ConsentAnswer.consents != given.consents) | (ConsentAnswer.text_version != given.text_version)
    statement = update(ConsentAnswer).where(
        ConsentAnswer.session_id == session_id, ConsentAnswer.user_id == user_id, is_other
    )
    session.change(statement.values(said | {"answered_at": given.answered_at}))


def answers_of(session: ReadSession, session_id: SessionId) -> dict[UserId, Answer]:
    """By whom they are."""
    statement = select(
        ConsentAnswer.user_id, ConsentAnswer.consents, ConsentAnswer.text_version, ConsentAnswer.answered_at
    ).where(ConsentAnswer.session_id == session_id)
    return {user_id: Answer(consents, version, at) for user_id, consents, version, at in session.execute(statement)}


def open_room(session: WriteSession, session_id: SessionId, *, is_recorded: bool) -> bool:
    """Whether the room that may be open is recorded: as here, unless one was ordered before."""
    ordered = {"is_recorded": is_recorded}
    if not insert_or_skip(session, SessionRoom, {"session_id": session_id, "recorded_at": None} | ordered):
        ended = update(SessionRoom).where(SessionRoom.session_id == session_id, SessionRoom.is_recorded.is_(None))
        session.change(ended.values(ordered))
    if is_recorded:
        as_ordered = update(SessionRoom).where(SessionRoom.session_id == session_id, SessionRoom.is_recorded.is_(True))
        session.change(as_ordered.values(recorded_at=session.now))
    return bool(room_of(session, session_id))


def room_of(session: ReadSession, session_id: SessionId) -> bool | None:
    """Whether the room that may be open is recorded; None when there is none."""
    return session.scalar(select(SessionRoom.is_recorded).where(SessionRoom.session_id == session_id))


def forget_room(session: WriteSession, session_id: SessionId, *, is_recorded: bool) -> None:
    """If it was ordered so. That one was recorded stays known."""
    ordered = update(SessionRoom).where(SessionRoom.session_id == session_id, SessionRoom.is_recorded == is_recorded)
    session.change(ordered.values(is_recorded=None))


def recorded_between(session: ReadSession, since: datetime, until: datetime) -> list[SessionId]:
    """Sessions of which a room was last ordered recorded then, the first one first."""
    statement = select(SessionRoom.session_id).where(SessionRoom.recorded_at.between(since, until))
    return list(session.scalars(statement.order_by(SessionRoom.recorded_at, SessionRoom.session_id)))


def export_answers(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(
        ConsentAnswer.session_id, ConsentAnswer.consents, ConsentAnswer.text_version, ConsentAnswer.answered_at
    ).where(ConsentAnswer.user_id == user_id)
    return plain_rows(session, statement.order_by(ConsentAnswer.answered_at.desc(), ConsentAnswer.session_id))
