"""SQL of feeds and of what clocks were said to show."""

from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import delete, select, update

from app.db.export import Plain, plain_rows
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.agenda.models import CalendarFeed, SessionWall, ZoneRelease
from app.domains.agenda.types import FeedFacts, FeedId, Wall
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId

_ZONES = "tzdata"


def feed_of(session: ReadSession, user_id: UserId) -> FeedFacts | None:
    statement = select(CalendarFeed.id, CalendarFeed.created_at).where(CalendarFeed.user_id == user_id)
    row = session.execute(statement).one_or_none()
    return FeedFacts(*row) if row else None


def owner_of(session: ReadSession, feed_id: FeedId) -> UserId | None:
    return session.scalar(select(CalendarFeed.user_id).where(CalendarFeed.id == feed_id))


def insert_feed(session: WriteSession, user_id: UserId, feed_id: FeedId) -> None:
    """The caller holds the person, who has none."""
    session.add(CalendarFeed(id=feed_id, user_id=user_id, created_at=session.now))
    session.flush()


def delete_feed(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(CalendarFeed).where(CalendarFeed.user_id == user_id))


def export_feed(session: ReadSession, user_id: UserId) -> list[Plain]:
    return plain_rows(session, select(CalendarFeed.created_at).where(CalendarFeed.user_id == user_id))


_WALL = SessionWall.starts_at, SessionWall.zone, SessionWall.wall, SessionWall.former_wall


def walls_of(session: ReadSession, session_id: SessionId) -> dict[UserId, Wall]:
    """By person."""
    rows = session.execute(select(SessionWall.user_id, *_WALL).where(SessionWall.session_id == session_id))
    return {user_id: Wall(at, zone, wall, former) for user_id, at, zone, wall, former in rows}


def walls_ahead_of(session: ReadSession, user_id: UserId) -> dict[SessionId, Wall]:
    """The person's own, of sessions to come."""
    is_ahead = SessionWall.user_id == user_id, SessionWall.starts_at > session.now
    rows = session.execute(select(SessionWall.session_id, *_WALL).where(*is_ahead))
    return {session_id: Wall(at, zone, wall, former) for session_id, at, zone, wall, former in rows}


def sessions_ahead(session: ReadSession, after: SessionId | None, limit: int) -> list[SessionId]:
    """Sessions to come, by id: for walking through all of them."""
    statement = select(SessionWall.session_id).where(SessionWall.starts_at > session.now).distinct()
    if after is not None:
        statement = statement.where(SessionWall.session_id > after)
    return list(session.scalars(statement.order_by(SessionWall.session_id).limit(limit)))


def put_walls(session: WriteSession, session_id: SessionId, walls: Mapping[UserId, Wall]) -> None:
    """In the place of those that are there."""
    rows = [{"session_id": session_id, "user_id": user_id} | asdict(wall) for user_id, wall in walls.items()]
    if insert_or_skip(session, SessionWall, *rows) == len(rows):
        return
    for user_id, wall in walls.items():
        there = update(SessionWall).where(SessionWall.session_id == session_id, SessionWall.user_id == user_id)
        session.change(there.values(**asdict(wall)))


def delete_walls(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(SessionWall).where(SessionWall.user_id == user_id))


def delete_past_walls(session: WriteSession) -> None:
    session.change(delete(SessionWall).where(SessionWall.starts_at <= session.now))


def note_release(session: WriteSession, release: str) -> bool:
    """Whether it is another one than the last. Of several processes that see it at once, one is told so."""
    row = {"name": _ZONES, "release": release, "seen_at": session.now}
    if insert_or_skip(session, ZoneRelease, row):
        return True
    is_new = update(ZoneRelease).where(ZoneRelease.name == _ZONES, ZoneRelease.release != release)
    return session.change(is_new.values(release=release, seen_at=session.now)) == 1
