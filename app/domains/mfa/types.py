"""Values of second factors."""

from dataclasses import dataclass
from typing import Annotated, Protocol

from pydantic import AfterValidator, StringConstraints

_SIX_DIGITS = "[0-9]{3} ?[0-9]{3}"
_FIVE = "[0-9A-Za-z]{5}"
_AS_MEANT = str.maketrans("oil", "011", " -")  # Crockford: letters that read like digits stand for them


def _plain(value: str) -> str:
    return value.lower().translate(_AS_MEANT)


TotpCodeField = Annotated[str, StringConstraints(pattern=f"^{_SIX_DIGITS}$", max_length=7), AfterValidator(_plain)]
"""Six digits of the authenticator app, as it shows them; validated they have no blank."""

CodeField = Annotated[
    str,
    StringConstraints(pattern=f"^({_SIX_DIGITS}|{_FIVE}-?{_FIVE}-?{_FIVE})$", max_length=17),
    AfterValidator(_plain),
]
"""A code of the authenticator app or a recovery code; which of them, its length tells."""


class Seal(Protocol):
    """What keeps the secrets of authenticator apps unreadable in the database."""

    def seal(self, plain: str, owner: str) -> str:
        """The text as it is stored."""

    def open(self, sealed: str, owner: str) -> str | None:
        """The text as it was; None when it was sealed for somebody else or under another secret of the service."""


@dataclass(frozen=True, slots=True)
class Enrollment:
    """What an authenticator app is set up with, once: the secret alone, and all of it as an address."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class SecondFactorState:
    """Which second factors somebody has."""

    totp: bool
    recovery_codes_left: int
