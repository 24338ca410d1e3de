"""/api/users/me/external-calendars: calendars elsewhere whose busy times are not offered."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from app.db.session import WriteSession
from app.domains.calendar import service
from app.domains.calendar.deps import TeachingUser
from app.domains.calendar.errors import (
    CalendarAddressRefused,
    CalendarKnown,
    ExternalCalendarNotFound,
    NotATeacher,
    TooManyCalendars,
)
from app.domains.calendar.policies import MOST_EXTERNAL_CALENDARS
from app.domains.calendar.schemas import ExternalCalendar, ExternalCalendarBody, ExternalCalendars
from app.domains.calendar.types import ExternalCalendarId, ExternalCalendarIdField
from app.domains.users.types import UserId
from app.edge.deps import Db, state
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import audience
from app.edge.principal import VERIFIED, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.providers.calendars.port import CalendarSource

router = APIRouter(prefix="/api/users/me/external-calendars", tags=["availability"], route_class=StrictRoute)

Source = Annotated[CalendarSource, Depends(state("providers.calendars"))]
CalendarPath = Annotated[ExternalCalendarIdField, Path(description="The external calendar.")]


@router.get(
    "",
    operation_id="external_calendars.list",
    summary="List the caller's external calendars",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*VERIFIED),
)
async def list_external_calendars(caller: VerifiedUser, db: Db) -> ExternalCalendars:
    """For verified members: those that they added, with how current each is. Addresses are not shown."""
    found, now = await db.read(service.list_externals, UserId(caller.user_id)), db.clock.now()
    return ExternalCalendars(items=[service.shown(each, now) for each in found], most=MOST_EXTERNAL_CALENDARS)


@router.post(
    "",
    operation_id="external_calendars.add",
    summary="Add an external calendar",
    status_code=201,
    response_model=ExternalCalendar,
    openapi_extra=audience("teacher", "creator"),
    responses=problems(
        *VERIFIED, NotATeacher, IdempotencyKeyReused, CalendarAddressRefused, CalendarKnown, TooManyCalendars
    ),
)
async def add_external_calendar(
    body: ExternalCalendarBody, caller: TeachingUser, idem: OptionalIdempotency, source: Source
) -> Response:
    """For verified members who teach or create courses; up to five. It is read at once and then every hour, and when it
    is busy the caller is not offered; only when is kept of it, not what. Sessions of ours in it are ignored. Nobody is
    told."""
    url = service.accepted(source, body.url)
    user_id = UserId(caller.user_id)
    return await idem.run(caller.user_id, 201, ExternalCalendar, _add, user_id, body.name, url)


def _add(session: WriteSession, user_id: UserId, name: str, url: str) -> ExternalCalendar:
    return service.shown(service.add_external(session, user_id, name=name, url=url), session.now)


@router.get(
    "/{calendar_id}",
    operation_id="external_calendars.get",
    summary="Show an external calendar",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*VERIFIED, ExternalCalendarNotFound),
)
async def get_external_calendar(calendar_id: CalendarPath, caller: VerifiedUser, db: Db) -> ExternalCalendar:
    """For the verified member who added it: how current it is, and why it could not be read if so. Changes nothing."""
    found = await db.read(service.get_external, UserId(caller.user_id), calendar_id)
    return service.shown(found, db.clock.now())


@router.post(
    "/{calendar_id}/read",
    operation_id="external_calendars.read",
    summary="Have an external calendar read now",
    status_code=202,
    response_model=ExternalCalendar,
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*VERIFIED, IdempotencyKeyReused, ExternalCalendarNotFound),
)
async def read_external_calendar(
    calendar_id: CalendarPath, caller: VerifiedUser, idem: OptionalIdempotency
) -> Response:
    """For the verified member who added it, who changed something there and does not want to wait for the hour. It is
    read soon after the answer; whoever asks twice within a minute has it read once."""
    return await idem.run(caller.user_id, 202, ExternalCalendar, _read, UserId(caller.user_id), calendar_id)


def _read(session: WriteSession, user_id: UserId, calendar_id: ExternalCalendarId) -> ExternalCalendar:
    return service.shown(service.read_now(session, user_id, calendar_id), session.now)


@router.delete(
    "/{calendar_id}",
    operation_id="external_calendars.remove",
    summary="Remove an external calendar",
    status_code=204,
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*VERIFIED, ExternalCalendarNotFound),
)
async def remove_external_calendar(calendar_id: CalendarPath, caller: VerifiedUser, db: Db) -> None:
    """For the verified member who added it. Its address and its times are forgotten, and the times offered again."""
    await db.write(service.remove_external, UserId(caller.user_id), calendar_id)
