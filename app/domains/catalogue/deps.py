"""What lists of the catalogue can be narrowed to and ordered by, read from the query."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from app.core.errors import InvalidRequest
from app.domains.catalogue.types import CourseFilter, CourseSort
from app.domains.courses.policies import normal_tag
from app.domains.courses.types import Level
from app.edge.paging import PageQuery

_HIGHEST = 100_000_000

_Topic = Annotated[
    str | None,
    Field(max_length=64, pattern="^[a-z0-9-]+$", description="A topic's slug; GET /api/topics lists them."),
]
_Person = Annotated[str | None, Field(max_length=30, pattern="^[A-Za-z0-9_]+$")]
_Price = Annotated[int | None, Field(ge=0, le=_HIGHEST)]
TopicParam = Annotated[_Topic, Query()]


class CourseQuery(PageQuery, strict=False):
    """Every part of it must be met by a course on the list."""

    topic: _Topic = None
    tag: str | None = Field(None, min_length=1, max_length=64, description="A tag, in any case.")
    level: Level | None = Field(None, description="How much the course expects of its students.")
    creator: _Person = Field(None, description="Handle or id of the course's creator.")
    teacher: _Person = Field(
        None, description="Handle or id of somebody with a public profile who can be booked for the course."
    )
    min_price_cents: _Price = Field(None, description="Lowest price in minor units, itself included.")
    max_price_cents: _Price = Field(
        None, description="Highest price in minor units, itself included; not below the lowest."
    )
    min_rating: int | None = Field(
        None, ge=1, le=5, description="Fewest stars on average; courses without reviews have none."
    )
    available_soon: bool = Field(False, description="Only courses of which a lesson can begin within seven days.")
    q: str | None = Field(
        None,
        max_length=100,
        description="Words that must all occur in title, tags, topics, tagline or description, also as the beginning of "
        "another; a word that no course has may have a typo. Case and accents do not matter.",
    )
    sort: CourseSort | None = Field(
        None, description="Order of the list; by default `relevance` with `q` and `newest` without."
    )
    count: bool = Field(False, description="Whether to answer `total` too.")

    def wanted(self) -> CourseFilter:
        """Raises `InvalidRequest` when no price can be meant."""
        lowest, highest = self.min_price_cents, self.max_price_cents
        if lowest is not None and highest is not None and lowest > highest:
            detail = "Must not be below `min_price_cents`."
            raise InvalidRequest(errors=[{"pointer": "/query/max_price_cents", "code": "range", "detail": detail}])
        return CourseFilter(
            q=self.q,
            topic=self.topic,
            tag=normal_tag(self.tag) if self.tag is not None else None,
            level=self.level,
            creator=self.creator,
            teacher=self.teacher,
            min_price_cents=lowest,
            max_price_cents=highest,
            min_rating=self.min_rating * 100 if self.min_rating is not None else None,
            is_available_soon=self.available_soon,
            sort=self.sort or (CourseSort.RELEVANCE if self.q else CourseSort.NEWEST),
        )
