"""Lists of free slots as JSON, the longest answers of those that are asked for often. What their slots have in common
is written by the models, once; a slot is put together of ready texts. Tests hold the whole against the models."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.domains.sessions.schemas import CourseSlots, FreeSlots
from app.domains.sessions.service.labels import Clock, instant_text
from app.domains.users.types import UserId

_MOST_NAMED = 10
_NO_ITEMS = "[]}"


def free_slots_text(head: FreeSlots, starts: Sequence[int], viewer_zone: str | None, now: datetime) -> bytes:
    """`head` with a slot for each of these starts, in seconds since 1970 and in order."""
    last, length = max(starts, default=0), head.session_duration_minutes * 60
    teacher = Clock(head.timezone, now, last)
    viewer = Clock(viewer_zone, now, last) if viewer_zone else None
    return _listed(head, (_slot(start, start + length, teacher, viewer) for start in starts))


def _slot(start: int, end: int, teacher: Clock, viewer: Clock | None) -> str:
    local = f'{{"teacher":{teacher.write(start)},"viewer":{viewer.write(start) if viewer else "null"}}}'
    return f'{{"starts_at":"{instant_text(start)}","ends_at":"{instant_text(end)}","local":{local}}}'


def course_slots_text(
    head: CourseSlots,
    free: Mapping[int, Sequence[UserId]],
    zone_of: Mapping[UserId, str],
    viewer_zone: str | None,
    now: datetime,
) -> bytes:
    """`head` with a slot for each of these starts, in seconds since 1970 and in order, at which these teachers are
    free."""
    last, length = max(free, default=0), head.session_duration_minutes * 60
    clocks = {zone: Clock(zone, now, last) for zone in {*zone_of.values()}}
    clock_of = {teacher_id: clocks[zone] for teacher_id, zone in zone_of.items()}
    viewer = Clock(viewer_zone, now, last) if viewer_zone else None
    return _listed(head, (_course_slot(start, start + length, ids, clock_of, viewer) for start, ids in free.items()))


def _course_slot(
    start: int, end: int, teacher_ids: Sequence[UserId], clock_of: Mapping[UserId, Clock], viewer: Clock | None
) -> str:
    named = [f'{{"teacher_id":"{each}","local":{clock_of[each].write(start)}}}' for each in teacher_ids[:_MOST_NAMED]]
    return (
        f'{{"starts_at":"{instant_text(start)}","ends_at":"{instant_text(end)}",'
        f'"viewer":{viewer.write(start) if viewer else "null"},'
        f'"teachers":[{",".join(named)}],"teacher_count":{len(teacher_ids)}}}'
    )


def _listed(head: FreeSlots | CourseSlots, slots: Iterable[str]) -> bytes:
    """The list with these slots as its items, which are what it ends with."""
    return f"{head.model_dump_json().removesuffix(_NO_ITEMS)}[{','.join(slots)}]}}".encode()
