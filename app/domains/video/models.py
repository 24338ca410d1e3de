"""Tables of rooms: who agreed to being recorded, and how the room was ordered."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId


class ConsentAnswer(Base):
    """What one of the two last said to the recording of a session."""

    __tablename__ = "recording_consents"
    __table_args__ = (Index("ix_recording_consents_user_id", "user_id", "answered_at"),)

    session_id: Mapped[SessionId] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    consents: Mapped[bool]
    text_version: Mapped[str]
    answered_at: Mapped[datetime]


class SessionRoom(Base):
    """The room of a session. Written before it is asked for, so that what may be recorded is known.

    `is_recorded` says how the one was ordered that may be open; null once it was ended to make way for another one.
    `recorded_at` is when one was last ordered recorded, and stays: of that one there may be a recording.
    """

    __tablename__ = "session_rooms"
    __table_args__ = (Index("ix_session_rooms_recorded_at", "recorded_at"),)

    session_id: Mapped[SessionId] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    is_recorded: Mapped[bool | None]
    recorded_at: Mapped[datetime | None]
