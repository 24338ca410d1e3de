"""Values that other domains use of a person."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated, NamedTuple, NewType

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, HttpUrl, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from app.core.ids import id_constraint

UserId = NewType("UserId", str)
UserIdField = Annotated[UserId, id_constraint("usr")]
SHORTEST_PASSWORD = 15
"""Characters of a password that is all one needs to log in (NIST SP 800-63B-4, 3.1.1.2)."""
NAMELESS = "New member"
"""What somebody is called whose name is not known. Nothing is made of the address: name and handle are shown to
others."""

_LINE_BREAKERS = frozenset({"Cc", "Zl", "Zp"})  # Unicode's control characters and separators of lines
_TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # would turn the text around the name
_BREAKS = frozenset("\n\t")
_LONGEST_WEBSITE, _LONGEST_LINK = 200, 1000
_URL = TypeAdapter(HttpUrl)


def password_length(password: str) -> int:
    """Characters, in the form in which the password is hashed."""
    return len(unicodedata.normalize("NFC", password))


class EmailStatus(StrEnum):
    """What the mail service reported about an address. To one that is not `OK` only its owner's own request for a link
    may go, and to one that complained nothing at all."""

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
    if not _is_plain(value) or not any(char.isalnum() for char in value):
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


def _check_line(value: str) -> str:
    if not _is_plain(value):
        raise PydanticCustomError("line", "must be one line, without characters that change the direction of text")
    return value


def _check_paragraphs(value: str) -> str:
    text = value.replace("\r\n", "\n")
    if not _is_plain(text, allowed=_BREAKS):
        raise PydanticCustomError("text", "must be text, without control characters or such as change its direction")
    return text


def _check_words(value: str) -> str:
    if not any(char.isalnum() for char in value):
        raise PydanticCustomError("prose", "must have a letter or a digit in it")
    return value


def _is_plain(value: str, *, allowed: frozenset[str] = frozenset()) -> bool:
    return _TURNERS.isdisjoint(value) and not any(
        unicodedata.category(char) in _LINE_BREAKERS and char not in allowed for char in value
    )


def _check_address(value: str, *, longest: int, schemes: str) -> str:
    """The address as a browser reads it, which is not always as it was written (WHATWG URL)."""
    try:
        url = _URL.validate_python(value)
    except ValidationError:
        url = None
    is_fine = url is not None and url.username is None and url.password is None and "." in (url.host or "")
    if not is_fine or len(str(url)) > longest:
        raise PydanticCustomError(
            "website", "must be an {schemes} address without a user name or a password", {"schemes": schemes}
        )
    return str(url)


LineField = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_check_line)
]
"""A few words about a person."""

LongLineField = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160), AfterValidator(_check_line)
]
"""A sentence about a person."""

ProseField = Annotated[
    str, StringConstraints(strip_whitespace=True), AfterValidator(_check_paragraphs), AfterValidator(_check_words)
]
"""What somebody has to say to others, in paragraphs; bound it where it is used."""

HeadingField = Annotated[
    str, StringConstraints(strip_whitespace=True), AfterValidator(_check_line), AfterValidator(_check_words)
]
"""What somebody has to say to others, in one line; bound it where it is used."""

ParagraphsField = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_check_paragraphs)
]
"""A text about a person that may have line breaks."""

WebsiteField = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=_LONGEST_WEBSITE, pattern="^[Hh][Tt][Tt][Pp][Ss]?://"),
    AfterValidator(partial(_check_address, longest=_LONGEST_WEBSITE, schemes="http or https")),
    Field(examples=["https://sam.example/about"]),
]
"""An address to link to."""

LinkField = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=_LONGEST_LINK, pattern="^[Hh][Tt][Tt][Pp][Ss]://"),
    AfterValidator(partial(_check_address, longest=_LONGEST_LINK, schemes="https")),
    Field(examples=["https://docs.example/first-workflow"]),
]
"""An https address that somebody hands in or recommends."""


@dataclass(frozen=True, slots=True)
class Person:
    """What another domain may know of somebody: enough to greet, mail and show times."""

    id: UserId
    name: str
    handle: str
    email: str
    timezone: str
    is_email_verified: bool
    avatar: str | None = None
    """The key that the objects of their picture begin with (`edge.media`)."""


@dataclass(frozen=True, slots=True)
class PublicCard:
    """What everybody may know of somebody who is shown: of private, suspended and deleted people nothing."""

    id: UserId
    handle: str
    name: str
    title: str | None
    bio_short: str | None
    avatar_key: str | None
    created_at: datetime


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


@dataclass(frozen=True, slots=True)
class MailChoices:
    """Which classes of mail a person wants, and what holds for somebody who never chose. Mails that protect the account
    are of none of them and always go out."""

    sessions: bool = True
    session_reminders: bool = True
    feedback_reminders: bool = True
    courses: bool = True
    certificates: bool = True
    payments: bool = True
    messages: bool = True
    marketing: bool = False


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something that keeps an account from being deleted: what, how often, and what to do about it."""

    code: str
    count: int
    hint: str


class Standing(NamedTuple):
    """What somebody may do, as the database knows it now."""

    email_verified_at: datetime | None
    suspended_at: datetime | None
    is_admin: bool
    can_moderate_courses: bool
    can_create_courses: bool
    can_teach_courses: bool
