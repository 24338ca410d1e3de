"""Bodies of the API with which creators make their courses."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from app.domains.courses.schemas.pricing import PRICE_GUARD, PriceGuardView
from app.domains.courses.types import (
    MOST_MODULES,
    CheckCode,
    CourseIdField,
    CourseState,
    Level,
    ModuleIdField,
    PointKind,
    Testimonial,
)
from app.domains.files.types import FileIdField
from app.domains.users.types import HeadingField, ProseField, UserIdField
from app.edge.media import ThumbnailUrls
from app.edge.openapi import example
from app.edge.schemas import KEPT, AmountCents, ApiModel, Currency, Instant

_MODULE_ID = "mod_01kbq2z7m8e6h9s0t3v5x7y9zg"
_TITLE = {"title": "Intro to n8n"}
_PREREQUISITES = {
    "required": ["A computer"],
    "nice_to_have": ["A task you repeat often"],
    "not_required": ["Programming"],
}
_TESTIMONIAL = {
    "quote": "After one evening my invoices wrote themselves.",
    "student_name": "Sam Sample",
    "student_role": "Bookkeeper",
    "is_featured": True,
}
_MODULE = {
    "title": "What is n8n, and how to set it up",
    "description": "Accounts, the editor, and a first workflow.",
    "session_number": 1,
    "duration_minutes": 20,
}
_CHECK = {"code": "description", "is_met": False, "hint": "Describe the course in at least 50 characters."}
_DRAFT: dict[str, Any] = {
    "id": "crs_01kbq2z7m8e6h9s0t3v5x7y9zb",
    "slug": "intro-to-n8n",
    "creator_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zf",
    "state": "draft",
    "is_on_sale": False,
    "title": "Intro to n8n",
    "tagline": "Let software do the copying and pasting.",
    "description": "Build automations.",
    "level": "beginner",
    "thumbnail": {
        "small": "https://img.peerloop.example/public/thumbnails/5f0c9f1e/320.webp",
        "medium": "https://img.peerloop.example/public/thumbnails/5f0c9f1e/640.webp",
        "large": "https://img.peerloop.example/public/thumbnails/5f0c9f1e/1280.webp",
    },
    "topics": [{"slug": "ai", "name": "Artificial Intelligence"}],
    "tags": ["automation", "n8n"],
    "objectives": ["Build a workflow from a trigger to a result"],
    "includes": ["Two live one-to-one sessions of 90 minutes"],
    "target_audience": ["People who repeat the same clicks every week"],
    "prerequisites": _PREREQUISITES,
    "testimonials": [_TESTIMONIAL],
    "session_count": 2,
    "session_duration_minutes": 90,
    "modules": [{"id": _MODULE_ID, "position": 1, **_MODULE}],
    "price_cents": 24_900,
    "is_priced": True,
    "currency": "usd",
    "price_guard": PRICE_GUARD,
    "checks": [_CHECK],
    "missing": ["description"],
    "published_at": None,
    "unpublished_at": None,
    "retired_at": None,
    "suspended_at": None,
    "suspended_reason": None,
    "created_at": "2026-11-02T09:00:00Z",
    "updated_at": "2026-11-02T09:30:00Z",
}

Title = Annotated[HeadingField, Field(min_length=3, max_length=200)]
Point = Annotated[HeadingField, Field(min_length=1, max_length=300)]
Tag = Annotated[HeadingField, Field(min_length=1, max_length=40)]
TopicSlug = Annotated[str, Field(min_length=1, max_length=64, pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Content = Annotated[ProseField, Field(min_length=1, max_length=5000)]
SessionNumber = Annotated[int, Field(ge=1, le=50)]
SessionCount = Annotated[int, Field(ge=1, le=50)]
Minutes = Annotated[int, Field(ge=0, le=12_000)]
Points = Annotated[list[Point], Field(max_length=20)]


class ThumbnailBody(ApiModel):
    """Which file a course's picture is made of."""

    model_config = ConfigDict(json_schema_extra=example("A file", {"file_id": "fil_01kbq2z7m8e6h9s0t3v5x7y9zm"}))

    file_id: FileIdField = Field(description="A file that the caller uploaded for `course_thumbnail` and completed.")


class NewCourse(ApiModel):
    """What a course begins with."""

    model_config = ConfigDict(json_schema_extra=example("Intro to n8n", _TITLE))

    title: Title = Field(description="What it is called; its address is made from it.")


class CourseChange(ApiModel):
    """Fields of a course to change; absent ones stay. Null clears a text."""

    model_config = ConfigDict(json_schema_extra=example("A price", {"price_cents": 24_900, "currency": "usd"}))

    title: Title = Field(KEPT, description="What it is called.")
    renew_slug: bool = Field(
        default=False,
        description="Make the address anew from the title, also of a course that was published; old ones lead there.",
    )
    tagline: Annotated[HeadingField, Field(min_length=1, max_length=150)] | None = Field(
        None, description="The course in one line."
    )
    description: Annotated[ProseField, Field(min_length=1, max_length=10_000)] | None = Field(
        None, description="What it is about; may have line breaks."
    )
    level: Level = Field(KEPT, strict=False, description="How much it expects of its students.")
    price_cents: AmountCents = Field(KEPT, description="One price, whoever teaches; 0 is free. For later sales only.")
    currency: Literal["usd"] = Field(KEPT, description="The currency of all prices.")
    session_count: SessionCount = Field(KEPT, description="How many sessions later students buy.")
    session_duration_minutes: Annotated[int, Field(ge=15, le=240, multiple_of=5)] = Field(
        KEPT, description="How long each session is; fixed once the course was published."
    )

    @property
    def changes(self) -> dict[str, Any]:
        """The columns to set."""
        given = self.model_dump(exclude_unset=True, exclude={"renew_slug", "currency"})
        return {name: "" if value is None else value for name, value in given.items()}


class PointList(ApiModel):
    """A list of short texts, as a whole."""

    model_config = ConfigDict(json_schema_extra=example("Two", {"items": ["Build a workflow", "Keep it running"]}))

    items: Points = Field(description="In the order in which they are shown.")


class PrerequisiteLists(ApiModel):
    """What to bring, and what not to worry about, as wholes."""

    model_config = ConfigDict(json_schema_extra=example("Intro to n8n", _PREREQUISITES))

    required: Points = Field(description="Without these the course does not work.")
    nice_to_have: Points = Field(description="These help.")
    not_required: Points = Field(description="These are often feared and not needed.")

    @property
    def points(self) -> dict[PointKind, list[str]]:
        return {
            PointKind.PREREQUISITE_REQUIRED: self.required,
            PointKind.PREREQUISITE_NICE: self.nice_to_have,
            PointKind.PREREQUISITE_NONE: self.not_required,
        }


class TagList(ApiModel):
    """All tags of a course."""

    model_config = ConfigDict(json_schema_extra=example("Two", {"items": ["automation", "n8n"]}))

    items: list[Tag] = Field(max_length=5, description="Finer labels than the topics; case does not matter.")


class TopicList(ApiModel):
    """All topics of a course."""

    model_config = ConfigDict(json_schema_extra=example("Two", {"items": ["ai", "business"]}))

    items: list[TopicSlug] = Field(
        min_length=1, max_length=3, description="Slugs of topics; the course is filed under the first."
    )


class TestimonialBody(ApiModel):
    """What somebody said about a course or its creator."""

    model_config = ConfigDict(json_schema_extra=example("Bookkeeper", _TESTIMONIAL))

    quote: Annotated[ProseField, Field(min_length=3, max_length=1000)] = Field(description="Their words.")
    student_name: Annotated[HeadingField, Field(min_length=1, max_length=100)] = Field(
        description="Who said it; ask them first."
    )
    student_role: Annotated[HeadingField, Field(min_length=1, max_length=100)] | None = Field(
        None, description="What they are, in a few words."
    )
    is_featured: bool = Field(default=False, description="Whether it is shown first.")


class TestimonialList(ApiModel):
    """All testimonials of a course."""

    model_config = ConfigDict(json_schema_extra=example("One", {"items": [_TESTIMONIAL]}))

    items: list[TestimonialBody] = Field(max_length=20, description="In the order in which they are shown.")

    @property
    def testimonials(self) -> list[Testimonial]:
        return [Testimonial(**item.model_dump()) for item in self.items]


class ModuleBody(ApiModel):
    """A unit of a curriculum."""

    model_config = ConfigDict(json_schema_extra=example("First module", _MODULE))

    title: Title = Field(description="What it is about.")
    description: Content | None = Field(None, description="Its content, for those who take or teach the course.")
    session_number: SessionNumber = Field(1, description="The session it is taught in, from 1.")
    duration_minutes: Minutes = Field(0, description="How long it takes; wanted before publishing.")


class ModuleEdit(ApiModel):
    """Fields of a module to change; absent ones stay. Null clears the description."""

    model_config = ConfigDict(json_schema_extra=example("Longer", {"duration_minutes": 25}))

    title: Title = Field(KEPT, description="What it is about.")
    description: Content | None = Field(None, description="Its content, for those who take or teach the course.")
    session_number: SessionNumber = Field(KEPT, description="The session it is taught in, from 1.")
    duration_minutes: Minutes = Field(KEPT, description="How long it takes.")

    @property
    def changes(self) -> dict[str, Any]:
        """The columns to set."""
        given = self.model_dump(exclude_unset=True)
        return {name: "" if value is None else value for name, value in given.items()}


class ListedModule(ModuleBody):
    """A unit of a whole curriculum."""

    model_config = ConfigDict(json_schema_extra=example("Kept module", {"module_id": _MODULE_ID, **_MODULE}))

    module_id: ModuleIdField | None = Field(
        None, description="Of a module that is there already; what belongs to it stays."
    )


class CurriculumBody(ApiModel):
    """A whole curriculum."""

    model_config = ConfigDict(
        json_schema_extra=example("One module", {"modules": [{"module_id": _MODULE_ID, **_MODULE}], "session_count": 1})
    )

    modules: list[ListedModule] = Field(max_length=MOST_MODULES, description="In the order in which they are taught.")
    session_count: SessionCount = Field(
        KEPT, description="How many sessions later students buy, when that changes together with the modules."
    )


class ModuleOrder(ApiModel):
    """The order of a curriculum."""

    model_config = ConfigDict(json_schema_extra=example("One module", {"module_ids": [_MODULE_ID]}))

    module_ids: list[ModuleIdField] = Field(max_length=MOST_MODULES, description="Every module of the course, once.")


class DraftTopic(ApiModel):
    """A topic that a course is filed under."""

    slug: str = Field(description="Its short name.")
    name: str = Field(description="What people read.")


class DraftModule(ApiModel):
    """A unit of the curriculum, for its editor."""

    id: ModuleIdField = Field(description="The module's id.")
    position: int = Field(description="Its place in the curriculum, from 1.")
    title: str = Field(description="What it is about.")
    description: str = Field(description="Its content, for those who take or teach the course; may be empty.")
    session_number: int = Field(description="The session it is taught in, from 1.")
    duration_minutes: int = Field(description="How long it takes; 0 when that is not said yet.")


class PublishCheck(ApiModel):
    """An entry of the publish checklist."""

    code: CheckCode = Field(strict=False, description="What is looked at.")
    is_met: bool = Field(description="Whether it is fulfilled.")
    hint: str = Field(description="What fulfils it.")


class Draft(ApiModel):
    """A course as its editor needs it, in whatever state it is."""

    model_config = ConfigDict(json_schema_extra=example("A draft", _DRAFT))

    id: CourseIdField = Field(description="The course's id.")
    slug: str = Field(description="Unique short name, used in addresses; as good as the id.")
    creator_id: UserIdField = Field(description="Whose course it is.")
    state: CourseState = Field(strict=False, description="Where it stands.")
    is_on_sale: bool = Field(description="Whether it can be bought: published and not suspended.")
    title: str = Field(description="What it is called.")
    tagline: str = Field(description="The course in one line; may be empty.")
    description: str = Field(description="What it is about; may be empty.")
    level: Level = Field(strict=False, description="How much it expects of its students.")
    thumbnail: ThumbnailUrls = Field(description="Its picture in three sizes; null while there is none.")
    topics: list[DraftTopic] = Field(description="What it is filed under, the main one first.")
    tags: list[str] = Field(description="Finer labels, in lower case and alphabetical order.")
    objectives: list[str] = Field(description="What its students can do afterwards.")
    includes: list[str] = Field(description="What comes with it.")
    target_audience: list[str] = Field(description="Whom it is meant for.")
    prerequisites: PrerequisiteLists = Field(description="What to bring, and what not to worry about.")
    testimonials: list[TestimonialBody] = Field(description="What people said.")
    session_count: int = Field(description="How many one-to-one sessions are bought.")
    session_duration_minutes: int = Field(description="How long each session is.")
    modules: list[DraftModule] = Field(description="The curriculum, in its order.")
    price_cents: AmountCents = Field(description="One price, whoever teaches; 0 is free.")
    is_priced: bool = Field(description="Whether somebody chose the price yet.")
    currency: Currency
    price_guard: PriceGuardView = Field(description="What everybody keeps of a sale at this price.")
    checks: list[PublishCheck] = Field(description="The whole publish checklist.")
    missing: list[CheckCode] = Field(description="Its entries that are not fulfilled.")
    published_at: Instant | None = Field(description="When it was published for the first time.")
    unpublished_at: Instant | None = Field(description="Since when its creator has it off sale.")
    retired_at: Instant | None = Field(description="Since when it is off sale for ever.")
    suspended_at: Instant | None = Field(description="Since when an administrator has it off sale.")
    suspended_reason: str | None = Field(description="Why.")
    created_at: Instant = Field(description="When it was begun.")
    updated_at: Instant = Field(description="When it was changed last.")
