"""/api/auth: sign up, prove the address, log in, stay logged in, log out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.core.errors import Unavailable
from app.domains.auth import service
from app.domains.auth.deps import (
    REFRESH_COOKIE,
    AccessTokensDep,
    DeviceDep,
    PasswordsDep,
    clear_cookies,
    deliver,
    refuse_foreign_origin,
)
from app.domains.auth.errors import (
    CookieFromForeignOrigin,
    LoginFailed,
    MailTokenInvalid,
    RefreshInProgress,
    RefreshTokenInvalid,
)
from app.domains.auth.passwords import Passwords
from app.domains.auth.schemas import (
    Accepted,
    EmailBody,
    Jwks,
    LoginBody,
    RefreshBody,
    SignupBody,
    Tokens,
    VerifyEmailBody,
)
from app.domains.auth.types import AuthSessionId, Device, MailTokenPurpose, Signup, TokenPair
from app.edge.deps import AppSettings, Db, MailTokensDep
from app.edge.openapi import audience
from app.edge.principal import LOGGED_IN, AccountSuspended, CurrentUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/auth", tags=["auth"], route_class=StrictRoute)
well_known = APIRouter(prefix="/.well-known", tags=["auth"], route_class=StrictRoute)

_MAILED = Accepted(message="If this address can be used, a mail is on its way.")


@router.post(
    "/signup",
    operation_id="auth.signup",
    summary="Create an account",
    status_code=202,
    openapi_extra=audience("public"),
    responses=problems(Unavailable),
)
async def sign_up(body: SignupBody, db: Db, passwords: PasswordsDep) -> Accepted:
    """For anybody. Makes an unverified account and mails a link that proves the address and puts this sign-up's
    password, name and zone into force; at most three links an hour. The answer is the same when the address has a
    verified account; then its owner gets a mail instead."""
    password_hash = await passwords.hash(body.password)
    await db.write(service.sign_up, body.email, Signup(password_hash, body.name, body.timezone))
    return _MAILED


@router.post(
    "/verify-email",
    operation_id="auth.verify_email",
    summary="Prove an e-mail address",
    status_code=204,
    openapi_extra=audience("public"),
    responses=problems(MailTokenInvalid),
)
async def verify_email(body: VerifyEmailBody, db: Db, mail_tokens: MailTokensDep) -> None:
    """For whoever holds the mailed link. Marks the address as verified, with the password, name and zone of the sign-up
    that the link was mailed for; if that is not the one in force, whoever is logged in is logged out. Works once, for
    24 hours; the account's other links end."""
    await db.write(service.verify_email, mail_tokens.read(body.token, MailTokenPurpose.VERIFY_EMAIL))


@router.post(
    "/resend-verification",
    operation_id="auth.resend_verification",
    summary="Mail a fresh verification link",
    status_code=202,
    openapi_extra=audience("public"),
    responses=problems(),
)
async def resend_verification(body: EmailBody, db: Db) -> Accepted:
    """For anybody. Mails a link for the newest sign-up if the address has an unverified account, at most three an hour;
    the answer is always the same."""
    await db.write(service.resend_verification, body.email)
    return _MAILED


async def _log_in(
    email: str, password: str, device: Device, db: Db, passwords: Passwords, settings: AppSettings
) -> TokenPair:
    found = await db.read(service.find_credentials, email)
    if not await passwords.matches(password, found.password_hash):
        raise LoginFailed
    if found.is_suspended:
        raise AccountSuspended
    return await db.write(service.log_in, found, settings.refresh_token_life, device)


@router.post(
    "/login",
    operation_id="auth.login",
    summary="Log in",
    openapi_extra=audience("public"),
    responses=problems(LoginFailed, AccountSuspended, Unavailable),
)
async def log_in(
    body: LoginBody,
    response: Response,
    device: DeviceDep,
    db: Db,
    passwords: PasswordsDep,
    tokens: AccessTokensDep,
    settings: AppSettings,
) -> Tokens:
    """For anybody with an account. Starts an auth session; unknown address and wrong password answer alike. With
    `mode: cookie` the tokens are set as HttpOnly cookies and not shown."""
    pair = await _log_in(body.email, body.password, device, db, passwords, settings)
    cookies = response if body.mode == "cookie" else None
    return deliver(pair, tokens, refresh_life=settings.refresh_token_life, cookies=cookies)


@router.post(
    "/token",
    operation_id="auth.token",
    summary="Log in by OAuth 2 password form (Swagger UI)",
    openapi_extra=audience("public"),
    responses=problems(LoginFailed, AccountSuspended, Unavailable),
)
async def issue_token(
    username: Annotated[str, Form(description="The account's e-mail address.", max_length=254)],
    password: Annotated[str, Form(description="The account's password.", max_length=256)],
    device: DeviceDep,
    db: Db,
    passwords: PasswordsDep,
    tokens: AccessTokensDep,
    settings: AppSettings,
) -> Tokens:
    """For Swagger UI's Authorize button, which sends a form. Does what log-in does in token mode."""
    pair = await _log_in(username.strip().lower(), password, device, db, passwords, settings)
    return deliver(pair, tokens, refresh_life=settings.refresh_token_life, cookies=None)


@router.post(
    "/refresh",
    operation_id="auth.refresh",
    summary="Exchange the refresh token",
    openapi_extra=audience("public"),
    responses=problems(RefreshTokenInvalid, RefreshInProgress, AccountSuspended, CookieFromForeignOrigin),
)
async def refresh(
    body: RefreshBody, request: Request, response: Response, db: Db, tokens: AccessTokensDep, settings: AppSettings
) -> Tokens:
    """For whoever holds the newest refresh token. It works once; using an older one again ends the auth session."""
    from_cookie = request.cookies.get(REFRESH_COOKIE) if body.refresh_token is None else None
    presented = body.refresh_token or from_cookie
    if presented is None:
        raise RefreshTokenInvalid
    if from_cookie:
        refuse_foreign_origin(request, settings)
    pair = service.unwrap_refresh(await db.write(service.refresh, presented, settings.refresh_token_life))
    cookies = response if from_cookie else None
    return deliver(pair, tokens, refresh_life=settings.refresh_token_life, cookies=cookies)


@router.post(
    "/logout",
    operation_id="auth.logout",
    summary="Log out",
    status_code=204,
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(*LOGGED_IN),
)
async def log_out(response: Response, caller: CurrentUser, db: Db) -> None:
    """For anybody who is logged in. Ends this auth session: its tokens are refused at once."""
    await db.write(service.log_out, AuthSessionId(caller.auth_session_id))
    clear_cookies(response)


@well_known.get(
    "/jwks.json",
    operation_id="auth.jwks",
    summary="List the keys of access tokens",
    openapi_extra=audience("public"),
    responses=problems(),
)
async def read_jwks(response: Response, tokens: AccessTokensDep) -> Jwks:
    """For services that verify our access tokens. Current key and the retired ones that are still accepted."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return Jwks(keys=tokens.jwks["keys"])
