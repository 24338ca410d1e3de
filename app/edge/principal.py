"""Who is asking. The auth domain provides the authenticator; every domain's routes state their access rule by type.

Capabilities are read from the database on every request and never from the token.
"""

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer, OAuth2PasswordBearer

from app.core.errors import Forbidden, NotAuthenticated


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


LOGGED_IN = (NotAuthenticated, AccountSuspended)
"""What `CurrentUser` can answer; for the route's `problems(…)`."""

VERIFIED = (*LOGGED_IN, EmailNotVerified)
"""What `VerifiedUser` can answer."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of a request, as the database knows it now."""

    user_id: str
    auth_session_id: str
    is_email_verified: bool
    is_admin: bool
    can_create_courses: bool
    can_teach_courses: bool


class Authenticator(Protocol):
    """Finds out who sent a request. Raises `NotAuthenticated` or `AccountSuspended`."""

    async def __call__(self, request: Request) -> Principal: ...


# Both only describe the scheme in the OpenAPI document; the authenticator reads the request itself.
_PASSWORD_FLOW = OAuth2PasswordBearer("/api/auth/token", scheme_name="password", auto_error=False)
_BEARER = HTTPBearer(scheme_name="bearer", auto_error=False, description="An access token from POST /api/auth/login.")


async def _current_user(
    request: Request, _flow: Annotated[object, Security(_PASSWORD_FLOW)], _bearer: Annotated[object, Security(_BEARER)]
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
