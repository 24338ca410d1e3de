"""Values of passkeys."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, NewType, Self

from pydantic import StringConstraints

from app.core.config import Settings
from app.domains.users.types import UserId

PasskeyId = NewType("PasskeyId", str)
PasskeyIdField = Annotated[PasskeyId, StringConstraints(pattern="^[A-Za-z0-9_-]{16,1364}$")]
"""A credential's id as its authenticator chose it, 1023 bytes at the most, in base64url."""


class Ceremony(StrEnum):
    """What a challenge is for. A response to one of another ceremony is worthless."""

    ADD = "passkey-add"
    LOG_IN = "passkey-log-in"
    STEP_UP = "passkey-step-up"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom passkeys are for: a host, and the origins of its pages (Web Authentication Level 3, 4)."""

    id: str
    origins: tuple[str, ...]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(settings.passkey_host, tuple(sorted(settings.origins)))


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """The verified public half of a credential."""

    id: PasskeyId
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class StoredKey:
    """What a response is checked against."""

    id: PasskeyId
    user_id: UserId
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """A verified response: somebody used this passkey just now, and was recognized by the device."""

    id: PasskeyId
    user_id: UserId
    sign_count: int
