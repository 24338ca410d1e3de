"""What takes people's time, as the slot engine wants to know it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from app.db.session import ReadSession
from app.domains.calendar import service as calendar
from app.domains.calendar.types import Busy, OutsideDates, OutsideTime, Period, SessionTime
from app.domains.sessions import repository
from app.domains.sessions.repository import TakenRow
from app.domains.users.types import UserId

_COUNTED_BACK = timedelta(days=9)  # the week that a limit counts may have begun so long ago, in any zone


def busy_of(session: ReadSession, teacher_id: UserId, student_id: UserId | None = None) -> Busy:
    """What takes time of the teacher, and of the student if one is given, from now on; of what is over, as much as the
    limits of a week count."""
    people = {teacher_id, student_id} if student_id else {teacher_id}
    rows = repository.taking_time_of(session, people, after=session.now - _COUNTED_BACK)
    elsewhere = calendar.outside_times(session, [teacher_id]).get(teacher_id, ())
    busy = _busy(teacher_id, rows, elsewhere)
    return Busy(busy.teaching, tuple(_time_of(student_id, rows)), busy.outside) if student_id else busy


def busy_of_all(session: ReadSession, teacher_ids: Collection[UserId]) -> dict[UserId, Busy]:
    """The same of many teachers, with as many questions to the database as for one."""
    rows = repository.taking_time_of(session, teacher_ids, after=session.now - _COUNTED_BACK)
    elsewhere = calendar.outside_times(session, teacher_ids)
    rows_of: dict[UserId, list[TakenRow]] = {teacher_id: [] for teacher_id in teacher_ids}
    for row in rows:
        for person in {row.teacher_id, row.student_id} & rows_of.keys():
            rows_of[person].append(row)
    return {person: _busy(person, taken, elsewhere.get(person, ())) for person, taken in rows_of.items()}


def _busy(teacher_id: UserId, rows: Iterable[TakenRow], elsewhere: Sequence[OutsideTime | OutsideDates]) -> Busy:
    taken = [OutsideTime(_lesson(row)) for row in rows if row.student_id == teacher_id]
    return Busy(
        teaching=tuple(_teaching(row) for row in rows if row.teacher_id == teacher_id), outside=(*taken, *elsewhere)
    )


def _time_of(student_id: UserId, rows: Iterable[TakenRow]) -> Iterator[SessionTime]:
    """All that the student has. The pauses around lessons that the student gives are the student's time too."""
    for row in rows:
        if row.teacher_id == student_id:
            yield SessionTime(row.id, _occupied(row), _occupied(row))
        elif row.student_id == student_id:
            yield SessionTime(row.id, _lesson(row), _lesson(row))


def _teaching(row: TakenRow) -> SessionTime:
    return SessionTime(row.id, _lesson(row), _occupied(row))


def _lesson(row: TakenRow) -> Period:
    return Period(row.starts_at, row.ends_at)


def _occupied(row: TakenRow) -> Period:
    return Period(row.occupied_from, row.occupied_until)


def taken_ranges(session: ReadSession, user_id: UserId, window: Period) -> list[Period]:
    """When the person gives or takes sessions in the window, from now on; what touches or overlaps is one range."""
    rows = repository.taking_time_of(session, [user_id], after=max(window.start, session.now))
    spans = (_occupied(row) if row.teacher_id == user_id else _lesson(row) for row in rows)
    return _merged(span for span in spans if span.start < window.end)


def _merged(spans: Iterable[Period]) -> list[Period]:
    merged: list[Period] = []
    for span in sorted(spans, key=lambda each: each.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Period(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


def conflict_of(busy: Busy, start: datetime, end: datetime) -> str | None:
    """The id of a session that the student has at that time, or of a hold on it."""
    overlapping = (each.id for each in busy.attending if each.time.start < end and start < each.time.end)
    return next(overlapping, None)
