"""Bodies of the catalogue API."""

from typing import Any

from pydantic import ConfigDict, Field

from app.domains.courses.types import CourseDetails, CourseIdField, ModuleIdField, PointKind
from app.domains.users.types import UserIdField
from app.edge.openapi import example
from app.edge.schemas import AmountCents, ApiModel, Currency, Instant

_COURSE = "crs_01kbq2z7m8e6h9s0t3v5x7y9zb"
_TOPIC = {"slug": "ai", "name": "Artificial Intelligence"}
_CREATOR = {"id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zf", "name": "Mo Mockup", "handle": "mo_mockup"}
_CARD: dict[str, Any] = {
    "id": _COURSE,
    "slug": "intro-to-n8n",
    "title": "Intro to n8n",
    "tagline": "Let software do the copying and pasting.",
    "level": "beginner",
    "topic": _TOPIC,
    "tags": ["automation", "n8n", "no-code"],
    "creator": _CREATOR,
    "price_cents": 24900,
    "currency": "usd",
    "session_count": 2,
    "session_duration_minutes": 90,
    "module_count": 8,
    "published_at": "2026-11-02T09:00:00Z",
}
_MODULE = {
    "id": "mod_01kbq2z7m8e6h9s0t3v5x7y9zg",
    "position": 1,
    "session_number": 1,
    "title": "What is n8n, and how to set it up",
    "duration_minutes": 20,
    "description": None,
}
_TEACHER = {
    "id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zc",
    "name": "Tess Template",
    "handle": "tess_templat",
    "timezone": "America/Los_Angeles",
    "certified_at": "2026-11-02T09:00:00Z",
    "is_creator": False,
}


class Topic(ApiModel):
    """A top browsing bucket."""

    model_config = ConfigDict(json_schema_extra=example("AI", _TOPIC))

    slug: str = Field(description="Give this as `topic` to list its courses.")
    name: str = Field(description="What people read.")


class Topics(ApiModel):
    """All topics."""

    model_config = ConfigDict(json_schema_extra=example("One topic", {"items": [_TOPIC]}))

    items: list[Topic] = Field(description="In the order in which they are shown.")


class CourseCreator(ApiModel):
    """Who designed a course."""

    model_config = ConfigDict(json_schema_extra=example("Creator", _CREATOR))

    id: UserIdField = Field(description="The person's id.")
    name: str = Field(description="The name other members see.")
    handle: str = Field(description="Give this as `creator` to list their courses.")


class CourseCard(ApiModel):
    """A course as a list shows it."""

    model_config = ConfigDict(json_schema_extra=example("Intro to n8n", _CARD))

    id: CourseIdField = Field(description="The course's id.")
    slug: str = Field(description="Unique short name, used in addresses; as good as the id.")
    title: str = Field(description="The course's title.")
    tagline: str = Field(description="The course in one line; may be empty.")
    level: str = Field(description="beginner, intermediate or advanced.")
    topic: Topic = Field(description="The topic it is filed under.")
    tags: list[str] = Field(description="Finer labels, in lower case and alphabetical order.")
    creator: CourseCreator = Field(description="Who designed it.")
    price_cents: AmountCents = Field(description="One price, whoever teaches, in minor units; 0 is free.")
    currency: Currency
    session_count: int = Field(description="How many one-to-one sessions are bought.")
    session_duration_minutes: int = Field(description="How long each session is.")
    module_count: int = Field(description="How many modules the curriculum has.")
    published_at: Instant | None = Field(description="Since when it is on sale; null for a draft.")


class Prerequisites(ApiModel):
    """What to bring, and what not to worry about."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Intro to n8n",
            {"required": ["A computer"], "nice_to_have": ["A task you repeat often"], "not_required": ["Programming"]},
        )
    )

    required: list[str] = Field(description="Without these the course does not work.")
    nice_to_have: list[str] = Field(description="These help.")
    not_required: list[str] = Field(description="These are often feared and not needed.")


class CourseDetail(CourseCard):
    """Everything about a course but its curriculum and its teachers, which have addresses of their own."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Intro to n8n",
            {
                **_CARD,
                "description": "Build automations that read forms, decide, and write to the tools you already use.",
                "objectives": ["Build a workflow from a trigger to a result"],
                "includes": ["Two live one-to-one sessions of 90 minutes"],
                "audience": ["People who repeat the same clicks every week"],
                "prerequisites": {"required": ["A computer"], "nice_to_have": [], "not_required": ["Programming"]},
            },
        )
    )

    description: str = Field(description="What the course is about, as plain text.")
    objectives: list[str] = Field(description="What its students can do afterwards.")
    includes: list[str] = Field(description="What comes with it.")
    audience: list[str] = Field(description="Whom it is meant for.")
    prerequisites: Prerequisites = Field(description="What to bring, and what not to worry about.")

    @classmethod
    def of(cls, found: CourseDetails) -> "CourseDetail":
        return cls(
            **CourseCard.model_validate(found.card).model_dump(),
            description=found.description,
            objectives=found.points[PointKind.OBJECTIVE],
            includes=found.points[PointKind.INCLUDES],
            audience=found.points[PointKind.AUDIENCE],
            prerequisites=Prerequisites(
                required=found.points[PointKind.PREREQUISITE_REQUIRED],
                nice_to_have=found.points[PointKind.PREREQUISITE_NICE],
                not_required=found.points[PointKind.PREREQUISITE_NONE],
            ),
        )


class Module(ApiModel):
    """One unit of a curriculum."""

    model_config = ConfigDict(json_schema_extra=example("First module", _MODULE))

    id: ModuleIdField = Field(description="The module's id.")
    position: int = Field(description="Its place in the curriculum, from 1.")
    session_number: int = Field(description="The session it is taught in, from 1.")
    title: str = Field(description="What it is about.")
    duration_minutes: int = Field(description="How long it takes.")
    description: str | None = Field(description="Its content; null unless the caller owns or teaches the course.")


class Curriculum(ApiModel):
    """What is taught in which session."""

    model_config = ConfigDict(
        json_schema_extra=example("For a visitor", {"course_id": _COURSE, "session_count": 2, "modules": [_MODULE]})
    )

    course_id: CourseIdField = Field(description="The course.")
    session_count: int = Field(description="How many sessions the modules are spread over.")
    modules: list[Module] = Field(description="The modules in the order in which they are taught.")


class CourseTeacher(ApiModel):
    """Somebody who can be booked for a course."""

    model_config = ConfigDict(json_schema_extra=example("Tess Template", _TEACHER))

    id: UserIdField = Field(description="Give this as `teacher_id` when buying.")
    name: str = Field(description="The name other members see.")
    handle: str = Field(description="Unique short name, used in addresses.")
    timezone: str = Field(description="IANA zone in which this person lives.")
    certified_at: Instant = Field(description="Since when this person may teach the course.")
    is_creator: bool = Field(description="Whether this person also designed the course.")
