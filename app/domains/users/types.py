"""Values that other domains use of a person."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, NewType

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from app.core.ids import id_constraint

UserId = NewType("UserId", str)
UserIdField = Annotated[UserId, id_constraint("usr")]
_LINE_BREAKERS = frozenset({"Cc", "Zl", "Zp"})  # Unicode's control characters and separators of lines
_TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # would turn the text around the name


class EmailStatus(StrEnum):
    """What the mail service reported about an address. Only `OK` is written to."""

    OK = "ok"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class SecurityChange(StrEnum):
    """A change to how an account is protected; its owner is told of each by mail."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - an event's name
    PASSWORD_RESET = "password_reset"  # noqa: S105
    TOTP_ENABLED = "totp_enabled"
    TOTP_DISABLED = "totp_disabled"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    RECOVERY_CODE_USED = "recovery_code_used"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"


def _check_name(value: str) -> str:
    is_one_line = not any(unicodedata.category(char) in _LINE_BREAKERS for char in value)
    if not is_one_line or not _TURNERS.isdisjoint(value) or not any(char.isalnum() for char in value):
        raise PydanticCustomError(
            "name",
            "must be one line with a letter or a digit in it, without characters that change the direction of text",
        )
    return value


NameField = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100), AfterValidator(_check_name)
]
"""A person's name: it goes into mails, calendars and certificates as it is."""


@dataclass(frozen=True, slots=True)
class Person:
    """What another domain may know of somebody: enough to greet, mail and show times."""

    id: UserId
    name: str
    handle: str
    email: str
    timezone: str
    is_email_verified: bool
