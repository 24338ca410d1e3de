"""/api/users/me/availability: when the caller can be booked."""

from fastapi import APIRouter

from app.domains.calendar import service
from app.domains.calendar.deps import Policy, TeachingUser
from app.domains.calendar.errors import AvailabilityOverlap, InvalidWindow, NotATeacher, WindowTooShort
from app.domains.calendar.schemas import AvailabilityBody, AvailabilityWindow
from app.domains.calendar.service import Availability
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.principal import VERIFIED
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/users/me/availability", tags=["availability"], route_class=StrictRoute)


@router.get(
    "",
    operation_id="availability.get",
    summary="Show when the caller can be booked",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*VERIFIED, NotATeacher),
)
async def get_availability(caller: TeachingUser, db: Db, policy: Policy) -> AvailabilityBody:
    """For verified members who teach or create courses. Before the first PUT there are no windows."""
    return _shown(await db.read(service.get_availability, UserId(caller.user_id), policy=policy))


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
    ),
)
async def replace_availability(body: AvailabilityBody, caller: TeachingUser, db: Db) -> AvailabilityBody:
    """For verified members who teach or create courses. Replaces the whole week at once; what is booked stays booked.
    Nobody is told."""
    offered = await db.write(
        service.set_availability,
        UserId(caller.user_id),
        timezone=body.timezone,
        buffer_minutes=body.buffer_minutes,
        windows=body.week,
    )
    return _shown(offered)


def _shown(offered: Availability) -> AvailabilityBody:
    windows = [
        AvailabilityWindow(weekday=each.weekday, start=_wall(each.hours.start_minute), end=_wall(each.hours.end_minute))
        for each in offered.windows
    ]
    return AvailabilityBody(timezone=offered.timezone, buffer_minutes=offered.buffer_minutes, windows=windows)


def _wall(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
