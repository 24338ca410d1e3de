"""Jobs about arrangements."""

from datetime import timedelta
from functools import partial

from app.core.errors import Problem
from app.domains.arrangements import service
from app.domains.arrangements.types import (
    BOOK_LATE,
    CHECK_INVITE,
    END_IN_PLACE,
    OFFER_NEXT,
    OFFER_WHAT_OPENED,
    TIDY,
    InvitePayload,
    LateHoldPayload,
    PlacePayload,
    WaitersPayload,
)
from app.domains.calendar.policies import BookingPolicy
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext, Registry

_TIDY_EVERY = timedelta(minutes=15)
_OPENED_EVERY = timedelta(hours=1)


def register(registry: Registry, policy: BookingPolicy) -> None:
    """The domain's jobs and their schedule, for `app.wiring.jobs`."""
    registry.register(BOOK_LATE, partial(_book_late, policy=policy))
    registry.register(OFFER_NEXT, partial(_offer_next, policy=policy))
    registry.register(CHECK_INVITE, _check_invite)
    registry.register(END_IN_PLACE, _end_in_place)
    registry.register(OFFER_WHAT_OPENED, _offer_what_opened)
    registry.every(_OPENED_EVERY, OFFER_WHAT_OPENED)
    registry.register(TIDY, _tidy)
    registry.every(_TIDY_EVERY, TIDY)


async def _book_late(context: JobContext, payload: LateHoldPayload, *, policy: BookingPolicy) -> None:
    """Either books or tells, and never both: each finishes the job in its own transaction."""
    try:
        await context.apply(service.book_late, payload.hold_id, payload.enrollment_id, policy)
    except Problem as problem:
        if problem.retryable:
            raise
        await context.apply(service.tell_lost, payload.hold_id)


async def _offer_next(context: JobContext, payload: WaitersPayload, *, policy: BookingPolicy) -> None:
    await context.apply(service.offer_next, payload.teacher_id, payload.after, policy)


async def _offer_what_opened(context: JobContext, _payload: JobPayload) -> None:
    await context.apply(service.time_passed)


async def _check_invite(context: JobContext, payload: InvitePayload) -> None:
    await context.apply(service.check_invite, payload.invite_id)


async def _end_in_place(context: JobContext, payload: PlacePayload) -> None:
    await context.apply(service.end_in_place, payload.enrollment_id)


async def _tidy(context: JobContext, _payload: JobPayload) -> None:
    await context.apply(service.tidy)
