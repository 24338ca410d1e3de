"""/api/users/me: take everything along, and leave."""

from fastapi import APIRouter, Response

from app.domains.accounts import service
from app.domains.accounts.errors import ObligationsOpen
from app.domains.accounts.schemas import AccountExport, DeletionCheck, OpenObligation
from app.domains.auth.deps import clear_cookies
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.openapi import MEMBERS
from app.edge.principal import LOGGED_IN, RECENTLY_LOGGED_IN, CurrentUser, EmailNotVerified, RecentUser, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/users/me", tags=["users"], route_class=StrictRoute)


@router.get(
    "/export",
    operation_id="accounts.export",
    summary="Download everything kept of the caller",
    openapi_extra=MEMBERS,
    responses=problems(*RECENTLY_LOGGED_IN, EmailNotVerified, UserNotFound),
)
async def export(response: Response, caller: RecentUser, _verified: VerifiedUser, db: Db) -> AccountExport:
    """For members with a confirmed address who logged in or confirmed who they are within 15 minutes. One document of
    one instant, kept by no cache; lists are cut after the newest 10,000 rows. Changes nothing."""
    response.headers["Content-Disposition"] = 'attachment; filename="peerloop-export.json"'
    return await db.read(service.export, UserId(caller.user_id))


@router.get(
    "/deletion",
    operation_id="accounts.check_deletion",
    summary="Ask what deleting the account would meet",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN),
)
async def check_deletion(caller: CurrentUser, db: Db) -> DeletionCheck:
    """For anybody who is logged in. Says what is still open, without deleting anything."""
    reasons = await db.read(service.obligations_of, UserId(caller.user_id))
    return DeletionCheck(can_delete=not reasons, reasons=[OpenObligation.model_validate(each) for each in reasons])


@router.delete(
    "",
    operation_id="accounts.delete",
    summary="Delete the caller's account",
    status_code=204,
    openapi_extra=MEMBERS,
    responses=problems(*RECENTLY_LOGGED_IN, EmailNotVerified, UserNotFound, ObligationsOpen),
)
async def delete(response: Response, caller: RecentUser, _verified: VerifiedUser, db: Db) -> None:
    """For members with a confirmed address who proved who they are within 15 minutes, once nothing is open. Cannot be
    undone: name, address, profile, log-ins and everything else that leads to the person are forgotten at once, every
    log-in ends, and the address and the handle are free. Payments, lessons and certificates stay as those of a deleted
    member. No mail is sent."""
    await db.write(service.delete_account, UserId(caller.user_id))
    clear_cookies(response)
