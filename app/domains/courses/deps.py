"""How a request names a course, and what a list of courses can be narrowed to and ordered by."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Path, Query

from app.domains.courses.policies import normal_tag
from app.domains.courses.types import CourseFilter, CourseSort, Level

_HIGHEST = 100_000_000

IdOrSlug = Annotated[
    str,
    Path(max_length=100, pattern="^[a-z0-9_-]+$", description="The course's id or slug.", examples=["intro-to-n8n"]),
]

TopicParam = Annotated[
    str | None,
    Query(max_length=64, pattern="^[a-z0-9-]+$", description="A topic's slug; GET /api/topics lists them."),
]
TagParam = Annotated[str | None, Query(min_length=1, max_length=64, description="A tag, in any case.")]
LevelParam = Annotated[Level | None, Query(description="How much the course expects of its students.")]
CreatorParam = Annotated[
    str | None, Query(max_length=30, pattern="^[A-Za-z0-9_]+$", description="Handle or id of the course's creator.")
]
MinPriceParam = Annotated[
    int | None, Query(ge=0, le=_HIGHEST, description="Lowest price in minor units, itself included.")
]
MaxPriceParam = Annotated[
    int | None, Query(ge=0, le=_HIGHEST, description="Highest price in minor units, itself included.")
]
TextParam = Annotated[
    str | None,
    Query(
        max_length=100,
        description="Words that must all occur in title, tagline, description, tags or topic; case and accents do not matter.",
    ),
]
SortParam = Annotated[
    CourseSort | None, Query(description="Order of the list; by default `relevance` with `q` and `newest` without.")
]


async def _narrowed(
    topic: TopicParam = None,
    tag: TagParam = None,
    level: LevelParam = None,
    creator: CreatorParam = None,
    min_price_cents: MinPriceParam = None,
    max_price_cents: MaxPriceParam = None,
) -> CourseFilter:
    return CourseFilter(
        topic=topic,
        tag=normal_tag(tag) if tag is not None else None,
        level=level,
        creator=creator,
        min_price_cents=min_price_cents,
        max_price_cents=max_price_cents,
    )


async def _wanted(
    narrowed: Annotated[CourseFilter, Depends(_narrowed)], q: TextParam = None, sort: SortParam = None
) -> CourseFilter:
    return replace(narrowed, q=q, sort=sort or (CourseSort.RELEVANCE if q else CourseSort.NEWEST))


CourseFilterDep = Annotated[CourseFilter, Depends(_wanted)]
