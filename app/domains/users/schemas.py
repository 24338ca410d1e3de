"""Bodies of the users API."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.domains.users.handles import HANDLE_PATTERN, is_reserved
from app.domains.users.models import User
from app.domains.users.types import (
    LineField,
    LongLineField,
    NameField,
    ParagraphsField,
    UserIdField,
    WebsiteField,
)
from app.edge.media import AvatarUrls
from app.edge.openapi import example
from app.edge.schemas import KEPT, ApiModel, Instant
from app.edge.timezones import TimezoneField

_PUBLIC_ROLES = ("teacher", "creator")
_TESS = {
    "id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zb",
    "handle": "tess_template",
    "name": "Tess Template",
    "title": "Automation teacher",
    "bio_short": "Workflows that run while you sleep.",
    "avatar": None,
    "roles": ["teacher"],
}
_MAIL = {
    "sessions": True,
    "session_reminders": True,
    "feedback_reminders": True,
    "courses": True,
    "certificates": True,
    "payments": True,
    "messages": True,
    "marketing": False,
}


def _check_handle(value: str) -> str:
    if is_reserved(value):
        raise PydanticCustomError("handle_reserved", "is a word that nobody may have as a handle")
    return value


HandleField = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, pattern=HANDLE_PATTERN, min_length=3, max_length=20),
    AfterValidator(_check_handle),
]


class Me(ApiModel):
    """The caller's own account."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Student",
            {
                "id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za",
                "email": "sam.sample@peerloop.example",
                "name": "Sam Sample",
                "handle": "sam_sample",
                "title": "Learning to automate",
                "bio_short": "Bookkeeper by day.",
                "bio": None,
                "teaching_philosophy": None,
                "website": "https://sam.example/",
                "location": "Berlin",
                "timezone": "Europe/Berlin",
                "avatar": None,
                "is_email_verified": True,
                "has_password": True,
                "is_profile_public": False,
                "asks_to_go_public": False,
                "roles": ["student"],
                "created_at": "2026-11-02T09:00:00Z",
            },
        )
    )

    id: UserIdField = Field(description="The person's id.")
    email: str = Field(description="The address used to log in; shown to nobody else.")
    name: str = Field(description="The name other members see.")
    handle: str = Field(description="Unique short name in lower case, used in addresses.")
    title: str | None = Field(description="What the person is, in a few words.")
    bio_short: str | None = Field(description="The person in one line.")
    bio: str | None = Field(description="The person at length; may have line breaks.")
    teaching_philosophy: str | None = Field(description="How the person teaches; may have line breaks.")
    website: str | None = Field(description="Address of the person's own page.")
    location: str | None = Field(description="Where the person is, in their own words.")
    timezone: str = Field(description="IANA zone in which times are shown to this person.")
    avatar: AvatarUrls = Field(description="The person's picture in three sizes; null while there is none.")
    is_email_verified: bool = Field(description="Whether the address was confirmed; needed to buy, teach or post.")
    has_password: bool = Field(description="Whether one can log in with a password; a reset link sets the first one.")
    is_profile_public: bool = Field(description="Private by default; teachers and creators are asked to go public.")
    asks_to_go_public: bool = Field(description="Whether to ask now: the person teaches or creates, and is private.")
    roles: list[str] = Field(description="Derived now: student, teacher, creator, moderator, admin. An open set.")
    created_at: Instant = Field(description="When the account was made.")


class MeChange(ApiModel):
    """Fields of the caller's own profile to change; absent ones stay. Null clears a text."""

    model_config = ConfigDict(json_schema_extra=example("Move to Tokyo", {"timezone": "Asia/Tokyo"}))

    name: NameField = Field(KEPT, description="The name other members see, 2 to 100 characters.")
    handle: HandleField = Field(
        KEPT, description="A letter, then letters, digits or underscores; 3 to 20 in all, stored in lower case."
    )
    title: LineField | None = Field(None, description="What the person is, in a few words.")
    bio_short: LongLineField | None = Field(None, description="The person in one line.")
    bio: ParagraphsField | None = Field(None, description="The person at length; may have line breaks.")
    teaching_philosophy: ParagraphsField | None = Field(None, description="How the person teaches.")
    website: WebsiteField | None = Field(None, description="An http or https address, without a password in it.")
    location: LineField | None = Field(None, description="Where the person is, in their own words.")
    timezone: TimezoneField = Field(KEPT, description="IANA zone in which times are shown to this person.")
    is_profile_public: bool = Field(KEPT, description="Whether visitors may see the profile.")


class HandleCheck(ApiModel):
    """Whether a handle can be had."""

    model_config = ConfigDict(
        json_schema_extra=example("Taken", {"handle": "sam_sample", "is_free": False, "reason": "taken"})
    )

    handle: str = Field(description="The handle as it would be stored.")
    is_free: bool = Field(description="Whether the caller can have it now; until then somebody else may take it.")
    reason: Literal["taken", "reserved", "invalid"] | None = Field(description="Why not; null when it is free.")


class PersonCard(ApiModel):
    """Somebody in short."""

    model_config = ConfigDict(json_schema_extra=example("Teacher", _TESS))

    id: UserIdField = Field(description="The person's id.")
    handle: str = Field(description="Unique short name; GET /api/users/{handle} shows more.")
    name: str = Field(description="The person's name.")
    title: str | None = Field(description="What the person is, in a few words.")
    bio_short: str | None = Field(description="The person in one line.")
    avatar: AvatarUrls = Field(description="The person's picture in three sizes; null while there is none.")
    roles: list[str] = Field(description="Of teacher and creator, those that hold now. An open set.")

    @classmethod
    def of(cls, user: User) -> Self:
        """What others see of the person."""
        derived = {"roles": [role for role in user.roles if role in _PUBLIC_ROLES]}
        shown = {name: getattr(user, name) for name in cls.model_fields.keys() - {"roles"}}
        return cls(**(shown | derived))


class Profile(PersonCard):
    """Somebody as others see them."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Teacher's profile",
            _TESS
            | {
                "bio": "I taught myself with small projects, and so will you.",
                "teaching_philosophy": "Build first, explain second.",
                "website": "https://tess.example/",
                "location": "Los Angeles",
                "is_profile_public": True,
                "member_since": "2026-11-02",
            },
        )
    )

    bio: str | None = Field(description="The person at length; may have line breaks.")
    teaching_philosophy: str | None = Field(description="How the person teaches; may have line breaks.")
    website: str | None = Field(description="Address of the person's own page.")
    location: str | None = Field(description="Where the person is, in their own words.")
    is_profile_public: bool = Field(description="False only for those who may see private profiles.")
    member_since: date = Field(description="The day (UTC) on which the account was made.")


class People(ApiModel):
    """Who was found, at most twenty."""

    model_config = ConfigDict(json_schema_extra=example("One found", {"items": [_TESS]}))

    items: list[PersonCard] = Field(description="Handles that begin with the text first, then in the order of handles.")


class MailSettings(ApiModel):
    """Which mails the person wants. Those that protect the account always go out."""

    sessions: bool = Field(description="Sessions booked, moved, called off or missed.")
    session_reminders: bool = Field(description="Reminders before a session.")
    feedback_reminders: bool = Field(description="Reminders to say how a session was.")
    courses: bool = Field(description="Places in courses, and news of courses taken or taught.")
    certificates: bool = Field(description="Recommendations and certificates.")
    payments: bool = Field(description="Receipts, refunds and payouts.")
    messages: bool = Field(description="Messages of other members.")
    marketing: bool = Field(description="Offers and surveys; off unless chosen.")


class Settings(ApiModel):
    """The caller's choices."""

    model_config = ConfigDict(json_schema_extra=example("As they are at first", {"mail": _MAIL}))

    mail: MailSettings


class MailChange(ApiModel):
    """Classes of mail to choose; absent ones stay."""

    sessions: bool = Field(KEPT, description="Sessions booked, moved, called off or missed.")
    session_reminders: bool = Field(KEPT, description="Reminders before a session.")
    feedback_reminders: bool = Field(KEPT, description="Reminders to say how a session was.")
    courses: bool = Field(KEPT, description="Places in courses, and news of courses taken or taught.")
    certificates: bool = Field(KEPT, description="Recommendations and certificates.")
    payments: bool = Field(KEPT, description="Receipts, refunds and payouts.")
    messages: bool = Field(KEPT, description="Messages of other members.")
    marketing: bool = Field(KEPT, description="Offers and surveys; off unless chosen.")


class SettingsChange(ApiModel):
    """Choices to change; absent ones stay."""

    model_config = ConfigDict(json_schema_extra=example("No reminders", {"mail": {"session_reminders": False}}))

    mail: MailChange = Field(KEPT, description="Which mails the person wants.")
