"""Logging in, staying logged in, logging out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.core.errors import NotAuthenticated, Unavailable
from app.domains.auth import service
from app.domains.auth.deps import (
    REFRESH_COOKIE,
    AccessTokensDep,
    Arrival,
    ArrivalDep,
    PasswordCheck,
    PasswordCheckDep,
    clear_cookies,
    deliver,
    refuse_foreign_origin,
)
from app.domains.auth.errors import (
    CookieFromForeignOrigin,
    LogInChallengeEnded,
    LoginFailed,
    RefreshInProgress,
    RefreshTokenInvalid,
    SecondFactorNeeded,
    SecondFactorRefused,
)
from app.domains.auth.schemas import LoginBody, RefreshBody, SecondFactorBody, Tokens
from app.domains.auth.types import AuthSessionId, TokenPair
from app.domains.mfa.deps import SealDep
from app.domains.mfa.errors import TooManyCodes
from app.domains.mfa.service import limited_codes
from app.edge.deps import AppSettings, Db, Kv
from app.edge.limits import LOGIN, limited
from app.edge.openapi import MEMBERS, WITH_TOKEN, audience
from app.edge.principal import LOGGED_IN, AccountSuspended, OptionalUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/auth", tags=["auth"], route_class=StrictRoute)
_FROM_COOKIE = RefreshBody(refresh_token=None)


async def _log_in(email: str, password: str, arrival: Arrival, db: Db, kv: Kv, check: PasswordCheck) -> TokenPair:
    found = await check(email, password, arrival.device.network)
    if found.is_suspended:
        raise AccountSuspended
    outcome = await db.write(service.log_in, found, arrival.life, arrival.device)
    return await service.unwrap_log_in(kv, db.clock.now(), outcome)


@router.post(
    "/login",
    operation_id="auth.login",
    summary="Log in",
    openapi_extra=audience("public") | limited(LOGIN),
    responses=problems(LoginFailed, SecondFactorNeeded, AccountSuspended, CookieFromForeignOrigin, Unavailable),
)
async def log_in(body: LoginBody, arrival: ArrivalDep, db: Db, kv: Kv, check: PasswordCheckDep) -> Tokens:
    """For anybody with an account. Starts an auth session; unknown address and wrong password answer alike. After
    five wrong passwords for an address from one network that network has to wait; the owner elsewhere has not. With
    `mode: cookie` the tokens are set as HttpOnly cookies and not shown. An account with a second factor gets a
    `challenge` instead, to be sent with a code to POST /api/auth/login/second-factor."""
    if body.mode == "cookie":
        arrival.refuse_foreign_page()
    return arrival.deliver(await _log_in(body.email, body.password, arrival, db, kv, check), body.mode)


@router.post(
    "/login/second-factor",
    operation_id="auth.log_in_second_factor",
    summary="Finish a log-in with a code",
    openapi_extra=audience("public") | limited(LOGIN),
    responses=problems(
        SecondFactorRefused, LogInChallengeEnded, AccountSuspended, CookieFromForeignOrigin, TooManyCodes
    ),
)
async def log_in_second_factor(body: SecondFactorBody, arrival: ArrivalDep, db: Db, kv: Kv, seal: SealDep) -> Tokens:
    """For whoever got a `challenge` from a log-in. Starts the auth session; a challenge works once, takes five wrong
    codes at the most and ends after five minutes. A used recovery code is told to its owner by mail."""
    if body.mode == "cookie":
        arrival.refuse_foreign_page()
    async with (
        service.answering_challenge(kv, db.clock.now(), body.challenge) as pending,
        limited_codes(kv, pending.user_id, body.code, password_mark=pending.password_mark),
    ):
        pair = await db.write(service.finish_log_in, seal, pending, body.code, arrival.life, arrival.device)
    return arrival.deliver(pair, body.mode)


@router.post(
    "/token",
    operation_id="auth.token",
    summary="Log in by OAuth 2 password form (Swagger UI)",
    openapi_extra=audience("public") | limited(LOGIN),
    responses=problems(LoginFailed, SecondFactorNeeded, AccountSuspended, CookieFromForeignOrigin, Unavailable),
)
async def issue_token(
    username: Annotated[str, Form(description="The account's e-mail address.", max_length=254)],
    password: Annotated[str, Form(description="The account's password.", max_length=256)],
    arrival: ArrivalDep,
    db: Db,
    kv: Kv,
    check: PasswordCheckDep,
) -> Tokens:
    """For Swagger UI's Authorize button, which sends a form. Does what log-in does in token mode; an account
    with a second factor has to log in there."""
    arrival.refuse_foreign_page()
    pair = await _log_in(username.strip().lower(), password, arrival, db, kv, check)
    return arrival.deliver(pair, "token")


@router.post(
    "/refresh",
    operation_id="auth.refresh",
    summary="Exchange the refresh token",
    openapi_extra=audience("public"),
    responses=problems(RefreshTokenInvalid, RefreshInProgress, AccountSuspended, CookieFromForeignOrigin),
)
async def refresh(
    request: Request,
    response: Response,
    db: Db,
    tokens: AccessTokensDep,
    settings: AppSettings,
    body: RefreshBody = _FROM_COOKIE,
) -> Tokens:
    """For whoever holds the newest refresh token. It works once. Sent again within 10 seconds, as by
    a second tab, it is refused and nothing happens; later that ends the auth session, for it was copied."""
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
    openapi_extra=MEMBERS | WITH_TOKEN,
    responses=problems(*LOGGED_IN, CookieFromForeignOrigin),
)
async def log_out(request: Request, response: Response, caller: OptionalUser, db: Db, settings: AppSettings) -> None:
    """For anybody who is logged in. Ends this auth session: its tokens are refused at once. The refresh cookie alone
    will do, for the access cookie goes by itself after 15 minutes."""
    refresh_cookie = request.cookies.get(REFRESH_COOKIE)
    if caller is not None:
        await db.write(service.log_out, AuthSessionId(caller.auth_session_id))
    elif refresh_cookie is not None:
        refuse_foreign_origin(request, settings)
        await db.write(service.log_out_by_refresh_token, refresh_cookie)
    else:
        raise NotAuthenticated
    clear_cookies(response)
