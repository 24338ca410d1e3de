"""Logging in, staying logged in, logging out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.core.errors import Unavailable
from app.domains.auth import service
from app.domains.auth.deps import (
    REFRESH_COOKIE,
    AccessTokensDep,
    DeviceDep,
    PasswordCheck,
    PasswordCheckDep,
    clear_cookies,
    deliver,
    refuse_foreign_origin,
)
from app.domains.auth.errors import CookieFromForeignOrigin, LoginFailed, RefreshInProgress, RefreshTokenInvalid
from app.domains.auth.schemas import LoginBody, RefreshBody, Tokens
from app.domains.auth.types import AuthSessionId, Device, TokenPair
from app.edge.deps import AppSettings, Db
from app.edge.limits import LOGIN, limited
from app.edge.openapi import audience
from app.edge.principal import LOGGED_IN, AccountSuspended, CurrentUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(route_class=StrictRoute)


async def _log_in(
    email: str, password: str, device: Device, db: Db, check: PasswordCheck, settings: AppSettings
) -> TokenPair:
    found = await check(email, password, device.network)
    if found.is_suspended:
        raise AccountSuspended
    return await db.write(service.log_in, found, settings.refresh_token_life, device)


@router.post(
    "/login",
    operation_id="auth.login",
    summary="Log in",
    openapi_extra=audience("public") | limited(LOGIN),
    responses=problems(LoginFailed, AccountSuspended, Unavailable),
)
async def log_in(
    body: LoginBody,
    response: Response,
    device: DeviceDep,
    db: Db,
    check: PasswordCheckDep,
    tokens: AccessTokensDep,
    settings: AppSettings,
) -> Tokens:
    """For anybody with an account. Starts an auth session; unknown address and wrong password answer alike. After
    five wrong passwords for an address from one network that network has to wait; the owner elsewhere has not. With
    `mode: cookie` the tokens are set as HttpOnly cookies and not shown."""
    pair = await _log_in(body.email, body.password, device, db, check, settings)
    cookies = response if body.mode == "cookie" else None
    return deliver(pair, tokens, refresh_life=settings.refresh_token_life, cookies=cookies)


@router.post(
    "/token",
    operation_id="auth.token",
    summary="Log in by OAuth 2 password form (Swagger UI)",
    openapi_extra=audience("public") | limited(LOGIN),
    responses=problems(LoginFailed, AccountSuspended, Unavailable),
)
async def issue_token(
    username: Annotated[str, Form(description="The account's e-mail address.", max_length=254)],
    password: Annotated[str, Form(description="The account's password.", max_length=256)],
    device: DeviceDep,
    db: Db,
    check: PasswordCheckDep,
    tokens: AccessTokensDep,
    settings: AppSettings,
) -> Tokens:
    """For Swagger UI's Authorize button, which sends a form. Does what log-in does in token mode."""
    pair = await _log_in(username.strip().lower(), password, device, db, check, settings)
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
