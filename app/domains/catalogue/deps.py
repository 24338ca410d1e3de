"""What a list of courses can be narrowed to and ordered by, read from the query."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Query

from app.core.errors import InvalidRequest
from app.domains.catalogue.types import CourseFilter, CourseSort
from app.domains.courses.policies import normal_tag
from app.domains.courses.types import Level

_HIGHEST = 100_000_000

TopicParam = Annotated[
    str | None,
    Query(max_length=64, pattern="^[a-z0-9-]+$", description="A topic's slug; GET /api/topics lists them."),
]
TagParam = Annotated[str | None, Query(min_length=1, max_length=64, description="A tag, in any case.")]
LevelParam = Annotated[Level | None, Query(description="How much the course expects of its students.")]
CreatorParam = Annotated[
    str | None, Query(max_length=30, pattern="^[A-Za-z0-9_]+$", description="Handle or id of the course's creator.")
]
TeacherParam = Annotated[
    str | None,
    Query(
        max_length=30,
        pattern="^[A-Za-z0-9_]+$",
        description="Handle or id of somebody with a public profile who can be booked for the course.",
    ),
]
MinPriceParam = Annotated[
    int | None, Query(ge=0, le=_HIGHEST, description="Lowest price in minor units, itself included.")
]
MaxPriceParam = Annotated[
    int | None,
    Query(ge=0, le=_HIGHEST, description="Highest price in minor units, itself included; not below the lowest."),
]
TextParam = Annotated[
    str | None,
    Query(
        max_length=100,
        description="Words that must all occur in title, tags, topics, tagline or description, also as the beginning of "
        "another; a word that no course has may have a typo. Case and accents do not matter.",
    ),
]
MinRatingParam = Annotated[
    int | None, Query(ge=1, le=5, description="Fewest stars on average; courses without reviews have none.")
]
SoonParam = Annotated[bool, Query(description="Only courses of which a lesson can begin within seven days.")]
SortParam = Annotated[
    CourseSort | None, Query(description="Order of the list; by default `relevance` with `q` and `newest` without.")
]


async def _filed(topic: TopicParam = None, tag: TagParam = None, level: LevelParam = None) -> CourseFilter:
    return CourseFilter(topic=topic, tag=normal_tag(tag) if tag is not None else None, level=level)


async def _narrowed(
    filed: Annotated[CourseFilter, Depends(_filed)],
    creator: CreatorParam = None,
    teacher: TeacherParam = None,
    min_price_cents: MinPriceParam = None,
    max_price_cents: MaxPriceParam = None,
    min_rating: MinRatingParam = None,
    available_soon: SoonParam = False,
) -> CourseFilter:
    if min_price_cents is not None and max_price_cents is not None and min_price_cents > max_price_cents:
        detail = "Must not be below `min_price_cents`."
        raise InvalidRequest(errors=[{"pointer": "/query/max_price_cents", "code": "range", "detail": detail}])
    return replace(
        filed,
        creator=creator,
        teacher=teacher,
        min_price_cents=min_price_cents,
        max_price_cents=max_price_cents,
        min_rating=min_rating * 100 if min_rating is not None else None,
        is_available_soon=available_soon,
    )


async def _wanted(
    narrowed: Annotated[CourseFilter, Depends(_narrowed)], q: TextParam = None, sort: SortParam = None
) -> CourseFilter:
    return replace(narrowed, q=q, sort=sort or (CourseSort.RELEVANCE if q else CourseSort.NEWEST))


CourseFilterDep = Annotated[CourseFilter, Depends(_wanted)]
