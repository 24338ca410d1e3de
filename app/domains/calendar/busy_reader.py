"""Runs `busy_times` beside the server: one calendar at a time, in a process that ends with it."""

import asyncio
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from app.core.programs import run_program
from app.core.timezones import timezone_names
from app.db.types import instant
from app.domains.calendar import busy_times
from app.domains.calendar.types import OutsideDates, OutsideTime, Period
from app.providers.calendars.port import CalendarUnread, Unread

_LONGEST_S: Final = 20.0
_PROGRAM: Final = Path(busy_times.__file__).resolve()
_MICRO: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """The zone of times that have none, and between when busy times matter."""

    zone: str
    first: datetime
    end: datetime


class BusyReader:
    """One per process, made in the composition root."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def read(self, text: bytes, wanted: Wanted) -> list[OutsideTime | OutsideDates]:
        """When the calendar is busy. Raises `CalendarUnread`: it is none, or takes more than one may."""
        async with self._turn:
            status, said = await _call(text, wanted)
        if status == 0:
            return _read(said)
        is_none = status in {busy_times.NOT_A_CALENDAR, 1}  # 1: it stumbled over something that no calendar has
        raise CalendarUnread(Unread.NOT_A_CALENDAR if is_none else Unread.TOO_MUCH)


async def _call(text: bytes, wanted: Wanted) -> tuple[int, bytes]:
    """The exit status and what was printed."""
    times = [str(int(moment.timestamp())) for moment in (wanted.first, wanted.end)]
    try:
        return await run_program(_PROGRAM, wanted.zone, *times, given=text, longest_s=_LONGEST_S)
    except TimeoutError:
        raise CalendarUnread(Unread.TOO_MUCH) from None


def _read(said: bytes) -> list[OutsideTime | OutsideDates]:
    found = json.loads(said)
    times = [OutsideTime(Period(instant(start * _MICRO), instant(end * _MICRO))) for start, end in found["times"]]
    dates = [
        OutsideDates(date.fromisoformat(first), date.fromisoformat(end), zone if zone in timezone_names() else None)
        for first, end, zone in found["dates"]
    ]
    return [*times, *dates]
