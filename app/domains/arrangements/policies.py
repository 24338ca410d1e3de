"""Pure rules of arrangements: how much of other people's time somebody may keep, and when agreed sessions begin."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.core.clock import utc_text
from app.domains.arrangements.errors import AlreadyHolding, HeldBefore, TooManyHolds
from app.domains.arrangements.types import WaitFacts
from app.domains.calendar.types import Period
from app.domains.courses.types import CourseId
from app.domains.holds.types import HoldFacts
from app.domains.users.types import UserId

MOST_HOLDS = 3
MOST_HOLDS_A_DAY = 10
DAY = timedelta(days=1)
LONGEST_HOLD = timedelta(hours=2)
"""The most that `session_hold_minutes` allows, and once as long again at checkout."""
HOLD_AGAIN = timedelta(minutes=15)
INVITE_LIFE = timedelta(minutes=30)
INVITE_LEAD = timedelta(minutes=5)
MOST_INVITES_A_DAY = 10
OFFER_LIFE = timedelta(minutes=30)
MOST_OFFERS = 5
LONGEST_WAIT = timedelta(days=366)
_GRID_S = 300


@dataclass(frozen=True, slots=True)
class HoldWish:
    """Which time of which teacher, for which course."""

    course_id: CourseId
    teacher_id: UserId
    starts_at: datetime


def check_hold(wish: HoldWish, made: Sequence[HoldFacts], now: datetime) -> None:
    """Whether somebody who made these holds within a day may make this one too. Whatever they do, they keep no more
    than three times at once, one of each teacher, and ten in a day.

    Raises `AlreadyHolding`, `HeldBefore`, `TooManyHolds`.
    """
    live = [hold for hold in made if hold.is_live(now)]
    for hold in live:
        if hold.course_id == wish.course_id or hold.teacher_id == wish.teacher_id:
            raise AlreadyHolding(conflicts_with=hold.id)
    again = max((_end(hold, now) + HOLD_AGAIN for hold in made if _is_same_time(hold, wish)), default=now)
    if again > now:
        raise HeldBefore(earliest_allowed=utc_text(again))
    if len(live) >= MOST_HOLDS or sum(hold.created_at > now - DAY for hold in made) >= MOST_HOLDS_A_DAY:
        raise TooManyHolds


def _end(hold: HoldFacts, now: datetime) -> datetime:
    """When a hold that is over ended, whether or not anybody has written that down."""
    return min(hold.ended_at or now, hold.expires_at)


def _is_same_time(hold: HoldFacts, wish: HoldWish) -> bool:
    return hold.teacher_id == wish.teacher_id and hold.starts_at <= wish.starts_at < hold.ends_at


def on_grid(instant: datetime) -> datetime:
    """The instant itself, or the next that time is taken from: agreed sessions begin at whole five minutes."""
    return datetime.fromtimestamp(math.ceil(instant.timestamp() / _GRID_S) * _GRID_S, UTC)


def start_of_invited(first: datetime, now: datetime) -> datetime:
    """When a session begins whose invite is accepted now: a few minutes after the invite, or at once."""
    return max(first, on_grid(now))


def range_to_wait_in(wait: WaitFacts, planned: datetime | None, now: datetime) -> Period | None:
    """Between which instants something may still be offered: never later than what the student has. None: it is
    over."""
    latest = wait.latest_at if planned is None else min(wait.latest_at, planned)
    earliest = max(wait.earliest_at, now)
    return Period(earliest, latest) if earliest < latest else None
