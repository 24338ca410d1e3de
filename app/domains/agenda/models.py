"""Tables of feeds and of what clocks were said to show."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped
from app.domains.agenda.types import FeedId
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId


class CalendarFeed(Stamped, Base):
    """The calendar that a person may subscribe to, one at a time. Nothing here opens it: the address also needs the
    service's secret."""

    __tablename__ = "calendar_feeds"

    id: Mapped[FeedId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), unique=True)


class SessionWall(Base):
    """What the clock of one of the two people shows at the start of a session to come, as they were told."""

    __tablename__ = "session_walls"
    __table_args__ = (
        Index("ix_session_walls_user_id", "user_id"),
        Index("ix_session_walls_starts_at", "starts_at"),
    )

    session_id: Mapped[SessionId] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    starts_at: Mapped[datetime]
    zone: Mapped[str]
    wall: Mapped[str]
    former_wall: Mapped[str | None]


class ZoneRelease(Base):
    """The release of the zones' rules that sessions were last compared with. One row."""

    __tablename__ = "zone_releases"

    name: Mapped[str] = mapped_column(primary_key=True)
    release: Mapped[str]
    seen_at: Mapped[datetime]
