"""All that takes people's time: sessions, and what is kept while somebody decides."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeAlias

from app.db.session import ReadSession
from app.domains.holds import service as holds
from app.domains.holds.types import HoldFacts
from app.domains.sessions import repository
from app.domains.sessions.repository import TakenRow
from app.domains.users.types import UserId

TakenTime: TypeAlias = TakenRow | HoldFacts
"""Whose time from when to when, with the pauses."""


def taking_time_of(session: ReadSession, people: Collection[UserId], *, after: datetime) -> list[TakenTime]:
    """What takes time of any of these people after the instant. A hold is as good as booked until it expires."""
    booked = repository.taking_time_of(session, people, after=after)
    return [*booked, *holds.live_of(session, people, after=after)]
