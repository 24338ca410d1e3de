"""What must hold between sessions, holds and the time they take, whatever happened before."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select

from app.db.session import ReadSession
from app.domains.calendar.models import TakenCell
from app.domains.holds.models import TimeHold
from app.domains.holds.types import HoldStatus
from app.domains.sessions.models import TeachingSession
from app.domains.sessions.types import SessionStatus
from app.domains.users.types import UserId

_LIVE = {SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS}
_CELL_S = 300
Cells = set[tuple[UserId, int]]
Span = tuple[datetime, datetime]


def faults_of_time(session: ReadSession) -> list[str]:
    """Empty when live sessions and holds take exactly their time, what was given back takes none, and nobody is in two
    places. A hold that has expired keeps its cells until somebody wants them or the schedule comes."""
    rows = session.scalars(select(TeachingSession)).all()
    return [*_cells(session, rows), *_overlaps(rows)]


def _cells(session: ReadSession, rows: Sequence[TeachingSession]) -> Iterator[str]:
    taken: dict[str, Cells] = defaultdict(set)
    for user_id, cell, owner_id in session.execute(select(TakenCell.user_id, TakenCell.cell, TakenCell.owner_id)):
        taken[owner_id].add((user_id, cell))
    for row in rows:
        found = taken.pop(row.id, set())
        if row.status in _LIVE and found != _expected(row):
            yield f"{row.id}, {row.status}, takes {len(found)} cells instead of {len(_expected(row))}"
        if row.status == SessionStatus.COMPLETED and found not in (set(), _expected(row)):
            yield f"{row.id}, completed, takes some of its cells"
        if row.status in {SessionStatus.CANCELLED, SessionStatus.NO_SHOW} and found:
            yield f"{row.id}, {row.status}, still takes {len(found)} cells"
    for hold in session.scalars(select(TimeHold)):
        wanted = _expected(hold) if hold.status == HoldStatus.HELD else set()
        if taken.pop(hold.id, set()) != wanted:
            yield f"{hold.id}, {hold.status}, does not take {len(wanted)} cells"
    for owner_id in taken:
        yield f"{owner_id} takes time and does not exist"


def _expected(row: TeachingSession | TimeHold) -> Cells:
    teacher = {(row.teacher_id, cell) for cell in _range(row.occupied_from, row.occupied_until)}
    return teacher | {(row.student_id, cell) for cell in _range(row.starts_at, row.ends_at)}


def _range(start: datetime, end: datetime) -> range:
    return range(int(start.timestamp()) // _CELL_S, -(-int(end.timestamp()) // _CELL_S))


def _overlaps(rows: Sequence[TeachingSession]) -> Iterator[str]:
    """The pause counts for teachers only."""
    spans: dict[UserId, list[Span]] = defaultdict(list)
    for row in rows:
        if row.status in {*_LIVE, SessionStatus.COMPLETED}:
            spans[row.teacher_id].append((row.occupied_from, row.occupied_until))
            spans[row.student_id].append((row.starts_at, row.ends_at))
    for user_id, own in spans.items():
        for (_, end), (start, _) in pairwise(sorted(own)):
            if start < end:
                yield f"{user_id} is in two places at {start}"
