"""Google behind `IdentityProvider`: OpenID Connect with a signed ID token."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import httpx
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from app.core.clock import Clock
from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.calls import TIMEOUT, bounded_call
from app.providers.identity.grant import CodeGrant, Registration, json_object
from app.providers.identity.id_tokens import ALGORITHM, Expected, key_id, verify
from app.providers.identity.port import ExternalPerson
from app.providers.kv.port import KeyValueStore

GOOGLE: Final = "https://accounts.google.com"
_SCOPE: Final = "openid email profile"
_KEYS_LIFE: Final = timedelta(hours=1)  # Google's own answers live for some hours; an unknown key is asked for at once
_Keys = TypeAdapter(dict[str, dict[str, str]])


@dataclass(frozen=True, slots=True)
class _Places:
    """The addresses of a provider: those that Google documents, else those below `url`."""

    authorize: str
    token: str
    jwks: str

    @classmethod
    def of(cls, url: str) -> "_Places":
        if url == GOOGLE:
            return cls(
                authorize=f"{GOOGLE}/o/oauth2/v2/auth",
                token="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
                jwks="https://www.googleapis.com/oauth2/v3/certs",
            )
        return cls(authorize=f"{url}/authorize", token=f"{url}/token", jwks=f"{url}/jwks")


class _Key(BaseModel):
    """One signing key (RFC 7517); keys of other kinds are passed over."""

    kid: str = Field(min_length=1, max_length=200)
    kty: str = Field(pattern="^RSA$")
    n: str = Field(min_length=342, max_length=1400)  # 2048 to 8192 bits
    e: str = Field(min_length=1, max_length=16)
    use: str = Field("sig", pattern="^sig$")
    alg: str = Field(ALGORITHM, pattern=f"^{ALGORITHM}$")


class _Claims(BaseModel):
    """What is used of a verified token."""

    sub: str
    email: str | None = None
    email_verified: bool = Field(False, strict=True)
    name: str = ""


class GoogleIdentity:
    """Sign-in at `url`: Google, or another OpenID provider with the twin's paths. The caller owns `http`."""

    def __init__(self, ours: Registration, url: str, http: httpx.AsyncClient, kv: KeyValueStore, clock: Clock) -> None:
        places = _Places.of(url)
        self.issuer = url
        self._client_id = ours.client_id
        self._grant = CodeGrant(ours, authorize_url=places.authorize, token_url=places.token, http=http)
        self._keys = _KeySet(places.jwks, http, kv)
        self._clock = clock

    def authorization_url(self, *, state: str, nonce: str, code_challenge: str) -> str:
        return self._grant.address(scope=_SCOPE, state=state, code_challenge=code_challenge, nonce=nonce)

    async def identify(self, *, code: str, code_verifier: str, nonce: str) -> ExternalPerson:
        token = (await self._grant.redeem(code, code_verifier)).get("id_token")
        if not isinstance(token, str):
            raise ProviderRejected
        key = await self._keys.find(key_id(token))
        issuers = frozenset({self.issuer, self.issuer.removeprefix("https://")})  # Google writes it either way
        claims = verify(token, key, Expected(issuers, self._client_id, nonce), self._clock.now())
        return _person(claims)


def _person(claims: Mapping[str, Any]) -> ExternalPerson:
    try:
        found = _Claims.model_validate(claims)
    except ValidationError as error:
        raise ProviderRejected from error
    return ExternalPerson(found.sub, found.email, found.email_verified, found.name)


class _KeySet:
    """The provider's public keys, kept for an hour; asked for anew when a token names one that is not among them."""

    def __init__(self, url: str, http: httpx.AsyncClient, kv: KeyValueStore) -> None:
        self._url = url
        self._http = http
        self._kv = kv
        self._place = f"jwks:{url}"

    async def find(self, kid: str) -> Mapping[str, str]:
        """Raises `ProviderRejected` when the provider has no such key, `ProviderUnavailable`."""
        kept = await self._kv.get(self._place)
        known = _Keys.validate_json(kept) if kept else {}
        if kid not in known:
            known = await self._fetch()
            await self._kv.put(self._place, _Keys.dump_json(known).decode(), life=_KEYS_LIFE)
        if kid not in known:
            raise ProviderRejected
        return known[kid]

    async def _fetch(self) -> dict[str, dict[str, str]]:
        async with bounded_call():
            response = await self._http.get(self._url, timeout=TIMEOUT)
        listed = json_object(response).get("keys") if response.is_success else None
        if not isinstance(listed, list):
            raise ProviderUnavailable
        usable = [key for given in listed[:50] if (key := _read_key(given)) is not None]
        return {key.kid: {"kty": key.kty, "n": key.n, "e": key.e, "alg": key.alg} for key in usable}


def _read_key(given: object) -> _Key | None:
    try:
        return _Key.model_validate(given)
    except ValidationError:
        return None
