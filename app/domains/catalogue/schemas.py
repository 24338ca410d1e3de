"""Bodies of the catalogue API."""

import json
from typing import Any, Final, Self

from pydantic import ConfigDict, Field

from app.db.types import instant
from app.domains.catalogue.types import Details, Listing, PersonListing, PersonNumbers, rating_hundredths
from app.domains.courses.types import CourseIdField, ModuleIdField, PointKind
from app.domains.users.types import UserIdField
from app.edge.media import AvatarUrls, ThumbnailUrls
from app.edge.openapi import example
from app.edge.schemas import AmountCents, ApiModel, Currency, Instant

_COURSE = "crs_01kbq2z7m8e6h9s0t3v5x7y9zb"
_TOPIC = {"slug": "ai", "name": "Artificial Intelligence"}
_CREATOR = {"id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zf", "name": "Mo Mockup", "handle": "mo_mockup", "avatar": None}
_CARD: dict[str, Any] = {
    "id": _COURSE,
    "slug": "intro-to-n8n",
    "title": "Intro to n8n",
    "tagline": "Let software do the copying and pasting.",
    "level": "beginner",
    "thumbnail": None,
    "topic": _TOPIC,
    "topics": [_TOPIC],
    "tags": ["automation", "n8n", "no-code"],
    "creator": _CREATOR,
    "price_cents": 24900,
    "currency": "usd",
    "session_count": 2,
    "session_duration_minutes": 90,
    "module_count": 8,
    "rating": 4.67,
    "rating_count": 3,
    "student_count": 12,
    "next_free_at": "2026-12-01T15:00:00Z",
    "is_featured": True,
    "published_at": "2026-11-02T09:00:00Z",
}
_TESTIMONIAL = {
    "quote": "I have not copied an invoice by hand since.",
    "student_name": "Sam Sample",
    "student_role": "Bookkeeper",
    "is_featured": True,
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


class TopicEntry(Topic):
    """A topic in the list of all."""

    model_config = ConfigDict(json_schema_extra=example("AI", _TOPIC | {"course_count": 4}))

    course_count: int = Field(description="How many courses on sale are filed under it.")


class Topics(ApiModel):
    """All topics."""

    model_config = ConfigDict(json_schema_extra=example("One topic", {"items": [_TOPIC | {"course_count": 4}]}))

    items: list[TopicEntry] = Field(description="In the order in which they are shown.")


class TagEntry(ApiModel):
    """A tag that courses have."""

    model_config = ConfigDict(json_schema_extra=example("Automation", {"tag": "automation", "course_count": 2}))

    tag: str = Field(description="Give this as `tag` to list its courses.")
    course_count: int = Field(description="How many courses on sale have it.")


class CourseCreator(ApiModel):
    """Who designed a course."""

    model_config = ConfigDict(json_schema_extra=example("Creator", _CREATOR))

    id: UserIdField = Field(description="The person's id.")
    name: str = Field(description="The name other members see.")
    handle: str = Field(description="Give this as `creator` to list their courses.")
    avatar: AvatarUrls = Field(description="The person's picture; null when there is none, or the profile is private.")


class CourseCard(ApiModel):
    """A course as a list shows it."""

    model_config = ConfigDict(json_schema_extra=example("Intro to n8n", _CARD))

    id: CourseIdField = Field(description="The course's id.")
    slug: str = Field(description="Unique short name, used in addresses; as good as the id.")
    title: str = Field(description="The course's title.")
    tagline: str = Field(description="The course in one line; may be empty.")
    level: str = Field(description="beginner, intermediate or advanced.")
    thumbnail: ThumbnailUrls = Field(description="The course's picture; null while there is none.")
    topic: Topic = Field(description="The topic it is filed under first.")
    topics: list[Topic] = Field(description="All topics it is filed under, three at the most.")
    tags: list[str] = Field(description="Finer labels, in lower case and alphabetical order.")
    creator: CourseCreator = Field(description="Who designed it.")
    price_cents: AmountCents = Field(description="One price, whoever teaches, in minor units; 0 is free.")
    currency: Currency
    session_count: int = Field(description="How many one-to-one sessions are bought.")
    session_duration_minutes: int = Field(description="How long each session is.")
    module_count: int = Field(description="How many modules the curriculum has.")
    rating: float | None = Field(description="Stars on average, to two decimals; null while nobody has rated.")
    rating_count: int = Field(description="How many have rated.")
    student_count: int = Field(description="How many people took it and did not give it up.")
    next_free_at: Instant | None = Field(
        description="When the next lesson could begin, as of a few minutes ago; null when nobody is free."
    )
    is_featured: bool = Field(description="Whether the platform recommends it.")
    published_at: Instant | None = Field(description="Since when it is on sale; null for a draft.")

    @classmethod
    def of(cls, found: Listing) -> Self:
        return cls(**_card(found))


def _card(found: Listing) -> dict[str, Any]:
    """What is shown as it is, and what is put together."""
    topics = [Topic(**topic) for topic in json.loads(found.topics)]
    creator: dict[str, Any] = {
        "id": found.creator_id,
        "name": found.creator_name,
        "handle": found.creator_handle,
        "avatar": found.creator_avatar_key,
    }
    made = {
        "thumbnail": found.thumbnail_key,
        "topic": topics[0],
        "topics": topics,
        "tags": json.loads(found.tags),
        "creator": CourseCreator(**creator),
        "rating": _stars(found.rating_hundredths, found.rating_count),
        "next_free_at": None if found.next_free_at is None else instant(found.next_free_at),
        "published_at": None if found.published_at is None else instant(found.published_at),
    }
    return {name: getattr(found, name) for name in _AS_IT_IS} | made


def _stars(hundredths: int, count: int) -> float | None:
    return hundredths / 100 if count else None


_MADE: Final = {"thumbnail", "topic", "topics", "tags", "creator", "rating", "next_free_at", "published_at"}
_AS_IT_IS: Final = CourseCard.model_fields.keys() - _MADE


def card_text(found: Listing) -> str:
    """The card as JSON."""
    return CourseCard.of(found).model_dump_json()


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


class CourseTestimonial(ApiModel):
    """What somebody said about a course or its creator."""

    model_config = ConfigDict(json_schema_extra=example("Bookkeeper", _TESTIMONIAL))

    quote: str = Field(description="Their words, as the course's creator tells them.")
    student_name: str = Field(description="Who said it.")
    student_role: str | None = Field(description="What they are, in a few words.")
    is_featured: bool = Field(description="Whether it is to be shown first.")


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
                "testimonials": [_TESTIMONIAL],
            },
        )
    )

    description: str = Field(description="What the course is about, as plain text.")
    objectives: list[str] = Field(description="What its students can do afterwards.")
    includes: list[str] = Field(description="What comes with it.")
    audience: list[str] = Field(description="Whom it is meant for.")
    prerequisites: Prerequisites = Field(description="What to bring, and what not to worry about.")
    testimonials: list[CourseTestimonial] = Field(description="What others said, in the creator's order.")

    @classmethod
    def of_details(cls, found: Details) -> Self:
        words = found.words
        return cls(
            **_card(found.listing),
            description=words["description"],
            objectives=words[PointKind.OBJECTIVE],
            includes=words[PointKind.INCLUDES],
            audience=words[PointKind.AUDIENCE],
            prerequisites=Prerequisites(
                required=words[PointKind.PREREQUISITE_REQUIRED],
                nice_to_have=words[PointKind.PREREQUISITE_NICE],
                not_required=words[PointKind.PREREQUISITE_NONE],
            ),
            testimonials=[CourseTestimonial(**each) for each in words["testimonials"]],
        )


class Module(ApiModel):
    """One unit of a curriculum."""

    model_config = ConfigDict(json_schema_extra=example("First module", _MODULE))

    id: ModuleIdField = Field(description="The module's id.")
    position: int = Field(description="Its place in the curriculum, from 1.")
    session_number: int = Field(description="The session it is taught in, from 1.")
    title: str = Field(description="What it is about.")
    duration_minutes: int = Field(description="How long it takes.")
    description: str | None = Field(
        description="Its content; null unless the caller takes, teaches or owns the course."
    )


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


_LISTED = {
    "id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zf",
    "handle": "mo_mockup",
    "name": "Mo Mockup",
    "title": "Automation engineer",
    "bio_short": "Small tools for big boredom.",
    "avatar": None,
    "course_count": 2,
    "student_count": 12,
}


class ListedPerson(ApiModel):
    """Somebody in a directory."""

    id: UserIdField = Field(description="The person's id.")
    handle: str = Field(description="Unique short name; GET /api/users/{handle} shows more.")
    name: str = Field(description="The name other members see.")
    title: str | None = Field(description="What the person is, in a few words.")
    bio_short: str | None = Field(description="The person in one line.")
    avatar: AvatarUrls = Field(description="The person's picture in three sizes; null while there is none.")


class ListedTeacher(ListedPerson):
    """Somebody who can be booked."""

    model_config = ConfigDict(json_schema_extra=example("Mo Mockup", _LISTED))

    course_count: int = Field(description="For how many courses on sale; give the handle as `teacher` to list them.")
    student_count: int = Field(description="How many people are or were taught by this person.")

    @classmethod
    def of(cls, found: PersonListing) -> Self:
        return cls(**_person(found, cls))


class ListedCreator(ListedPerson):
    """Somebody who designed a course on sale."""

    model_config = ConfigDict(json_schema_extra=example("Mo Mockup", _LISTED | {"rating": 4.67, "rating_count": 3}))

    course_count: int = Field(description="How many courses on sale; give the handle as `creator` to list them.")
    student_count: int = Field(description="How many people took them, counted once for each course.")
    rating: float | None = Field(description="Stars of these courses on average, to two decimals; null without any.")
    rating_count: int = Field(description="How many have rated them.")

    @classmethod
    def of(cls, found: PersonListing) -> Self:
        return cls(**_person(found, cls), rating=_stars(found.rating_hundredths, found.rating_count))


def _person(found: PersonListing, shown: type[ListedPerson]) -> dict[str, Any]:
    as_it_is = shown.model_fields.keys() - {"avatar", "rating"}
    return {name: getattr(found, name) for name in as_it_is} | {"avatar": found.avatar_key}


class PersonStats(ApiModel):
    """What somebody has on sale, teaches, and how many learned from it."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Mo Mockup",
            {
                "course_count": 2,
                "student_count": 12,
                "rating": 4.67,
                "rating_count": 3,
                "taught_course_count": 2,
                "taught_student_count": 5,
            },
        )
    )

    course_count: int = Field(description="How many courses of theirs are on sale.")
    student_count: int = Field(description="How many people took them, counted once for each course.")
    rating: float | None = Field(description="Stars of these courses on average, to two decimals; null without any.")
    rating_count: int = Field(description="How many have rated them.")
    taught_course_count: int = Field(description="For how many courses on sale they can be booked.")
    taught_student_count: int = Field(description="How many people are or were taught by them.")

    @classmethod
    def of(cls, found: PersonNumbers) -> Self:
        rating = _stars(rating_hundredths(found.rating_sum, found.rating_count), found.rating_count)
        counts = {name: getattr(found, name) for name in cls.model_fields.keys() - {"rating"}}
        return cls(**counts, rating=rating)


class FeaturedBody(ApiModel):
    """Whether a course is featured."""

    model_config = ConfigDict(json_schema_extra=example("Feature it", {"is_featured": True}))

    is_featured: bool = Field(description="Whether it is shown among the featured courses while it is on sale.")
