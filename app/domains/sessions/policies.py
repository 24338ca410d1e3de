"""Pure rules of sessions: when one may be joined, how it ended, and how its time is written for people."""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Self

from app.core.config import Settings
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import Mailbox
from app.domains.calendar.zones import zone_of
from app.domains.sessions.schemas import LocalTime
from app.domains.sessions.types import Presence, SessionFacts, SessionId, SessionStatus
from app.domains.users.types import UserId

CONTEST_WINDOW = timedelta(hours=72)
_PATIENCE = timedelta(minutes=10)
_CLOCKS_APART = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Platform:
    """How the platform appears in people's calendars."""

    organizer: Mailbox
    app_url: str

    @classmethod
    def of(cls, settings: Settings) -> Self:
        name, address = parseaddr(settings.mail_from)
        return cls(Mailbox(name, address), settings.app_url)


@dataclass(frozen=True, slots=True)
class JoinWindow:
    """From `opens_at` until just before `closes_at`."""

    opens_at: datetime
    closes_at: datetime

    @classmethod
    def of(cls, facts: SessionFacts, policy: BookingPolicy) -> Self:
        """A session that is being held may be rejoined a while after its end."""
        grace = policy.join_grace if facts.status is SessionStatus.IN_PROGRESS else timedelta(0)
        return cls(facts.starts_at - policy.join_opens, facts.ends_at + grace)

    def __contains__(self, instant: datetime) -> bool:
        return self.opens_at <= instant < self.closes_at


def may_join(facts: SessionFacts, policy: BookingPolicy, now: datetime) -> bool:
    return facts.status.is_live and now in JoinWindow.of(facts, policy)


def is_overdue(facts: SessionFacts, policy: BookingPolicy, now: datetime) -> bool:
    """Whether nobody may join any more, yet nobody has said how it ended."""
    return facts.status.is_live and facts.ends_at + policy.join_grace <= now


def is_of_its_time(facts: SessionFacts, policy: BookingPolicy, at: datetime) -> bool:
    """Whether what happened then in its room, by a clock that may be a little behind ours, is about the time that the
    session has now. What happened before is about one that it had before it was moved."""
    return at >= JoinWindow.of(facts, policy).opens_at - _CLOCKS_APART


def is_planned(facts: SessionFacts, now: datetime) -> bool:
    """Whether it is still to come, be somebody in the room already: then its people may move it and call it off. From
    its start on, who came decides."""
    return facts.status.is_live and now < facts.starts_at


def may_cancel(facts: SessionFacts, user_id: UserId, now: datetime, *, is_admin: bool) -> bool:
    """Its people until its start; administrators until it has an outcome, unless it is their own."""
    return is_planned(facts, now) or (is_admin and user_id not in facts.people and facts.status.is_live)


def may_move(facts: SessionFacts, policy: BookingPolicy, now: datetime) -> bool:
    """Whether its people may move it once more."""
    return is_planned(facts, now) and facts.reschedule_count < policy.most_reschedules


def is_late(facts: SessionFacts, policy: BookingPolicy, now: datetime) -> bool:
    """Whether the start is so near that the other one is owed a reason."""
    return facts.starts_at - now < policy.late_cancel


def may_contest(facts: SessionFacts, now: datetime) -> bool:
    """Whether its people may still say that it did not end so: of what was settled without proof, while its money has
    not moved."""
    is_unproven = facts.status is SessionStatus.NO_SHOW or facts.completed_by_user_id is not None
    is_in_time = facts.settled_at is not None and now < facts.settled_at + CONTEST_WINDOW
    return is_unproven and is_in_time and facts.counted_at is None and facts.status is not SessionStatus.CANCELLED


def part_numbers(used: Sequence[SessionFacts]) -> dict[SessionId, int]:
    """Which part of the course each session is, of all that a place has, by start. What was counted keeps its number;
    the others take the lowest that are free, in order."""
    fixed = {facts.id: facts.position for facts in used if facts.position is not None}
    free = (number for number in itertools.count(1) if number not in set(fixed.values()))
    return {facts.id: fixed.get(facts.id) or next(free) for facts in used}


def both_came(facts: SessionFacts, presences: Collection[Presence], *, by: datetime) -> bool:
    """Whether teacher and student were provably there in the session's own time, and by then."""
    return facts.people <= {
        each.user_id for each in presences if _overlaps(facts, each) and _first_sign(each, by) <= by
    }


def _first_sign(presence: Presence, otherwise: datetime) -> datetime:
    return presence.joined_at or presence.left_at or otherwise


def _overlaps(facts: SessionFacts, presence: Presence) -> bool:
    """Whether the connection reached into the session's own time. A joining alone proves the moment after it, a leaving
    alone the moment before it."""
    joined, left = presence.joined_at, presence.left_at
    if joined is None:
        return left is not None and facts.starts_at < left <= facts.ends_at
    if left is None:
        return facts.starts_at <= joined < facts.ends_at
    return joined < facts.ends_at and facts.starts_at < left


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an overdue session ended."""

    status: SessionStatus
    ended_at: datetime
    no_show_user_id: UserId | None = None


def verdict(facts: SessionFacts, presences: Collection[Presence]) -> Verdict:
    """Completed when both came in the session's own time; who was not reported to leave stayed. Otherwise missed, by
    the one who let the other wait for ten minutes, if anybody."""
    stayed = [replace(each, left_at=each.left_at or facts.ends_at) for each in presences]
    if both_came(facts, stayed, by=facts.ends_at):
        return Verdict(SessionStatus.COMPLETED, end_of_presence(facts, presences))
    patient = [user_id for user_id in facts.people if waited(facts, presences, user_id) >= _PATIENCE]
    missing = next(iter(facts.people.difference(patient)), None) if patient else None
    return Verdict(SessionStatus.NO_SHOW, facts.ends_at, missing)


def end_of_presence(facts: SessionFacts, presences: Collection[Presence]) -> datetime:
    """When the last of them was gone; at the session's end where no leaving was reported."""
    return max((each.left_at or facts.ends_at for each in presences), default=facts.ends_at)


def waited(facts: SessionFacts, presences: Collection[Presence], user_id: UserId) -> timedelta:
    """How much of the session's own time the person was connected; several connections count once."""
    total, reached = timedelta(0), facts.starts_at
    for joined, left in sorted(_spans(facts, presences, user_id)):
        total += max(timedelta(0), left - max(joined, reached))
        reached = max(reached, left)
    return total


def _spans(facts: SessionFacts, presences: Collection[Presence], user_id: UserId) -> list[tuple[datetime, datetime]]:
    is_over = facts.status is SessionStatus.COMPLETED and facts.ended_at
    closed = is_over or facts.ends_at  # a room that was closed before the end may have been opened again
    return [
        (each.joined_at, min(each.left_at or closed, facts.ends_at))
        for each in presences
        if each.user_id == user_id and each.joined_at
    ]


def local_time(instant: datetime, zone: str) -> LocalTime:
    """What a clock in the zone shows, with the offset that tells two equal hours of an autumn night apart."""
    local = instant.astimezone(zone_of(zone))
    offset = local.isoformat()[-6:]
    return LocalTime(text=f"{local:%a} {local.day} {local:%b %Y, %H:%M} (UTC{offset})", timezone=zone)
