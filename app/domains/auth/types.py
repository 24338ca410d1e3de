"""Values of the auth domain."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint
from app.domains.users.types import UserId

AuthSessionId = NewType("AuthSessionId", str)
AuthSessionIdField = Annotated[AuthSessionId, id_constraint("aus")]
MailTokenId = NewType("MailTokenId", str)

SHORTEST_PASSWORD_WITH_SECOND_FACTOR = 8

LONGEST_PASSWORD = 256
"""Characters; at most 1024 bytes, as no character of UTF-8 has more than four."""


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password that was found good enough: its hash, and how many characters it has."""

    hash: str
    length: int


class MailTokenPurpose(StrEnum):
    """What a mailed link proves. A token of one purpose is worthless for another."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose, no password
    CHANGE_EMAIL = "change_email"


class LoginMethod(StrEnum):
    """How somebody proved who they are when an auth session began."""

    PASSWORD = "password"  # noqa: S105 - a method, no password
    PASSKEY = "passkey"
    GOOGLE = "google"
    GITHUB = "github"


@dataclass(frozen=True, slots=True)
class Device:
    """Where a log-in came from, as much as helps its owner to recognize it: the program's name for itself, and the
    network without the part that names one machine."""

    name: str | None = None
    network: str | None = None


@dataclass(frozen=True, slots=True)
class Signup:
    """What one sign-up chose, the password already hashed. Anybody can sign up with any address: it counts for the
    account only once the link that was mailed for it is used."""

    password_hash: str
    name: str
    timezone: str


@dataclass(frozen=True, slots=True)
class PendingLogIn:
    """A log-in whose first step was right and whose second factor is still to come. `password_mark` stands for the
    password as it was then."""

    user_id: UserId
    method: LoginMethod
    password_mark: str


@dataclass(frozen=True, slots=True)
class TokenPair:
    """A fresh access token's facts and the refresh token that follows it."""

    user_id: str
    auth_session_id: AuthSessionId
    refresh_token: str
    issued_at: datetime
