"""Values that other domains use of a person."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.core.ids import id_constraint

UserId = NewType("UserId", str)
UserIdField = Annotated[UserId, id_constraint("usr")]
_LINE_BREAKERS = frozenset({"Cc", "Zl", "Zp"})  # Unicode's control characters and separators of lines
_LINE_BREAKS = frozenset("\n\r\t")
_TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # would turn the text around the name


class EmailStatus(StrEnum):
    """What the mail service reported about an address. Only `OK` is written to."""

    OK = "ok"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Role(StrEnum):
    """What a capability beyond those of a student makes of a person."""

    TEACHER = "teacher"
    CREATOR = "creator"
    MODERATOR = "moderator"
    ADMIN = "admin"


class AccountStatus(StrEnum):
    """How an account stands, by the first that fits: deleted, suspended, unverified, active."""

    ACTIVE = "active"
    UNVERIFIED = "unverified"
    SUSPENDED = "suspended"
    DELETED = "deleted"


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


def _normalize_email(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False, test_environment=False).normalized.lower()
    except EmailNotValidError:
        raise PydanticCustomError("email", "must be an e-mail address") from None


EmailField = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=254),
    AfterValidator(_normalize_email),
    Field(description="E-mail address.", examples=["sam.sample@peerloop.example"]),
]
"""An address, in the one spelling in which it is stored."""


def _check_prose(value: str) -> str:
    is_plain = all(char in _LINE_BREAKS or unicodedata.category(char) != "Cc" for char in value)
    if not is_plain or not _TURNERS.isdisjoint(value) or not any(char.isalnum() for char in value):
        raise PydanticCustomError(
            "prose", "must be readable text, without control characters or any that change the direction of text"
        )
    return value


ProseField = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_check_prose)]
"""What somebody wrote for others to read, in paragraphs; bound it where it is used."""


@dataclass(frozen=True, slots=True)
class Person:
    """What another domain may know of somebody: enough to greet, mail and show times."""

    id: UserId
    name: str
    handle: str
    email: str
    timezone: str
    is_email_verified: bool


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What a list of people is narrowed to: a text in name, handle or address, a role, a status."""

    q: str | None = None
    role: Role | None = None
    status: AccountStatus | None = None


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What administrators see of an account: how it stands and what it may do, nothing that helps to log in."""

    id: UserId
    name: str
    handle: str
    email: str
    is_email_verified: bool
    email_status: str
    roles: list[str]
    can_take_courses: bool
    can_teach_courses: bool
    can_create_courses: bool
    can_moderate_courses: bool
    is_admin: bool
    suspended_at: datetime | None
    suspended_reason: str | None
    deleted_at: datetime | None
    last_login_at: datetime | None
    created_at: datetime
