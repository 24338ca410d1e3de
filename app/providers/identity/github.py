"""GitHub behind `IdentityProvider`: plain OAuth 2, then two questions about the person."""

import asyncio
from typing import Final, TypeVar

import httpx
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.calls import TIMEOUT, bounded_call
from app.providers.identity.grant import CodeGrant, Registration
from app.providers.identity.port import ExternalPerson

GITHUB: Final = "https://github.com"
_SCOPE: Final = "read:user user:email"
_HEADERS: Final = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": "2022-11-28",
    "User-Agent": "PeerLoop/0.1",  # GitHub refuses requests without one
}
T = TypeVar("T")


class _User(BaseModel):
    id: int = Field(ge=1)
    login: str
    name: str | None = None


class _Email(BaseModel):
    email: str
    primary: bool
    verified: bool


_UserBody = TypeAdapter(_User)
_EmailsBody = TypeAdapter(list[_Email])


class GitHubIdentity:
    """Sign-in at `url`: GitHub, or a GitHub Enterprise Server. The caller owns `http`."""

    def __init__(self, ours: Registration, url: str, http: httpx.AsyncClient) -> None:
        self.issuer = f"{url}/login/oauth"
        self._api = "https://api.github.com" if url == GITHUB else f"{url}/api/v3"
        self._grant = CodeGrant(
            ours, authorize_url=f"{self.issuer}/authorize", token_url=f"{self.issuer}/access_token", http=http
        )
        self._http = http

    def authorization_url(self, *, state: str, nonce: str, code_challenge: str) -> str:  # noqa: ARG002 - no ID token
        return self._grant.address(scope=_SCOPE, state=state, code_challenge=code_challenge)

    async def identify(self, *, code: str, code_verifier: str, nonce: str) -> ExternalPerson:  # noqa: ARG002
        token = (await self._grant.redeem(code, code_verifier)).get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise ProviderRejected
        user, emails = await asyncio.gather(
            self._ask("/user", token, _UserBody), self._ask("/user/emails", token, _EmailsBody)
        )
        email = next((each for each in emails if each.primary), None)
        return ExternalPerson(
            subject=str(user.id),  # the login can be changed, and taken by somebody else
            email=email.email if email else None,
            is_email_verified=email is not None and email.verified,
            name=user.name or user.login,
        )

    async def _ask(self, path: str, token: str, body: TypeAdapter[T]) -> T:
        async with bounded_call():
            response = await self._http.get(
                f"{self._api}{path}", headers=_HEADERS | {"Authorization": f"Bearer {token}"}, timeout=TIMEOUT
            )
        if response.is_server_error or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise ProviderUnavailable
        try:
            return body.validate_json(response.raise_for_status().content)
        except (httpx.HTTPStatusError, ValidationError) as error:
            raise ProviderRejected from error
