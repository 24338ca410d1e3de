"""Lists of free slots as JSON, the longest answers of those that are asked for often. What their slots have in common is
written by the models, once; a slot is put together of ready texts. Tests hold the whole against the models."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.domains.sessions.schemas import CourseSlots, FreeSlots
from app.domains.sessions.service.labels import Clock, instant_text
from app.domains.users.types import UserId

_MOST_NAMED = 10
_NO_ITEMS = "[]}"


def free_slots_text(head: FreeSlots, starts: Sequence[int], viewer_zone: str | None, now: datetime) -> bytes:
    """`head` with a slot for each of these starts, in seconds since 1970 and in order."""
    if not starts:
        return _listed(head, ())
    length = head.session_duration_minutes * 60
    teacher = Clock(head.timezone, now, starts[-1])
    viewer = Clock(viewer_zone, now, starts[-1]) if viewer_zone else None
    return _listed(head, (_slot(start, start + length, teacher, viewer) for start in starts))


def _slot(start: int, end: int, teacher: Clock, viewer: Clock | None) -> str:
    local = f'{{"teacher":{teacher.write(start)},"viewer":{viewer.write(start) if viewer else "null"}}}'
    return f'{{"starts_at":"{instant_text(start)}","ends_at":"{instant_text(end)}","local":{local}}}'


def course_slots_text(
    head: CourseSlots,
    free: Mapping[int, Sequence[UserId]],
    zones: Mapping[UserId, str],
    viewer_zone: str | None,
    now: datetime,
) -> bytes:
    """`head` with a slot for each of these starts, in seconds since 1970 and in order, at which these teachers are free."""
    last, length = max(free, default=0), head.session_duration_minutes * 60
    clocks = {zone: Clock(zone, now, last) for zone in {*zones.values(), *filter(None, [viewer_zone])}}
    return _listed(
        head, (_course_slot(start, start + length, ids, zones, clocks, viewer_zone) for start, ids in free.items())
    )


def _course_slot(
    start: int,
    end: int,
    teacher_ids: Sequence[UserId],
    zones: Mapping[UserId, str],
    clocks: Mapping[str, Clock],
    viewer_zone: str | None,
) -> str:
    named = teacher_ids[:_MOST_NAMED]
    local = {zone: clocks[zone].write(start) for zone in {zones[teacher_id] for teacher_id in named}}
    teachers = ",".join([f'{{"teacher_id":"{each}","local":{local[zones[each]]}}}' for each in named])
    return (
        f'{{"starts_at":"{instant_text(start)}","ends_at":"{instant_text(end)}",'
        f'"viewer":{clocks[viewer_zone].write(start) if viewer_zone else "null"},'
        f'"teachers":[{teachers}],"teacher_count":{len(teacher_ids)}}}'
    )


def _listed(head: FreeSlots | CourseSlots, slots: Iterable[str]) -> bytes:
    """The list with these slots as its items, which are what it ends with."""
    return f"{head.model_dump_json().removesuffix(_NO_ITEMS)}[{','.join(slots)}]}}".encode()
