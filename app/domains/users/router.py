"""/api/users: the caller's own account."""

from fastapi import APIRouter

from app.domains.users import service
from app.domains.users.errors import UserNotFound
from app.domains.users.schemas import Me, MeChange
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.principal import LOGGED_IN, CurrentUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/users", tags=["users"], route_class=StrictRoute)


@router.get(
    "/me",
    operation_id="users.me",
    summary="Show the caller's own account",
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(*LOGGED_IN),
)
async def read_me(caller: CurrentUser, db: Db) -> Me:
    """For anybody who is logged in, verified or not. Changes nothing."""
    return Me.model_validate(await db.read(service.get_user, UserId(caller.user_id)))


@router.patch(
    "/me",
    operation_id="users.change_me",
    summary="Change the caller's own profile",
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(*LOGGED_IN, UserNotFound),
)
async def change_me(change: MeChange, caller: CurrentUser, db: Db) -> Me:
    """For anybody who is logged in. Changes the fields that are given; times in mails follow the new zone."""
    changes = change.model_dump(exclude_none=True)
    return Me.model_validate(await db.write(service.change_profile, UserId(caller.user_id), changes))
