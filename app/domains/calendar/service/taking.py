"""That nobody's time is taken twice."""

from collections.abc import Mapping
from datetime import datetime

from app.db.session import ReadSession, WriteSession
from app.domains.calendar import repository
from app.domains.users.types import UserId

_CELL_S = 300


def lock_people(session: WriteSession, *user_ids: UserId) -> None:
    """Make everybody else who wants these people's time wait for the end of this transaction.

    Call it before anything is read that depends on their time. An UPDATE is right at every isolation level, where
    SELECT … FOR UPDATE is not, and the sorted order lets no two callers wait for each other.
    """
    repository.bump_guards(session, sorted(set(user_ids)))


def take_time(session: WriteSession, owner_id: str, spans: Mapping[UserId, tuple[datetime, datetime]]) -> bool:
    """Take these people's time for an owner who has none yet. False when some of it is taken: then the caller must
    raise, because the part that was free is taken already and only a rollback gives it back."""
    cells = sorted((user_id, cell) for user_id, span in spans.items() for cell in _cells(*span))
    return repository.insert_cells(session, owner_id, cells) == len(cells)


def is_taken(session: ReadSession, at: datetime, *user_ids: UserId) -> bool:
    """Whether something owns the time of any of these people at that instant: a session, or a hold that may have
    expired."""
    return repository.is_cell_taken(session, user_ids, _cell(at))


def give_back_time(session: WriteSession, owner_id: str) -> None:
    """Free all that this owner took."""
    repository.delete_cells(session, owner_id)


def _cells(start: datetime, end: datetime) -> range:
    """The five-minute periods since 1970 that the span touches."""
    return range(_cell(start), int(-(-end.timestamp() // _CELL_S)))


def _cell(at: datetime) -> int:
    return int(at.timestamp() // _CELL_S)
