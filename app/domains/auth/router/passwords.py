"""Forgetting, changing and confirming the password."""

from fastapi import APIRouter, BackgroundTasks

from app.core.errors import Unavailable
from app.domains.auth import service
from app.domains.auth.deps import NewPasswordsDep, OwnPasswordCheckDep, refuse_stale_second_factor
from app.domains.auth.errors import CodeNeeded, MailTokenInvalid, PasswordRefused
from app.domains.auth.schemas import MAILED, Accepted, ChangePasswordBody, EmailBody, ResetPasswordBody, StepUpBody
from app.domains.auth.service import PasswordReplacement
from app.domains.auth.types import AuthSessionId, MailTokenPurpose
from app.domains.mfa.deps import SealDep
from app.domains.mfa.errors import CodeRefused, TooManyCodes
from app.domains.mfa.service import limited_codes
from app.domains.users.errors import PasswordNotSet, WrongPassword
from app.domains.users.types import UserId
from app.edge.attempts import AttemptsDep
from app.edge.deps import Db, Kv, MailTokensDep
from app.edge.limits import LOGIN, MAIL, limited
from app.edge.openapi import MEMBERS, audience
from app.edge.principal import LOGGED_IN, RECENTLY_LOGGED_IN, CurrentUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/auth", tags=["auth"], route_class=StrictRoute)


@router.post(
    "/forgot-password",
    operation_id="auth.forgot_password",
    summary="Mail a link that sets a new password",
    status_code=202,
    openapi_extra=audience("public") | limited(MAIL),
    responses=problems(),
)
async def forgot_password(body: EmailBody, db: Db, later: BackgroundTasks) -> Accepted:
    """For anybody. Mails a link if the address has an account, verified or not, with a password or without; at most
    three an hour. Earlier reset links end. The answer is always the same."""
    later.add_task(db.write, service.ask_password_reset, body.email)  # the time it takes would tell who has an account
    return MAILED


@router.post(
    "/reset-password",
    operation_id="auth.reset_password",
    summary="Set a new password with a mailed link",
    status_code=204,
    openapi_extra=audience("public") | limited(LOGIN),
    responses=problems(MailTokenInvalid, PasswordRefused, Unavailable),
)
async def reset_password(
    body: ResetPasswordBody,
    db: Db,
    mail_tokens: MailTokensDep,
    new_passwords: NewPasswordsDep,
    attempts: AttemptsDep,
) -> None:
    """For whoever holds the newest mailed link; it works once, for an hour, and not after the address changed. Sets the
    password, ends all auth sessions and other links, and tells the owner by mail; a second factor is still asked for at
    the next log-in. An unverified address is proven by this, and what was chosen for its account before is dropped."""
    token_id = mail_tokens.read(body.token, MailTokenPurpose.RESET_PASSWORD)
    rules = await db.read(service.reset_rules, token_id)
    email = await db.write(service.reset_password, token_id, await new_passwords.accept(body.password, rules))
    await attempts.forgive(email)


@router.post(
    "/change-password",
    operation_id="auth.change_password",
    summary="Change the password",
    status_code=204,
    openapi_extra=MEMBERS | limited(LOGIN),
    responses=problems(*RECENTLY_LOGGED_IN, PasswordNotSet, WrongPassword, PasswordRefused, Unavailable),
)
async def change_password(
    body: ChangePasswordBody, caller: CurrentUser, db: Db, check: OwnPasswordCheckDep, new_passwords: NewPasswordsDep
) -> None:
    """For anybody who is logged in and has a password; who has none sets one with a reset link. With a second factor
    one must have logged in or confirmed it within 15 minutes. Ends the person's other auth sessions unless
    `keep_others`, and reset links; the owner is told by mail."""
    await refuse_stale_second_factor(db, caller)
    user_id = UserId(caller.user_id)
    checked_hash = await check(user_id, body.current_password)
    new = await new_passwords.accept(body.new_password, await db.read(service.password_rules, user_id))
    order = PasswordReplacement(
        user_id, AuthSessionId(caller.auth_session_id), checked_hash, new, keep_others=body.keep_others
    )
    await db.write(service.change_password, order)


@router.post(
    "/step-up",
    operation_id="auth.step_up",
    summary="Confirm that it is still the same person",
    status_code=204,
    openapi_extra=MEMBERS | limited(LOGIN),
    responses=problems(*LOGGED_IN, PasswordNotSet, WrongPassword, CodeNeeded, CodeRefused, TooManyCodes, Unavailable),
)
async def step_up(
    body: StepUpBody, caller: CurrentUser, db: Db, kv: Kv, seal: SealDep, check: OwnPasswordCheckDep
) -> None:
    """For anybody who is logged in: a code where there is a second factor, else the password. For 15 minutes this auth
    session may do what asks for a recent proof (`step_up_needed`); tokens stay as they are."""
    user_id, auth_session_id = UserId(caller.user_id), AuthSessionId(caller.auth_session_id)
    if body.code is not None:
        async with limited_codes(kv, user_id, body.code):
            await db.write(service.confirm_code, seal, user_id, auth_session_id, body.code)
    elif body.password is not None:
        checked_hash = await check(user_id, body.password)
        await db.write(service.confirm_password, user_id, auth_session_id, checked_hash)
    else:
        raise WrongPassword
