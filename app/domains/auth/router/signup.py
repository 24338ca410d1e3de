"""Signing up and proving the address."""

from typing import Literal

from fastapi import APIRouter, BackgroundTasks

from app.core.errors import ProviderUnavailable, Unavailable
from app.domains.auth import service
from app.domains.auth.deps import NewPasswordsDep, PasswordsDep, SignupGateDep
from app.domains.auth.errors import (
    CaptchaFailed,
    CaptchaNeeded,
    InvitationNeeded,
    MailTokenInvalid,
    PasswordNeeded,
    PasswordRefused,
)
from app.domains.auth.policies import PasswordRules
from app.domains.auth.schemas import MAILED, Accepted, EmailBody, SignupBody, SignupOptions, VerifyEmailBody
from app.domains.auth.types import MailTokenPurpose, Signup
from app.domains.users.errors import WrongPassword
from app.edge.deps import AppSettings, Db, MailTokensDep
from app.edge.limits import LOGIN, MAIL, SIGNUP, limited
from app.edge.openapi import audience
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/auth", tags=["auth"], route_class=StrictRoute)


@router.post(
    "/signup",
    operation_id="auth.signup",
    summary="Create an account",
    status_code=202,
    openapi_extra=audience("public") | limited(SIGNUP),
    responses=problems(
        PasswordRefused, CaptchaNeeded, CaptchaFailed, InvitationNeeded, Unavailable, ProviderUnavailable
    ),
)
async def sign_up(
    body: SignupBody, db: Db, passwords: PasswordsDep, new_passwords: NewPasswordsDep, gate: SignupGateDep
) -> Accepted:
    """For anybody. Makes an unverified account and mails a link that proves the address and puts this sign-up's
    password, name and zone into force; at most three links an hour. The answer is the same when the address has a
    verified account; then its owner gets a mail instead. Where the options say so, a captcha or an invitation of the
    address is needed, which the sign-up uses up."""
    await gate.check_captcha(body.turnstile_token)
    password_hash = (await new_passwords.accept(body.password, PasswordRules.of(body.email, body.name))).hash
    earlier_hash = await db.read(service.hash_of_newest_signup, body.email)
    if await passwords.matches(body.password, earlier_hash) and earlier_hash:
        password_hash = earlier_hash  # the same person again: the link stays enough
    signup = Signup(password_hash, body.name, body.timezone)
    if gate.is_by_invitation:
        await db.write(service.sign_up_invited, body.email, signup, gate.read_invitation(body.invitation_token))
    else:
        await db.write(service.sign_up, body.email, signup)
    return MAILED


@router.get(
    "/options",
    operation_id="auth.options",
    summary="Show how one can sign up and sign in",
    openapi_extra=audience("public"),
    responses=problems(),
)
async def read_options(settings: AppSettings) -> SignupOptions:
    """For anybody, before signing up. Changes nothing."""
    way: Literal["open", "invitation"] = "invitation" if settings.invitation_only else "open"
    configured = {"google": settings.has_google, "github": settings.has_github}
    return SignupOptions(
        sign_up=way,
        turnstile_site_key=settings.turnstile_site_key or None,
        providers=[name for name, is_there in configured.items() if is_there],
    )


@router.post(
    "/verify-email",
    operation_id="auth.verify_email",
    summary="Prove an e-mail address",
    status_code=204,
    openapi_extra=audience("public") | limited(LOGIN),
    responses=problems(MailTokenInvalid, PasswordNeeded, WrongPassword, Unavailable),
)
async def verify_email(body: VerifyEmailBody, db: Db, mail_tokens: MailTokensDep, passwords: PasswordsDep) -> None:
    """For whoever holds the mailed link. Marks the address as verified, with the password, name and zone of the sign-up
    that the link was mailed for; if that is not the one in force, whoever is logged in is logged out. Works once, for
    24 hours; the account's other links end. When several people signed up with the address, the password of that
    sign-up must be given too."""
    token_id, checked_hash = mail_tokens.read(body.token, MailTokenPurpose.VERIFY_EMAIL), None
    if body.password is not None:
        checked_hash = await db.read(service.hash_of_signup, token_id)
        if not await passwords.matches(body.password, checked_hash):
            raise WrongPassword
    await db.write(service.verify_email, token_id, checked_hash)


@router.post(
    "/resend-verification",
    operation_id="auth.resend_verification",
    summary="Mail a fresh verification link",
    status_code=202,
    openapi_extra=audience("public") | limited(MAIL),
    responses=problems(),
)
async def resend_verification(body: EmailBody, db: Db, later: BackgroundTasks) -> Accepted:
    """For anybody. Mails a link for the newest sign-up if the address has an unverified account, at most three an hour;
    the answer is always the same."""
    later.add_task(db.write, service.resend_verification, body.email)  # the time it takes would tell who has an account
    return MAILED
