"""/api/auth/google, /api/auth/github, /api/auth/identities: sign in with an account elsewhere, and link one.

What begins and ends here is a browser's way: the answers of the callbacks are redirects, those of failures too.
"""

import logging
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.core.config import Settings
from app.core.errors import ProviderRejected, ProviderUnavailable, Unavailable
from app.core.logging import log_event
from app.db.database import Database
from app.domains.auth import service as auth
from app.domains.auth.deps import AccessTokensDep, DeviceDep, deliver
from app.domains.auth.errors import OnlyWayIn
from app.domains.auth.types import PendingLogIn
from app.domains.oauth import service
from app.domains.oauth.deps import (
    BROWSER_COOKIE,
    AnswerDep,
    Flows,
    FlowsDep,
    IdentitiesDep,
    browser_of,
    find_provider,
    mark_browser,
)
from app.domains.oauth.errors import IdentityNotLinked, ProviderNotConfigured, SignInError, SignInRefused
from app.domains.oauth.models import ExternalIdentity
from app.domains.oauth.schemas import Identities, Identity, LinkBegun, LinkBody, ReturnTo
from app.domains.oauth.service import SignInTerms
from app.domains.oauth.types import Flow, Linker, Proven, ProviderAnswer
from app.domains.users.types import UserId
from app.edge.deps import AppSettings, Db
from app.edge.limits import OAUTH, limited
from app.edge.openapi import MEMBERS, audience
from app.edge.principal import (
    LOGGED_IN,
    RECENTLY_LOGGED_IN,
    CurrentUser,
    EmailNotVerified,
    RecentUser,
)
from app.edge.problems import problems
from app.edge.routing import CallbackRoute, StrictRoute
from app.providers.identity.port import ProviderName

router = APIRouter(prefix="/api/auth", tags=["oauth"], route_class=StrictRoute)
callbacks = APIRouter(prefix="/api/auth", tags=["oauth"], route_class=CallbackRoute)

_SIGN_IN_PAGE = "/sign-in"
ReturnToQuery = Annotated[ReturnTo, Query()]
ProviderPath = Annotated[
    str, Path(pattern="^[a-z0-9]{2,20}$", description="Where the account is: google or github.", examples=["google"])
]

logger = logging.getLogger(__name__)


async def _begin(name: ProviderName, return_to: str, request: Request, flows: Flows) -> Response:
    browser = browser_of(request)
    response = RedirectResponse(await flows.begin(name, browser, return_to), 303)
    mark_browser(response, browser)
    return response


@router.get(
    "/google",
    operation_id="oauth.google",
    summary="Sign in with Google",
    status_code=303,
    response_class=RedirectResponse,
    response_description="Off to Google.",
    openapi_extra=audience("public") | limited(OAUTH),
    responses=problems(ProviderNotConfigured, ProviderUnavailable),
)
async def begin_google(request: Request, flows: FlowsDep, return_to: ReturnToQuery = "/") -> Response:
    """For anybody's browser. Sends it to Google and marks it with a cookie for ten minutes; nothing else changes."""
    return await _begin(ProviderName.GOOGLE, return_to, request, flows)


@router.get(
    "/github",
    operation_id="oauth.github",
    summary="Sign in with GitHub",
    status_code=303,
    response_class=RedirectResponse,
    response_description="Off to GitHub.",
    openapi_extra=audience("public") | limited(OAUTH),
    responses=problems(ProviderNotConfigured, ProviderUnavailable),
)
async def begin_github(request: Request, flows: FlowsDep, return_to: ReturnToQuery = "/") -> Response:
    """For anybody's browser. Sends it to GitHub and marks it with a cookie for ten minutes; nothing else changes."""
    return await _begin(ProviderName.GITHUB, return_to, request, flows)


@dataclass(frozen=True, slots=True)
class _Callback:
    """What the end of a way needs."""

    request: Request
    answer: ProviderAnswer
    flows: Flows
    db: Database
    settings: Settings
    tokens: AccessTokensDep
    device: DeviceDep

    async def finish(self, name: ProviderName) -> Response:
        """A redirect into the app, in every case; the cause of a failure is one of `SignInError`."""
        page = _SIGN_IN_PAGE
        try:
            flow = await self._flow(name)
            page = flow.return_to if flow.linker else page
            proven = await self._prove(flow)
            if flow.linker is None:
                return await self._sign_in(flow, proven)
            await self.db.write(service.link, proven, flow.linker)
            return RedirectResponse(f"{self.settings.app_url}{flow.return_to}", 303)
        except SignInRefused as refusal:
            return self._fail(name, page, refusal.error)
        except ProviderRejected:
            return self._fail(name, page, SignInError.PROVIDER_REFUSED)
        except (ProviderUnavailable, Unavailable):
            return self._fail(name, page, SignInError.TRY_AGAIN)

    async def _flow(self, name: ProviderName) -> Flow:
        browser = self.request.cookies.get(BROWSER_COOKIE, "")
        flow = await self.flows.take(self.answer.state, browser) if self.answer.state else None
        if flow is None or flow.provider != name:
            raise SignInRefused(SignInError.STATE_INVALID)
        return flow

    async def _prove(self, flow: Flow) -> Proven:
        """Whom the provider vouches for. Another issuer in the answer is a mix-up (RFC 9207, 2.4)."""
        provider, answer = find_provider(self.flows.identities, flow.provider), self.answer
        if answer.iss not in (None, provider.issuer):
            raise ProviderRejected
        if answer.code is None or answer.error is not None:
            is_choice = answer.error == "access_denied"
            raise SignInRefused(SignInError.CANCELLED if is_choice else SignInError.PROVIDER_REFUSED)
        person = await provider.identify(code=answer.code, code_verifier=flow.code_verifier, nonce=flow.nonce)
        return Proven(flow.provider, provider.issuer, person)

    async def _sign_in(self, flow: Flow, proven: Proven) -> Response:
        life = self.settings.refresh_token_life
        terms = SignInTerms(life, self.device, is_by_invitation=self.settings.invitation_only)
        outcome = await self.db.write(service.sign_in, proven, terms)
        if isinstance(outcome, PendingLogIn):
            return await self._ask_second_factor(flow, outcome)
        response = RedirectResponse(f"{self.settings.app_url}{flow.return_to}", 303)
        deliver(outcome, self.tokens, refresh_life=life, cookies=response)
        return response

    async def _ask_second_factor(self, flow: Flow, pending: PendingLogIn) -> Response:
        """The challenge goes behind the `#`, which browsers keep to themselves: it is in no log and no Referer."""
        challenge = await auth.challenge_second_factor(self.flows.kv, self.db.clock.now(), pending)
        return_to = quote(flow.return_to, safe="")
        page = f"{self.settings.app_url}{_SIGN_IN_PAGE}?return_to={return_to}#challenge={challenge}"
        return RedirectResponse(page, 303)

    def _fail(self, name: ProviderName, page: str, error: SignInError) -> Response:
        log_event(logger, "oauth.refused", provider=name.value, error=error.value)
        joint = "&" if "?" in page else "?"
        return RedirectResponse(f"{self.settings.app_url}{page}{joint}error={error}", 303)


async def _callback(
    request: Request,
    answer: AnswerDep,
    flows: FlowsDep,
    db: Db,
    settings: AppSettings,
    tokens: AccessTokensDep,
    device: DeviceDep,
) -> _Callback:
    return _Callback(request, answer, flows, db, settings, tokens, device)


CallbackDep = Annotated[_Callback, Depends(_callback)]


@callbacks.get(
    "/google/callback",
    operation_id="oauth.google_callback",
    summary="Come back from Google",
    status_code=303,
    response_class=RedirectResponse,
    response_description="Into the app: logged in, linked, or with `error`.",
    openapi_extra=audience("public") | limited(OAUTH),
    responses=problems(),
)
async def finish_google(callback: CallbackDep) -> Response:
    """For the browser that left for Google, once. Logs in with cookies, making a verified account the first time, or
    links; then leads to the path that was asked for. `error` is one of state_invalid, cancelled, provider_refused,
    try_again, email_unverified, account_exists, account_suspended, invitation_needed, identity_taken, already_linked
    and not_logged_in; nothing has changed then. Where there is a second factor, the app's sign-in page gets a
    `#challenge=` for POST /api/auth/login/second-factor instead of cookies."""
    return await callback.finish(ProviderName.GOOGLE)


@callbacks.get(
    "/github/callback",
    operation_id="oauth.github_callback",
    summary="Come back from GitHub",
    status_code=303,
    response_class=RedirectResponse,
    response_description="Into the app: logged in, linked, or with `error`.",
    openapi_extra=audience("public") | limited(OAUTH),
    responses=problems(),
)
async def finish_github(callback: CallbackDep) -> Response:
    """For the browser that left for GitHub, once. Does what the callback of Google does, with the same values of
    `error`."""
    return await callback.finish(ProviderName.GITHUB)


@router.get(
    "/identities",
    operation_id="oauth.identities",
    summary="List the caller's accounts elsewhere",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN),
)
async def list_identities(caller: CurrentUser, identities: IdentitiesDep, db: Db) -> Identities:
    """For anybody who is logged in. Only their own, at providers that are in use here. Changes nothing."""
    names = {provider.issuer: name for name, provider in identities.items()}
    found = await db.read(service.list_identities, UserId(caller.user_id), list(names))
    return Identities(items=[_identity(each, names[each.issuer]) for each in found])


def _identity(found: ExternalIdentity, name: str) -> Identity:
    return Identity(provider=ProviderName(name), linked_at=found.created_at, last_used_at=found.last_used_at)


@router.post(
    "/identities/{provider}/link",
    operation_id="oauth.link",
    summary="Begin to link an account elsewhere",
    openapi_extra=MEMBERS,
    responses=problems(*RECENTLY_LOGGED_IN, EmailNotVerified, ProviderNotConfigured, ProviderUnavailable),
)
async def begin_link(
    provider: ProviderPath, body: LinkBody, caller: RecentUser, request: Request, response: Response, flows: FlowsDep
) -> LinkBegun:
    """For members with a confirmed address who proved who they are in the last 15 minutes. Answers where to send this
    same browser, which is marked with a cookie; the account is linked when it comes back, and its owner gets a mail."""
    find_provider(flows.identities, provider)
    if not caller.is_email_verified:  # else a stranger could leave a way in for when the owner proves the address
        raise EmailNotVerified
    browser = browser_of(request)
    linker = Linker(UserId(caller.user_id), caller.auth_session_id)
    address = await flows.begin(ProviderName(provider), browser, body.return_to, linker)
    mark_browser(response, browser)
    return LinkBegun(authorization_url=address)


@router.delete(
    "/identities/{provider}",
    operation_id="oauth.unlink",
    summary="Unlink an account elsewhere",
    status_code=204,
    openapi_extra=MEMBERS,
    responses=problems(*RECENTLY_LOGGED_IN, ProviderNotConfigured, IdentityNotLinked, OnlyWayIn),
)
async def unlink(provider: ProviderPath, caller: RecentUser, identities: IdentitiesDep, db: Db) -> None:
    """For members who proved who they are in the last 15 minutes. It no longer logs them in, and they get a mail;
    refused while there is neither a password nor a passkey nor another linked account."""
    await db.write(service.unlink, UserId(caller.user_id), find_provider(identities, provider).issuer)
