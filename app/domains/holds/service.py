"""Rules of holds: one mechanism, whatever is being decided. Whoever makes, uses or ends one holds the two people locked
(`calendar.lock_people`); only expiring needs no lock, because a hold that has expired can do nothing else any more."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select

from app.core.ids import new_id
from app.db.export import Plain
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.calendar import service as calendar
from app.domains.holds import repository
from app.domains.holds.events import TimeFreed, TimeHeld
from app.domains.holds.types import HeldTime, HoldFacts, HoldId, HoldPurpose, HoldStatus
from app.domains.users.types import UserId

_BATCH = 200
_KEEP = timedelta(days=90)


def new_hold_id() -> HoldId:
    """The owner that the time of a new hold is taken for, before `keep`."""
    return HoldId(new_id("hld"))


def keep(
    session: WriteSession, hold_id: HoldId, held: HeldTime, purpose: HoldPurpose, *, expires_at: datetime
) -> HoldFacts:
    """Note a hold whose time the caller has taken for `hold_id`."""
    values = {
        "id": hold_id,
        "purpose": purpose,
        "teacher_id": held.teacher_id,
        "student_id": held.student_id,
        "course_id": held.course_id,
        "starts_at": held.starts_at,
        "ends_at": held.ends_at,
        "occupied_from": held.occupied_from,
        "occupied_until": held.occupied_until,
        "status": HoldStatus.HELD,
        "expires_at": expires_at,
        "created_at": session.now,
    }
    repository.insert_hold(session, values)
    session.publish(TimeHeld(held.teacher_id, held.student_id))
    found = find_hold(session, hold_id)
    assert found is not None  # noqa: S101 - it was inserted above
    return found


def find_hold(session: ReadSession, hold_id: HoldId) -> HoldFacts | None:
    """The hold, as it was last written."""
    return repository.by_id(session, hold_id)


def live_times() -> Select[str, UserId, UserId, datetime, datetime, datetime, datetime]:
    """The query of the time that holds keep of any of `people` after the instant `after`, judged by `now`: id, teacher,
    student, start and end, and the same with the pauses."""
    return repository.live()


def made_by_student(
    session: ReadSession, student_id: UserId, purpose: HoldPurpose, *, since: datetime
) -> list[HoldFacts]:
    """All that were made since then, over or not, the latest first."""
    return repository.of_student(session, student_id, purpose, since=since)


def list_of_student(
    session: ReadSession, student_id: UserId, purpose: HoldPurpose, *, before: Moment | None, limit: int
) -> list[HoldFacts]:
    """One page, the latest first."""
    return repository.page_of_student(session, student_id, purpose, before=before, limit=limit)


def release(session: WriteSession, hold: HoldFacts) -> bool:
    """Give the time back before it expires; false when the hold is over."""
    return _end(session, hold, HoldStatus.RELEASED)


def use(session: WriteSession, hold_id: HoldId, session_id: str) -> bool:
    """Whether the hold still counts at this instant: then it is used up by the session, whose time the caller has taken
    from it, or takes next. Otherwise nothing has changed."""
    if not repository.use(session, hold_id, session_id):
        return False
    calendar.give_back_time(session, hold_id)
    return True


def note_used_late(session: WriteSession, hold_id: HoldId, session_id: str) -> None:
    """The hold had expired, but its time was still to be had."""
    repository.use_late(session, hold_id, session_id)


def begin_checkout(session: WriteSession, hold: HoldFacts) -> None:
    """Let a live hold last as long again from now, once."""
    repository.begin_checkout(session, hold.id, until=session.now + (hold.expires_at - hold.created_at))


def expire_of(session: WriteSession, *people: UserId) -> None:
    """Free what has expired and keeps time of these people: before theirs is taken, so that nothing waits for a
    schedule."""
    _expire(session, repository.expired_of(session, people, limit=_BATCH))


def expire(session: WriteSession) -> None:
    """Free all that has expired, and forget what came to nothing long ago."""
    _expire(session, repository.expired(session, limit=_BATCH))
    repository.delete_ended(session, _KEEP, limit=_BATCH)


def _expire(session: WriteSession, holds: Iterable[HoldFacts]) -> None:
    for hold in holds:
        _end(session, hold, HoldStatus.EXPIRED)


def _end(session: WriteSession, hold: HoldFacts, status: HoldStatus) -> bool:
    if not repository.end(session, hold.id, status):
        return False
    calendar.give_back_time(session, hold.id)
    session.publish(TimeFreed(hold.teacher_id, hold.student_id))
    return True


def export_of(session: ReadSession, user_id: UserId) -> list[Plain]:
    """The holds on the person's time, newest first."""
    return repository.export_rows(session, user_id)


def erase(session: WriteSession, user_id: UserId) -> None:
    """Nobody's time is kept for the person any more. Past holds name nobody but by the account's id."""
    for hold_id in repository.held_of(session, user_id):
        hold = repository.by_id(session, hold_id)
        if hold is not None:
            release(session, hold)
