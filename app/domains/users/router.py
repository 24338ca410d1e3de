"""/api/users: the caller's own account, and other people as far as they want to be seen."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.domains.users import service
from app.domains.users.deps import HandlePath
from app.domains.users.errors import HandleTaken, UserNotFound
from app.domains.users.schemas import HandleCheck, Me, MeChange, People, PersonCard, Profile, Settings, SettingsChange
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.etags import IfMatch, PreconditionFailed, versioned
from app.edge.openapi import ALSO_WITH_TOKEN, MEMBERS, audience
from app.edge.principal import LOGGED_IN, AccountSuspended, CurrentUser, OptionalUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/users", tags=["users"], route_class=StrictRoute)


@router.get(
    "/me",
    operation_id="users.me",
    summary="Show the caller's own account",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN),
)
async def read_me(response: Response, caller: CurrentUser, db: Db) -> Me:
    """For anybody who is logged in, verified or not. Changes nothing. `ETag` names the version, for `If-Match`."""
    return versioned(response, Me.model_validate(await db.look_up(service.look_up_user, UserId(caller.user_id))))


@router.patch(
    "/me",
    operation_id="users.change_me",
    summary="Change the caller's own profile",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, UserNotFound, HandleTaken, PreconditionFailed),
)
async def change_me(change: MeChange, response: Response, caller: CurrentUser, db: Db, expected: IfMatch) -> Me:
    """For anybody who is logged in. Changes the fields that are given; null clears a text. Times in mails follow the
    new zone; addresses with the old handle end, and anybody can take it."""
    changes = change.model_dump(exclude_unset=True)
    return versioned(response, await db.write(service.change_me, UserId(caller.user_id), changes, expected))


@router.get(
    "/me/settings",
    operation_id="users.settings",
    summary="Show the caller's settings",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN),
)
async def read_settings(response: Response, caller: CurrentUser, db: Db) -> Settings:
    """For anybody who is logged in. Which mails are sent; those that protect the account always go out, whatever is
    chosen here. Zone and visibility are part of the profile. `ETag` names the version, for `If-Match`."""
    return versioned(response, await db.read(service.get_settings, UserId(caller.user_id)))


@router.patch(
    "/me/settings",
    operation_id="users.change_settings",
    summary="Change the caller's settings",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, UserNotFound, PreconditionFailed),
)
async def change_settings(
    change: SettingsChange, response: Response, caller: CurrentUser, db: Db, expected: IfMatch
) -> Settings:
    """For anybody who is logged in. Changes the choices that are given, from the next mail on. Mails that protect the
    account always go out."""
    mail = change.model_dump(exclude_unset=True).get("mail", {})
    return versioned(response, await db.write(service.change_settings, UserId(caller.user_id), mail, expected))


@router.get(
    "/check-handle",
    operation_id="users.check_handle",
    summary="Ask whether a handle is free",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN),
)
async def check_handle(
    handle: Annotated[str, Query(min_length=1, max_length=64, description="The handle, in any case.")],
    caller: CurrentUser,
    db: Db,
) -> HandleCheck:
    """For anybody who is logged in. Reserves nothing: whoever changes to it first has it. The own handle is free."""
    return await db.read(service.check_handle, UserId(caller.user_id), handle)


@router.get(
    "/search",
    operation_id="users.search",
    summary="Find people by name or handle",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN),
)
async def search(
    q: Annotated[str, Query(min_length=2, max_length=100, description="Part of a name or handle, in any case.")],
    caller: CurrentUser,
    db: Db,
) -> People:
    """For anybody who is logged in. People with private profiles are found by administrators and moderators only."""
    found = await db.read(service.search_people, q, caller)
    return People(items=[PersonCard.of(user) for user in found])


@router.get(
    "/{handle}",
    operation_id="users.get",
    summary="Show somebody's profile",
    openapi_extra=audience("public", "student", "teacher", "creator", "moderator", "admin") | ALSO_WITH_TOKEN,
    responses=problems(AccountSuspended, UserNotFound),
)
async def read_profile(handle: HandlePath, viewer: OptionalUser, db: Db) -> Profile:
    """For anybody. A private profile is there only for its owner, administrators and moderators; to everybody else it
    is as unknown as one that does not exist. It is kept by no cache, so that it is gone when its owner hides it."""
    return Profile.of(await db.read(service.view_profile, handle, viewer))
