"""Jobs of the agenda: reminders, nudges, and looking whether the zones' rules were changed."""

from datetime import timedelta
from functools import partial

from app.core.timezones import tzdata_version
from app.domains.agenda import service
from app.domains.agenda.policies import wall_at
from app.domains.agenda.types import (
    COMPARE_WALLS,
    NOTICE_RELEASE,
    NUDGE,
    REMIND,
    ReleasePayload,
    ReminderPayload,
    WallClock,
)
from app.domains.sessions.types import SessionPayload
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext, Registry

_LOOK_EVERY = timedelta(hours=1)


def register(registry: Registry) -> None:
    """The domain's jobs and their schedule, for `app.wiring.jobs`."""
    registry.register(REMIND, remind)
    registry.register(NUDGE, nudge)
    registry.register(NOTICE_RELEASE, notice_release)
    registry.every(_LOOK_EVERY, NOTICE_RELEASE)
    registry.register(COMPARE_WALLS, partial(compare_walls, clock=wall_at))


async def remind(context: JobContext, payload: ReminderPayload) -> None:
    await context.apply(service.remind, payload)


async def nudge(context: JobContext, payload: SessionPayload) -> None:
    await context.apply(service.nudge, payload.session_id)


async def notice_release(context: JobContext, _payload: JobPayload) -> None:
    """The release that this process has been started with: a new one comes with a new start."""
    await context.apply(service.note_release, tzdata_version())


async def compare_walls(context: JobContext, payload: ReleasePayload, *, clock: WallClock) -> None:
    await context.apply(service.compare_walls, payload, clock)
