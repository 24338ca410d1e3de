"""Bodies of the lists of all courses, of what administrators do to courses, and of topics as they keep them."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from app.domains.courses.schemas.studio import TopicSlug
from app.domains.courses.types import CourseIdField, CourseState, TopicIdField
from app.domains.users.types import HeadingField, ProseField, UserIdField
from app.edge.openapi import example
from app.edge.schemas import KEPT, AmountCents, ApiModel, Currency, Instant

_CREATOR = {"id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zf", "name": "Mo Mockup", "handle": "mo_mockup"}
_COURSE: dict[str, Any] = {
    "id": "crs_01kbq2z7m8e6h9s0t3v5x7y9zb",
    "slug": "intro-to-n8n",
    "title": "Intro to n8n",
    "state": "published",
    "creator": _CREATOR,
    "price_cents": 24_900,
    "currency": "usd",
    "module_count": 8,
    "is_on_sale": True,
    "published_at": "2026-11-02T09:00:00Z",
    "suspended_at": None,
    "suspended_reason": None,
    "created_at": "2026-11-01T09:00:00Z",
    "updated_at": "2026-11-02T09:00:00Z",
}
_TOPIC = {
    "id": "top_01kbq2z7m8e6h9s0t3v5x7y9zk",
    "slug": "ai",
    "name": "Artificial Intelligence",
    "position": 1,
    "is_active": True,
}
_REASON = "The description promises what no session teaches."
_NEW_CREATOR = {"creator_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za", "reason": "Mo Mockup hands the course over."}

Position = Annotated[int, Field(ge=0, le=1000)]
TopicName = Annotated[HeadingField, Field(min_length=2, max_length=60)]
Reason = Annotated[ProseField, Field(min_length=3, max_length=1000)]


class OwnerCard(ApiModel):
    """Whose course it is."""

    id: UserIdField = Field(description="The person's id.")
    name: str = Field(description="The name other members see.")
    handle: str = Field(description="Unique short name, used in addresses.")


class ManagedCourse(ApiModel):
    """A course as the lists of its creator and of administrators show it."""

    model_config = ConfigDict(json_schema_extra=example("Intro to n8n", _COURSE))

    id: CourseIdField = Field(description="The course's id.")
    slug: str = Field(description="Unique short name, used in addresses; as good as the id.")
    title: str = Field(description="What it is called.")
    state: CourseState = Field(strict=False, description="Where it stands.")
    creator: OwnerCard = Field(description="Whose course it is.")
    price_cents: AmountCents = Field(description="One price, whoever teaches; 0 is free.")
    currency: Currency
    module_count: int = Field(description="How many modules the curriculum has.")
    is_on_sale: bool = Field(description="Whether it can be bought: published and not suspended.")
    published_at: Instant | None = Field(description="When it was published for the first time.")
    suspended_at: Instant | None = Field(description="Since when an administrator has it off sale.")
    suspended_reason: str | None = Field(description="Why.")
    created_at: Instant = Field(description="When it was begun.")
    updated_at: Instant = Field(description="When it was changed last.")


class SuspensionBody(ApiModel):
    """Why a course is taken off sale."""

    model_config = ConfigDict(json_schema_extra=example("Promises", {"reason": _REASON}))

    reason: Reason = Field(description="For its creator to read, and for the audit log.")


class TransferBody(ApiModel):
    """To whom a course goes."""

    model_config = ConfigDict(json_schema_extra=example("Handed over", _NEW_CREATOR))

    creator_id: UserIdField = Field(description="The new creator: a verified member who may create courses.")
    reason: Reason = Field(description="For the audit log.")


class NewTopic(ApiModel):
    """A topic to add."""

    model_config = ConfigDict(json_schema_extra=example("Music", {"slug": "music", "name": "Music", "position": 7}))

    slug: TopicSlug = Field(description="Its short name, which never changes.")
    name: TopicName = Field(description="What people read.")
    position: Position = Field(KEPT, description="Its place among the topics; the last one by default.")


class TopicChange(ApiModel):
    """Fields of a topic to change; absent ones stay."""

    model_config = ConfigDict(json_schema_extra=example("Out of use", {"is_active": False}))

    name: TopicName = Field(KEPT, description="What people read.")
    position: Position = Field(KEPT, description="Its place among the topics; equal ones stand in order of age.")
    is_active: bool = Field(KEPT, description="Whether courses can be filed under it and visitors see it.")


class KeptTopic(ApiModel):
    """A topic, for those who keep the list."""

    model_config = ConfigDict(json_schema_extra=example("AI", _TOPIC))

    id: TopicIdField = Field(description="The topic's id.")
    slug: str = Field(description="Its short name.")
    name: str = Field(description="What people read.")
    position: int = Field(description="Its place among the topics.")
    is_active: bool = Field(description="Whether courses can be filed under it and visitors see it.")


class KeptTopics(ApiModel):
    """All topics, also those out of use."""

    model_config = ConfigDict(json_schema_extra=example("One topic", {"items": [_TOPIC]}))

    items: list[KeptTopic] = Field(description="In their order.")
