"""What PeerLoop needs of a service where people have an account, in PeerLoop's words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class ProviderName(StrEnum):
    """The services that people can sign in with."""

    GOOGLE = "google"
    GITHUB = "github"


@dataclass(frozen=True, slots=True)
class ExternalPerson:
    """Somebody as the provider knows them. `subject` never changes; the address and the name may, at any time."""

    subject: str
    email: str | None
    is_email_verified: bool
    name: str


class IdentityProvider(Protocol):
    """Google or GitHub, or their local twins through the same adapters."""

    @property
    def issuer(self) -> str:
        """Who vouches for the subjects: with a subject it names one person in the world. Also `iss` of RFC 9207."""

    def authorization_url(self, *, state: str, nonce: str, code_challenge: str) -> str:
        """Where to send the browser (RFC 6749, 4.1.1). The challenge is S256 (RFC 7636, 4.2)."""

    async def identify(self, *, code: str, code_verifier: str, nonce: str) -> ExternalPerson:
        """Exchange the code of a callback for the person it stands for.

        Raises `ProviderUnavailable` (start again later) or `ProviderRejected` (the code, or what it brought, is not
        genuine, or is not ours).
        """
