"""How a request shows who it comes from: Bearer for tools, HttpOnly cookies for our own pages."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated, Literal, TypeAlias

from fastapi import Depends, Request, Response

from app.core.config import Settings
from app.core.errors import NotAuthenticated
from app.core.mail_tokens import MailTokens
from app.db.database import Database
from app.domains.auth import service
from app.domains.auth.errors import (
    CaptchaFailed,
    CaptchaNeeded,
    CookieFromForeignOrigin,
    LoginFailed,
    PasswordRefused,
)
from app.domains.auth.passwords import Passwords
from app.domains.auth.policies import PasswordRules
from app.domains.auth.schemas import Tokens
from app.domains.auth.tokens import AccessTokens
from app.domains.auth.types import Device, NewPassword, TokenPair
from app.domains.invitations.types import InvitationId
from app.domains.mfa import service as mfa
from app.domains.users import service as users
from app.domains.users.errors import PasswordNotSet, WrongPassword
from app.domains.users.types import UserId, password_length
from app.edge.attempts import Attempts, AttemptsDep
from app.edge.client import client_address, network_of
from app.edge.deps import AppSettings, Db, MailTokensDep, state
from app.edge.principal import ACCESS_COOKIE, Principal, require_recent
from app.providers.breaches.port import BreachDirectory
from app.providers.captcha.port import CaptchaProvider

REFRESH_COOKIE = "__Host-peerloop_refresh"
_LONGEST_DEVICE = 200
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class RequestAuthenticator:
    """The `Authenticator` of this service; installed by `app.main`."""

    def __init__(self, db: Database, tokens: AccessTokens, settings: Settings) -> None:
        self._db = db
        self._tokens = tokens
        self._settings = settings

    async def __call__(self, request: Request) -> Principal:
        token = bearer_token(request) or self._cookie_token(request)
        if token is None:
            raise NotAuthenticated
        claims = self._tokens.verify(token, self._db.clock.now())
        return await self._db.look_up(service.authenticate, claims)

    def _cookie_token(self, request: Request) -> str | None:
        token = request.cookies.get(ACCESS_COOKIE)
        if token is not None:
            refuse_foreign_origin(request, self._settings)
        return token


def bearer_token(request: Request) -> str | None:
    """The token of the Authorization header. Raises `NotAuthenticated` for another scheme (RFC 6750)."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated
    return token


def refuse_foreign_origin(request: Request, settings: Settings) -> None:
    """A cookie travels by itself; what changes something must come from one of our own origins."""
    if request.method not in _SAFE_METHODS and request.headers.get("origin") not in settings.origins:
        raise CookieFromForeignOrigin


def deliver(pair: TokenPair, tokens: AccessTokens, *, refresh_life: timedelta, cookies: Response | None) -> Tokens:
    """The answer to a log-in: tokens in the body, or in cookies that scripts cannot read."""
    access = tokens.issue(user_id=pair.user_id, auth_session_id=pair.auth_session_id, now=pair.issued_at)
    expires_in = int(tokens.life.total_seconds())
    if cookies is None:
        return Tokens(access_token=access, refresh_token=pair.refresh_token, expires_in=expires_in)
    _set_cookie(cookies, ACCESS_COOKIE, access, tokens.life)
    _set_cookie(cookies, REFRESH_COOKIE, pair.refresh_token, refresh_life)
    return Tokens(access_token=None, refresh_token=None, expires_in=expires_in)


def _set_cookie(response: Response, name: str, value: str, life: timedelta) -> None:
    max_age = int(life.total_seconds())
    response.set_cookie(name, value, max_age=max_age, path="/", secure=True, httponly=True, samesite="lax")


def clear_cookies(response: Response) -> None:
    for name in (ACCESS_COOKIE, REFRESH_COOKIE):
        response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")


async def _device(request: Request, settings: AppSettings) -> Device:
    """The client as its owner would recognize it. The header is text of a stranger: one short printable line of it."""
    name = "".join(char for char in request.headers.get("user-agent", "") if char.isprintable())
    return Device(name[:_LONGEST_DEVICE] or None, network_of(client_address(request.scope, settings.tunnel)))


@dataclass(frozen=True, slots=True)
class OwnPasswordCheck:
    """Checks the password of somebody who is logged in: whoever took a log-in over must not be able to guess it."""

    db: Database
    passwords: Passwords
    attempts: Attempts
    network: str | None

    async def __call__(self, user_id: UserId, password: str) -> str:
        """The hash that the password was found to match.

        Raises `PasswordNotSet`, `WrongPassword` and `TooManyRequests`.
        """
        password_hash = await self.db.read(users.password_hash_of, user_id)
        if password_hash is None:
            raise PasswordNotSet
        async with self.attempts.guard(user_id, self.network, WrongPassword, is_home=_nowhere):
            if not await self.passwords.matches(password, password_hash):
                raise WrongPassword
        return password_hash


async def refuse_stale_second_factor(db: Database, caller: Principal) -> None:
    """Where there is a second factor the password alone proves nothing: the person must have shown both lately. Raises
    `StepUpNeeded`."""
    if await db.read(mfa.has_second_factor, UserId(caller.user_id)):
        require_recent(caller, db.clock.now())


async def _nowhere() -> bool:
    """A log-in that is being used may be the thief's, wherever it comes from."""
    return False


async def _own_password_check(
    db: Db, passwords: "PasswordsDep", attempts: AttemptsDep, device: "DeviceDep"
) -> OwnPasswordCheck:
    return OwnPasswordCheck(db, passwords, attempts, device.network)


class NewPasswords:
    """Takes a new password, or refuses it."""

    def __init__(self, passwords: Passwords, breaches: BreachDirectory | None) -> None:
        self._passwords = passwords
        self._breaches = breaches

    async def accept(self, password: str, rules: PasswordRules) -> NewPassword:
        """Raises `PasswordRefused`."""
        await self._passwords.run(partial(rules.check, password))
        if self._breaches is not None and await self._breaches.holds(password):
            raise PasswordRefused("It was found in a breach elsewhere.", reason="breached")
        return NewPassword(await self._passwords.hash(password), password_length(password))


async def _new_passwords(
    passwords: "PasswordsDep", breaches: Annotated[BreachDirectory | None, Depends(state("providers.breaches"))]
) -> NewPasswords:
    return NewPasswords(passwords, breaches)


@dataclass(frozen=True, slots=True)
class SignupGate:
    """Who may sign up at all."""

    captcha: CaptchaProvider | None
    address: str
    invitations: MailTokens | None

    async def check_captcha(self, token: str | None) -> None:
        """Raises `CaptchaNeeded`, `CaptchaFailed`, `ProviderUnavailable`."""
        if self.captcha is None:
            return
        if token is None:
            raise CaptchaNeeded
        if not await self.captcha.passes(token, address=self.address, action="signup"):
            raise CaptchaFailed

    @property
    def is_by_invitation(self) -> bool:
        return self.invitations is not None

    def read_invitation(self, token: str | None) -> InvitationId | None:
        """The invitation that a mailed text stands for, if it is one of ours."""
        found = self.invitations.read(token, "invitation") if self.invitations and token else None
        return InvitationId(found) if found else None


async def _signup_gate(
    request: Request,
    settings: AppSettings,
    mail_tokens: "MailTokensDep",
    captcha: Annotated[CaptchaProvider | None, Depends(state("providers.captcha"))],
) -> SignupGate:
    address = str(client_address(request.scope, settings.tunnel))
    return SignupGate(captcha, address, mail_tokens if settings.invitation_only else None)


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """Finds the account of an address and checks its password; wrong ones are counted, for unknown addresses too.

    Raises `LoginFailed`, or `TooManyRequests` before anything is hashed or written.
    """

    db: Database
    passwords: Passwords
    attempts: Attempts

    async def __call__(self, email: str, password: str, network: str | None) -> service.Credentials:
        is_home = partial(self.db.read, service.was_used_from, email, network)
        async with self.attempts.guard(email, network, LoginFailed, is_home=is_home):
            found = await self.db.read(service.find_credentials, email)
            if not await self.passwords.matches(password, found.password_hash):
                raise LoginFailed
        return found


async def _password_check(db: Db, passwords: "PasswordsDep", attempts: AttemptsDep) -> PasswordCheck:
    return PasswordCheck(db, passwords, attempts)


DeviceDep = Annotated[Device, Depends(_device)]
PasswordsDep = Annotated[Passwords, Depends(state("passwords"))]
SignupGateDep = Annotated[SignupGate, Depends(_signup_gate)]
NewPasswordsDep = Annotated[NewPasswords, Depends(_new_passwords)]
OwnPasswordCheckDep = Annotated[OwnPasswordCheck, Depends(_own_password_check)]
PasswordCheckDep = Annotated[PasswordCheck, Depends(_password_check)]
AccessTokensDep = Annotated[AccessTokens, Depends(state("access_tokens"))]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that may become a log-in: where it comes from, how long it would last, how its tokens are handed
    over."""

    device: Device
    life: timedelta
    tokens: AccessTokens
    response: Response
    is_from_foreign_page: bool

    def refuse_foreign_page(self) -> None:
        """A page that is not ours must neither log a browser in nor use up the attempts for an account. Raises
        `CookieFromForeignOrigin`; programs name no origin."""
        if self.is_from_foreign_page:
            raise CookieFromForeignOrigin

    def deliver(self, pair: TokenPair, mode: Literal["token", "cookie"]) -> Tokens:
        cookies = self.response if mode == "cookie" else None
        return deliver(pair, self.tokens, refresh_life=self.life, cookies=cookies)


async def _arrival(
    request: Request, device: DeviceDep, settings: AppSettings, tokens: AccessTokensDep, response: Response
) -> Arrival:
    origin = request.headers.get("origin")
    is_foreign = origin is not None and origin not in settings.origins
    return Arrival(device, settings.refresh_token_life, tokens, response, is_foreign)


ArrivalDep = Annotated[Arrival, Depends(_arrival)]
LogInAnswer: TypeAlias = Tokens
"""What `Arrival.deliver` answers, for routes of other domains that log somebody in."""
