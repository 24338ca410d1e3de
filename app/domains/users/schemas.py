"""Bodies of the users API."""

from pydantic import ConfigDict, Field

from app.domains.users.types import NameField, UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant
from app.edge.timezones import TimezoneField

_ME = {
    "id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za",
    "email": "sam.sample@peerloop.example",
    "name": "Sam Sample",
    "handle": "sam_sample",
    "timezone": "Europe/Berlin",
    "is_email_verified": True,
    "is_profile_public": False,
    "roles": ["student"],
    "created_at": "2026-11-02T09:00:00Z",
}


class Me(ApiModel):
    """The caller's own account."""

    model_config = ConfigDict(json_schema_extra=example("Student", _ME))

    id: UserIdField = Field(description="The person's id.")
    email: str = Field(description="The address used to log in; shown to nobody else.")
    name: str = Field(description="The name other members see.")
    handle: str = Field(description="Unique short name, used in addresses.")
    timezone: str = Field(description="IANA zone in which times are shown to this person.")
    is_email_verified: bool = Field(description="Whether the address was confirmed; needed to buy, teach or post.")
    is_profile_public: bool = Field(description="Private by default; teachers and creators are asked to go public.")
    roles: list[str] = Field(description="Derived now: student, teacher, creator, admin. An open set.")
    created_at: Instant = Field(description="When the account was made.")


class MeChange(ApiModel):
    """Fields of the caller's own profile to change; absent ones stay."""

    model_config = ConfigDict(json_schema_extra=example("Move to Tokyo", {"timezone": "Asia/Tokyo"}))

    name: NameField | None = Field(None, description="The name other members see, 2 to 100 characters.")
    timezone: TimezoneField | None = Field(None, description="IANA zone in which times are shown to this person.")
    is_profile_public: bool | None = Field(None, description="Whether visitors may see the profile.")
