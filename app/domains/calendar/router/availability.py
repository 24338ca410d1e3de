"""/api/users/me/availability: when the caller can be booked, by the week and on single dates."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.domains.calendar import service
from app.domains.calendar.deps import Policy, TeachingUser
from app.domains.calendar.errors import (
    AvailabilityOverlap,
    InvalidRange,
    InvalidWindow,
    NotATeacher,
    OverrideNotFound,
    OverrideOutOfRange,
    RulesBeyondHouse,
    WindowTooShort,
)
from app.domains.calendar.schemas import AvailabilityBody, CalendarDate, DateHours, DateHoursBody, DateHoursList
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.etags import IfMatch, PreconditionFailed, versioned
from app.edge.openapi import audience
from app.edge.principal import VERIFIED
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/users/me/availability", tags=["availability"], route_class=StrictRoute)

Day = Annotated[CalendarDate, Path(description="In the zone of the caller's availability.")]
Through = Annotated[
    CalendarDate | None, Query(description="The last of several dates, at most 366; only the first one by default.")
]


@router.get(
    "",
    operation_id="availability.get",
    summary="Show when the caller can be booked",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*VERIFIED, NotATeacher),
)
async def get_availability(response: Response, caller: TeachingUser, db: Db, policy: Policy) -> AvailabilityBody:
    """For verified members who teach or create courses. Before the first PUT there are no windows. `ETag` names the
    version, for `If-Match`."""
    offered = await db.read(service.get_availability, UserId(caller.user_id), policy=policy)
    return versioned(response, AvailabilityBody.of(offered))


@router.put(
    "",
    operation_id="availability.replace",
    summary="Replace when the caller can be booked",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(
        *VERIFIED,
        NotATeacher,
        InvalidWindow,
        WindowTooShort,
        AvailabilityOverlap,
        RulesBeyondHouse,
        PreconditionFailed,
    ),
)
async def replace_availability(
    body: AvailabilityBody, response: Response, caller: TeachingUser, db: Db, policy: Policy, expected: IfMatch
) -> AvailabilityBody:
    """For verified members who teach or create courses. Replaces the whole week and all rules at once; single dates
    stay, and what is booked stays booked. Nobody is told."""
    user_id = UserId(caller.user_id)
    offered = await db.write(service.replace_availability, user_id, body.offered, expected, policy=policy)
    return versioned(response, AvailabilityBody.of(offered))


@router.get(
    "/overrides",
    operation_id="availability_overrides.list",
    summary="List the dates with hours of their own",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*VERIFIED, NotATeacher),
)
async def list_overrides(caller: TeachingUser, db: Db) -> DateHoursList:
    """For verified members who teach or create courses: the dates from today on that do not follow the week."""
    return DateHoursList.of(await db.read(service.list_overrides, UserId(caller.user_id)))


@router.get(
    "/overrides/{date}",
    operation_id="availability_overrides.get",
    summary="Show a date's own hours",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*VERIFIED, NotATeacher, OverrideNotFound),
)
async def get_override(date: Day, response: Response, caller: TeachingUser, db: Db) -> DateHours:
    """For verified members who teach or create courses. 404 where the week's hours hold. `ETag` names the version, for
    `If-Match`."""
    return versioned(response, DateHours.of(await db.read(service.get_override, UserId(caller.user_id), date)))


@router.put(
    "/overrides/{date}",
    operation_id="availability_overrides.replace",
    summary="Give dates hours of their own",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(
        *VERIFIED,
        NotATeacher,
        InvalidWindow,
        InvalidRange,
        WindowTooShort,
        AvailabilityOverlap,
        OverrideOutOfRange,
        PreconditionFailed,
    ),
)
async def replace_override(
    date: Day,
    body: DateHoursBody,
    response: Response,
    caller: TeachingUser,
    db: Db,
    expected: IfMatch,
    through: Through = None,
) -> DateHours:
    """For verified members who teach or create courses. The date no longer follows the week, nor does anything run into
    it from the night before; with `through` the same holds for each date up to that one, so that one call makes a
    holiday. `If-Match` is about the first date, which is answered. What is booked stays booked. Nobody is told."""
    dates = (date, through or date)
    found = await db.write(service.replace_overrides, UserId(caller.user_id), body.hours, dates, expected)
    return versioned(response, DateHours.of(found))


@router.delete(
    "/overrides/{date}",
    operation_id="availability_overrides.delete",
    summary="Let dates follow the week again",
    status_code=204,
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*VERIFIED, NotATeacher, InvalidRange, OverrideOutOfRange),
)
async def remove_override(date: Day, caller: TeachingUser, db: Db, through: Through = None) -> None:
    """For verified members who teach or create courses: that date, with `through` each one up to it, follows the week
    again. Where it does already nothing changes. Nobody is told."""
    await db.write(service.remove_overrides, UserId(caller.user_id), date, through or date)
