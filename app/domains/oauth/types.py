"""Values of the oauth domain."""

from dataclasses import dataclass

from app.domains.users.types import UserId
from app.providers.identity.port import ExternalPerson, ProviderName


@dataclass(frozen=True, slots=True)
class Linker:
    """Who began to link an account, and in which auth session: if that ends, so does the linking."""

    user_id: UserId
    auth_session_id: str


@dataclass(frozen=True, slots=True)
class Flow:
    """One way to a provider and back, remembered by its state. It is for one browser; with a linker it links."""

    provider: ProviderName
    browser_hash: str
    code_verifier: str
    nonce: str
    return_to: str
    linker: Linker | None = None


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What the provider sent the browser back with (RFC 6749, 4.1.2; RFC 9207)."""

    code: str | None
    state: str | None
    iss: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Proven:
    """A person for whom an issuer vouches. Only issuer and subject say who it is."""

    provider: ProviderName
    issuer: str
    person: ExternalPerson
