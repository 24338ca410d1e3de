"""Jobs of the catalogue: finding the next free time of courses, and making the catalogue anew."""

from datetime import timedelta
from functools import partial

from app.domains.calendar.policies import BookingPolicy
from app.domains.catalogue import service
from app.domains.catalogue.types import (
    FIND_DUE,
    FIND_FREE_OF_TEACHER,
    REBUILD,
    RELABEL,
    RebuildPayload,
    RelabelPayload,
    TeacherPayload,
)
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext, Registry

_LOOK_EVERY = timedelta(minutes=10)


def register(registry: Registry, policy: BookingPolicy) -> None:
    """The domain's jobs and their schedule, for `app.wiring.jobs`."""
    registry.register(FIND_DUE, partial(find_due, policy=policy))
    registry.every(_LOOK_EVERY, FIND_DUE)
    registry.register(FIND_FREE_OF_TEACHER, find_free_of_teacher)
    registry.register(REBUILD, rebuild)
    registry.register(RELABEL, relabel)


async def find_due(context: JobContext, _payload: JobPayload, *, policy: BookingPolicy) -> None:
    await context.apply(service.find_due, policy)


async def find_free_of_teacher(context: JobContext, payload: TeacherPayload) -> None:
    await context.apply(service.find_free_of_teacher, payload.teacher_id)


async def rebuild(context: JobContext, payload: RebuildPayload) -> None:
    await context.apply(service.rebuild, payload.after)


async def relabel(context: JobContext, payload: RelabelPayload) -> None:
    await context.apply(service.relabel, payload.topic, payload.after)
