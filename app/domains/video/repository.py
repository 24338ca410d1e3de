"""SQL of consents and rooms."""

from datetime import datetime

from sqlalchemy import delete, select, update

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
    row = {"session_id": session_id, "is_recorded": is_recorded, "opened_at": session.now}
    if insert_or_skip(session, SessionRoom, row):
        return is_recorded
    return bool(room_of(session, session_id))


def room_of(session: ReadSession, session_id: SessionId) -> bool | None:
    """Whether the room that may be open is recorded; None when none was ordered."""
    return session.scalar(select(SessionRoom.is_recorded).where(SessionRoom.session_id == session_id))


def forget_room(session: WriteSession, session_id: SessionId, *, is_recorded: bool) -> None:
    """If it was ordered so."""
    session.change(
        delete(SessionRoom).where(SessionRoom.session_id == session_id, SessionRoom.is_recorded == is_recorded)
    )


def recorded_since(session: ReadSession, since: datetime) -> list[SessionId]:
    """Sessions whose rooms were ordered recorded then or later, the first one first."""
    statement = select(SessionRoom.session_id).where(SessionRoom.is_recorded, SessionRoom.opened_at >= since)
    return list(session.scalars(statement.order_by(SessionRoom.opened_at, SessionRoom.session_id)))


def export_answers(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(
        ConsentAnswer.session_id, ConsentAnswer.consents, ConsentAnswer.text_version, ConsentAnswer.answered_at
    ).where(ConsentAnswer.user_id == user_id)
    return plain_rows(session, statement.order_by(ConsentAnswer.answered_at.desc(), ConsentAnswer.session_id))
