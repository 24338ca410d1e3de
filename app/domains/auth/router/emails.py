"""Moving an account to another address."""

from fastapi import APIRouter

from app.core.errors import Unavailable
from app.db.database import Database
from app.domains.auth import service
from app.domains.auth.deps import OwnPasswordCheck, OwnPasswordCheckDep, refuse_stale_second_factor
from app.domains.auth.errors import EmailTaken, MailTokenInvalid
from app.domains.auth.schemas import MAILED, Accepted, ChangeEmailBody, ConfirmEmailBody
from app.domains.auth.types import MailTokenPurpose
from app.domains.users import service as users
from app.domains.users.errors import PasswordNotSet, WrongPassword
from app.domains.users.types import UserId
from app.edge.deps import Db, MailTokensDep
from app.edge.limits import LOGIN, limited
from app.edge.openapi import MEMBERS
from app.edge.principal import (
    LOGGED_IN,
    RECENTLY_LOGGED_IN,
    CurrentUser,
    EmailNotVerified,
    Principal,
    VerifiedUser,
    require_recent,
)
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/auth", tags=["auth"], route_class=StrictRoute)


@router.post(
    "/change-email",
    operation_id="auth.change_email",
    summary="Ask to move to another address",
    status_code=202,
    openapi_extra=MEMBERS | limited(LOGIN),
    responses=problems(*RECENTLY_LOGGED_IN, EmailNotVerified, PasswordNotSet, WrongPassword, Unavailable),
)
async def change_email(body: ChangeEmailBody, caller: VerifiedUser, db: Db, check: OwnPasswordCheckDep) -> Accepted:
    """For members with a confirmed address who give the password, or have none and logged in within 15 minutes; who has
    a second factor must have done that too. Mails a link to the new address, at most three an hour; until it is used
    the old address counts. If the address is taken its owner gets a mail instead; the answer is the same."""
    await refuse_stale_second_factor(db, caller)
    checked_hash = await _confirmed(body, caller, db, check)
    await db.write(service.ask_email_change, UserId(caller.user_id), checked_hash, body.new_email)
    return MAILED


async def _confirmed(body: ChangeEmailBody, caller: Principal, db: Database, check: OwnPasswordCheck) -> str | None:
    """The hash that was matched; None for people without a password, who logged in a moment ago."""
    user_id = UserId(caller.user_id)
    if body.password is not None:
        return await check(user_id, body.password)
    if await db.read(users.password_hash_of, user_id) is not None:
        raise WrongPassword
    require_recent(caller, db.clock.now())
    return None


@router.post(
    "/confirm-email",
    operation_id="auth.confirm_email",
    summary="Confirm a new address",
    status_code=204,
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, MailTokenInvalid, EmailTaken),
)
async def confirm_email(body: ConfirmEmailBody, caller: CurrentUser, db: Db, mail_tokens: MailTokensDep) -> None:
    """For whoever asked for the change and holds the link mailed to the new address; it works once, for 24 hours. The
    account moves there, the person's other links end, and the old address is told. Auth sessions stay: the password did
    not change. Anybody else's link is refused, so that nobody is led into an account of somebody else."""
    token_id = mail_tokens.read(body.token, MailTokenPurpose.CHANGE_EMAIL)
    await db.write(service.confirm_email, UserId(caller.user_id), token_id)
