"""Who is asking. The auth domain provides the authenticator; every domain's routes state their access rule by type.

Capabilities are read from the database on every request and never from the token.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Protocol

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer, OAuth2PasswordBearer

from app.core.errors import Forbidden, NotAuthenticated, Problem
from app.edge.deps import Db

ACCESS_COOKIE = "__Host-peerloop_access"
RECENT = timedelta(minutes=15)
"""How long a proof of who somebody is counts for what moves money or roles (step-up, RFC 9470)."""


class EmailNotVerified(Forbidden):
    """The caller has not confirmed the address yet."""

    code = "email_not_verified"
    title = "Confirm your e-mail address first."
    hint = "Follow the link in the mail we sent, or ask for a new one with POST /api/auth/resend-verification."


class AccountSuspended(Forbidden):
    """The account was suspended by an administrator."""

    code = "account_suspended"
    title = "This account is suspended."
    hint = "Write to the support address to have it looked at."


class StepUpNeeded(Problem):
    """The log-in is too old for what moves money or roles, or shows everything about a person."""

    status, code = 401, "step_up_needed"
    title = "Confirm that it is you."
    hint = "Send the password or a code to POST /api/auth/step-up, or a passkey to POST /api/auth/step-up/passkey; then repeat this request."


LOGGED_IN = (NotAuthenticated, AccountSuspended)
"""What `CurrentUser` can answer; for the route's `problems(…)`."""

VERIFIED = (*LOGGED_IN, EmailNotVerified)
"""What `VerifiedUser` can answer."""

RECENTLY_LOGGED_IN = (*LOGGED_IN, StepUpNeeded)
"""What `RecentUser` can answer."""

ADMIN = (*LOGGED_IN, Forbidden)
"""What `AdminUser` can answer."""

RECENT_ADMIN = (*ADMIN, StepUpNeeded)
"""What `RecentAdmin` can answer."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of a request, as the database knows it now."""

    user_id: str
    auth_session_id: str
    authenticated_at: datetime
    is_email_verified: bool
    is_admin: bool
    can_moderate_courses: bool
    can_create_courses: bool
    can_teach_courses: bool


class Authenticator(Protocol):
    """Finds out who sent a request. Raises `NotAuthenticated` or `AccountSuspended`."""

    async def __call__(self, request: Request) -> Principal: ...


# These only describe the schemes in the OpenAPI document; the authenticator reads the request itself.
_PASSWORD_FLOW = OAuth2PasswordBearer("/api/auth/token", scheme_name="password", auto_error=False)
_BEARER = HTTPBearer(scheme_name="bearer", auto_error=False, description="An access token from POST /api/auth/login.")

_COOKIE = APIKeyCookie(
    name=ACCESS_COOKIE,
    scheme_name="cookie",
    auto_error=False,
    description="The HttpOnly cookie that a log-in with `mode: cookie` sets, for our own pages: what changes something "
    "must come with an `Origin` of ours.",
)


async def _current_user(
    request: Request,
    _flow: Annotated[object, Security(_PASSWORD_FLOW)],
    _bearer: Annotated[object, Security(_BEARER)],
    _cookie: Annotated[object, Security(_COOKIE)],
) -> Principal:
    authenticator: Authenticator = request.app.state.authenticator
    return await authenticator(request)


async def _optional_user(request: Request) -> Principal | None:
    if not {"authorization", "cookie"} & set(request.headers):
        return None
    authenticator: Authenticator = request.app.state.authenticator
    try:
        return await authenticator(request)
    except NotAuthenticated:
        return None


def require_recent(principal: Principal, now: datetime) -> Principal:
    """The same person. Raises `StepUpNeeded` when the last proof of who it is is too old."""
    if now - principal.authenticated_at > RECENT:
        raise StepUpNeeded
    return principal


async def _recent_user(principal: "CurrentUser", db: Db) -> Principal:
    return require_recent(principal, db.clock.now())


async def _admin_user(principal: "CurrentUser") -> Principal:
    if not principal.is_admin:
        raise Forbidden
    return principal


async def _recent_admin(principal: "AdminUser", db: Db) -> Principal:
    return require_recent(principal, db.clock.now())


async def _verified_user(principal: "CurrentUser") -> Principal:
    if not principal.is_email_verified:
        raise EmailNotVerified
    return principal


CurrentUser = Annotated[Principal, Depends(_current_user)]
"""Anybody who is logged in."""

OptionalUser = Annotated[Principal | None, Depends(_optional_user)]
"""Anybody; known when logged in."""

VerifiedUser = Annotated[Principal, Depends(_verified_user)]
"""Logged in with a confirmed address: needed before buying, teaching or posting."""

RecentUser = Annotated[Principal, Depends(_recent_user)]
"""Logged in, and proved it in the last 15 minutes."""

AdminUser = Annotated[Principal, Depends(_admin_user)]
"""An administrator."""

RecentAdmin = Annotated[Principal, Depends(_recent_admin)]
"""An administrator who proved it in the last 15 minutes: needed to change roles or move money."""
