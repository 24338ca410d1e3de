"""Jobs about calendars elsewhere: reading each of them about once an hour."""

from datetime import timedelta
from functools import partial

from app.domains.calendar import service
from app.domains.calendar.busy_reader import BusyReader
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import READ_CALENDAR, READ_DUE_CALENDARS, CalendarPayload
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext, Registry
from app.providers.calendars.port import CalendarSource, CalendarUnread

_LOOK_EVERY = timedelta(minutes=5)


def register(registry: Registry, source: CalendarSource, reader: BusyReader, policy: BookingPolicy) -> None:
    """The domain's jobs and their schedule, for `app.wiring.jobs`."""
    registry.register(READ_DUE_CALENDARS, read_due_calendars)
    registry.every(_LOOK_EVERY, READ_DUE_CALENDARS)
    registry.register(READ_CALENDAR, partial(read_calendar, source=source, reader=reader, policy=policy))


async def read_due_calendars(context: JobContext, _payload: JobPayload) -> None:
    """Each has a job of its own, so that none stands in another's way."""
    await context.apply(service.enqueue_due)


async def read_calendar(
    context: JobContext,
    payload: CalendarPayload,
    *,
    source: CalendarSource,
    reader: BusyReader,
    policy: BookingPolicy,
) -> None:
    """Read it and note what became of that. A failure is an outcome too: the calendar has a schedule of its own."""
    calendar_id = payload.calendar_id
    wanted = await context.db.read(service.to_read, calendar_id, policy)
    if wanted is None:
        return
    try:
        copy = await source.read(wanted.url, wanted.known)
        times = await reader.read(copy.body, wanted.times) if copy else []
    except CalendarUnread as failure:
        await context.apply(service.note_failure, calendar_id, failure.reason.value, failure.pause)
        return
    if copy is None:
        await context.apply(service.note_unchanged, calendar_id)
    else:
        await context.apply(service.note_copy, calendar_id, copy.known, times)
