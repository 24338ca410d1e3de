"""Ways to a provider and back, kept while a browser is under way, and what routes of this domain ask for by type."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from app.domains.oauth.errors import ProviderNotConfigured
from app.domains.oauth.types import Flow, Linker, ProviderAnswer
from app.edge.deps import Kv, state
from app.providers.identity.port import IdentityProvider, ProviderName
from app.providers.kv.port import KeyValueStore

BROWSER_COOKIE = "__Host-peerloop_oauth"
_LIFE = timedelta(minutes=10)
_TOKEN_LENGTH = 43  # of 256 bits in base64url
_PRINTABLE = r"^[!-~]+$"
_SENTENCE = r"^[ -~]+$"

Identities = Mapping[str, IdentityProvider]


def find_provider(identities: Identities, name: str) -> IdentityProvider:
    """Raises `ProviderNotConfigured`."""
    provider = identities.get(name)
    if provider is None:
        raise ProviderNotConfigured
    return provider


@dataclass(frozen=True, slots=True)
class Flows:
    """Who is on the way to a provider. Of all that is kept, only the browser itself can make use: what it carries,
    the state and its cookie, is kept as hashes."""

    kv: KeyValueStore
    identities: Identities

    async def begin(self, name: ProviderName, browser: str, return_to: str, linker: Linker | None = None) -> str:
        """Where to send the browser. Raises `ProviderNotConfigured`."""
        provider = find_provider(self.identities, name)
        state, verifier, nonce = (secrets.token_urlsafe(32) for _ in range(3))
        flow = Flow(name, _hash(browser), verifier, nonce, return_to, linker)
        await self.kv.put(_place(state), json.dumps(asdict(flow)), life=_LIFE)
        return provider.authorization_url(state=state, nonce=nonce, code_challenge=challenge_of(verifier))

    async def take(self, state: str, browser: str) -> Flow | None:
        """What was begun with this state; None when nothing was, or in another browser. It works once: whoever came
        with a copied state has used it up too."""
        kept = await self.kv.take(_place(state))
        flow = _read(json.loads(kept)) if kept else None
        is_own = flow is not None and hmac.compare_digest(flow.browser_hash, _hash(browser))
        return flow if is_own else None


def challenge_of(verifier: str) -> str:
    """S256 (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _read(kept: dict[str, Any]) -> Flow:
    linker = kept.pop("linker")
    return Flow(**kept, linker=Linker(**linker) if linker else None)


def _place(state: str) -> str:
    return f"oauth:{_hash(state)}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def browser_of(request: Request) -> str:
    """The browser's own secret, or a fresh one: it is the same in all tabs, so that they do not spoil each other."""
    given = request.cookies.get(BROWSER_COOKIE, "")
    return given if len(given) == _TOKEN_LENGTH else secrets.token_urlsafe(32)


def mark_browser(response: Response, browser: str) -> None:
    """Lax, because the provider's page sends the browser back to us."""
    life = int(_LIFE.total_seconds())
    response.set_cookie(BROWSER_COOKIE, browser, max_age=life, path="/", secure=True, httponly=True, samesite="lax")


async def _flows(kv: Kv, identities: "IdentitiesDep") -> Flows:
    return Flows(kv, identities)


async def _answer(
    code: Annotated[str | None, Query(pattern=_PRINTABLE, max_length=2048, description="The provider's code.")] = None,
    state: Annotated[
        str | None, Query(pattern=_PRINTABLE, max_length=200, description="The state that the browser left with.")
    ] = None,
    iss: Annotated[
        str | None, Query(pattern=_PRINTABLE, max_length=500, description="Who answers (RFC 9207), if they say so.")
    ] = None,
    error: Annotated[
        str | None, Query(pattern=_SENTENCE, max_length=200, description="Why there is no code (RFC 6749, 4.1.2.1).")
    ] = None,
) -> ProviderAnswer:
    return ProviderAnswer(code, state, iss, error)


IdentitiesDep = Annotated[Identities, Depends(state("providers.identities"))]
FlowsDep = Annotated[Flows, Depends(_flows)]
AnswerDep = Annotated[ProviderAnswer, Depends(_answer)]
