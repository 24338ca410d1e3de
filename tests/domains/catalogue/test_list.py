"""GET /api/courses: what is found, in which order, and page by page."""

from typing import Any

import pytest

from app.core.pagination import CursorCodec
from app.domains.catalogue.types import CourseFilter, CourseSort
from tests.domains.courses.samples import make_course, make_draft
from tests.support.learning import Classroom
from tests.support.world import World

PICTURE = "http://127.0.0.1:8000/files/public/thumbnails/sample"
SIZES = {"small": 320, "medium": 640, "large": 1280}
AI = {"slug": "ai", "name": "Artificial Intelligence"}
TITLES = ["Zoo Keeping", "Baking Bread", "Art of Ants", "Café Culture"]


async def titles(world: World, **query: Any) -> list[str]:
    answer = await world.http.get("/api/courses", params=query)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


@pytest.fixture
async def catalogue(world: World) -> World:
    """Four courses on sale, published in this order, and a draft."""
    carla = await world.member("Carla Creator")
    other = await world.member("Otto Other")
    await make_course(world, carla.user_id, TITLES[0], price_cents=0, topic="design", tags=("animals",))
    await make_course(world, carla.user_id, TITLES[1], price_cents=500, tagline="ants not included", tags=("food",))
    await make_course(world, other.user_id, TITLES[2], price_cents=500, level="advanced", tags=("animals",))
    await make_course(world, other.user_id, TITLES[3], price_cents=900, description="100% café_life/" + "é" * 50)
    await make_draft(world, carla.user_id, "Hidden Draft", tags=("animals",))
    return world


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (None, [3, 2, 1, 0]),
        ("newest", [3, 2, 1, 0]),
        ("relevance", [3, 2, 1, 0]),
        ("price_asc", [0, 1, 2, 3]),
        ("price_desc", [3, 2, 1, 0]),
        ("title", [2, 1, 3, 0]),
        ("popular", [3, 2, 1, 0]),
        ("rating", [3, 2, 1, 0]),
    ],
)
async def test_every_order_page_by_page(catalogue: World, sort: str | None, expected: list[int]) -> None:
    query: dict[str, Any] = {"limit": 1} | ({"sort": sort} if sort else {})
    seen: list[str] = []
    while True:
        body = (await catalogue.http.get("/api/courses", params=query)).json()
        seen += [item["title"] for item in body["items"]]
        if body["next_cursor"] is None:
            break
        query["cursor"] = body["next_cursor"]
    assert seen == [TITLES[index] for index in expected]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "ants"}, [2, 1]),  # the title's match first, although the other would be as good by age
        ({"q": "ants", "sort": "newest"}, [2, 1]),
        ({"q": "ANTS of"}, [2, 1]),  # `of` alone would find the title only; beside another word it does not count
        ({"q": "of"}, [2]),
        ({"q": "ants of bread"}, [1]),
        ({"q": "cafe"}, [3]),
        ({"q": "CAFÉ"}, [3]),
        ({"q": "cafe\u0301"}, [3]),
        ({"q": "\uff43\uff41\uff46\uff45"}, [3]),
        ({"q": "caf"}, [3]),
        ({"q": "afe"}, []),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"q": "100%"}, [3]),
        ({"q": "cafe_lif"}, [3]),
        ({"q": "\\"}, []),
        ({"q": "'; DROP TABLE courses; --"}, []),
        ({"q": "zoo keeping\n"}, [0]),
        ({"q": "   "}, [3, 2, 1, 0]),
        ({"q": ""}, [3, 2, 1, 0]),
        ({"q": "hidden"}, []),
        ({"q": "artificial"}, [3, 2, 1]),
        ({"q": "animals"}, [2, 0]),
        ({"topic": "design"}, [0]),
        ({"topic": "nothing-like-it"}, []),
        ({"tag": "animals"}, [2, 0]),
        ({"tag": " Animals "}, [2, 0]),
        ({"tag": "animal"}, []),
        ({"level": "advanced"}, [2]),
        ({"min_price_cents": 500}, [3, 2, 1]),
        ({"max_price_cents": 500}, [2, 1, 0]),
        ({"min_price_cents": 1, "max_price_cents": 899}, [2, 1]),
        ({"max_price_cents": 0}, [0]),
        ({"creator": "carla_creator"}, [1, 0]),
        ({"creator": "CARLA_creator"}, [1, 0]),
        ({"creator": "nobody"}, []),
        ({"creator": "usr_01kbq2z7m8e6h9s0t3v5x7y9za"}, []),
        ({"creator": "otto_other", "level": "beginner"}, [3]),
        ({"tag": "animals", "topic": "ai", "q": "ants"}, [2]),
        ({"tag": "animals", "topic": "design"}, [0]),
        ({"tag": "animals", "sort": "price_desc"}, [2, 0]),
        ({"teacher": "carla_creator"}, []),
        ({"available_soon": "true"}, []),
        ({"min_rating": 1}, []),
    ],
)
async def test_every_filter(catalogue: World, query: dict[str, Any], expected: list[int]) -> None:
    assert await titles(catalogue, **query) == [TITLES[index] for index in expected]


async def test_an_older_match_in_the_title_comes_before_a_newer_one_elsewhere(world: World) -> None:
    creator = await world.member("Carla Creator")
    await make_course(world, creator.user_id, "All about Ants")
    await make_course(world, creator.user_id, "Bees", tagline="and ants")
    await make_course(world, creator.user_id, "Ants again", tagline="and bees")
    assert await titles(world, q="ants") == ["Ants again", "All about Ants", "Bees"]
    assert await titles(world, q="ants bees") == ["Ants again", "Bees"]


async def test_the_creator_may_be_named_by_id(catalogue: World) -> None:
    item = (await catalogue.http.get("/api/courses", params={"q": "bread"})).json()["items"][0]
    assert await titles(catalogue, creator=item["creator"]["id"]) == [TITLES[1], TITLES[0]]


async def test_equal_sort_values_are_told_apart_by_id(world: World) -> None:
    creator = await world.member("Carla Creator")
    made = [await make_course(world, creator.user_id, "Same Title", price_cents=100) for _ in range(4)]
    for sort, expected in (("price_asc", made), ("price_desc", made[::-1])):
        first = (await world.http.get("/api/courses", params={"limit": 2, "sort": sort})).json()
        query: dict[str, Any] = {"limit": 2, "sort": sort, "cursor": first["next_cursor"]}
        second = (await world.http.get("/api/courses", params=query)).json()
        assert [item["id"] for item in first["items"] + second["items"]] == expected


async def test_titles_are_ordered_alike_on_both_databases(world: World) -> None:
    """Postgres' usual collation ignores hyphens; SQLite's does not."""
    creator = await world.member("Carla Creator")
    for title in ("ab", "a c", "A b", "Äa", "b", "a-a z"):
        await make_course(world, creator.user_id, title if len(title) > 2 else f"{title} !!")
    assert await titles(world, sort="title") == ["a-a z", "A b", "a c", "Äa !!", "ab !!", "b !!"]


async def test_titles_are_ordered_by_what_they_are_now(world: World) -> None:
    """In whatever script; a slug is made of the first title, and of Latin letters."""
    room = await Classroom.open(world)
    creator = room.teacher
    for title in ("Яблоко", "“Mango” for All", "арбуз", "Éclairs"):
        await make_course(world, creator.user_id, title)
    answer = await creator.patch(f"/api/courses/{room.course_id}", {"title": "Zebra"})
    assert answer.status_code == 200, answer.text
    ordered = ["Éclairs", "“Mango” for All", "Zebra", "арбуз", "Яблоко"]
    assert await titles(world, sort="title") == ordered
    first = (await world.http.get("/api/courses", params={"sort": "title", "limit": 2})).json()
    assert await titles(world, sort="title", cursor=first["next_cursor"]) == ordered[2:]


async def test_a_title_in_long_letters_is_listed_and_leads_on(world: World) -> None:
    """One letter may be folded into eighteen."""
    creator = await world.member("Carla Creator")
    for _ in range(2):
        await make_course(world, creator.user_id, "\ufdfa " * 60)
    first = (await world.http.get("/api/courses", params={"sort": "title", "limit": 1})).json()
    assert len(await titles(world, sort="title", cursor=first["next_cursor"])) == 1


async def test_a_cursor_from_before_titles_were_sorted_by_themselves_is_refused(catalogue: World) -> None:
    cursors: CursorCodec = catalogue.app.state.cursors
    old = cursors.encode(f"courses.list:{CourseFilter(sort=CourseSort.TITLE)!r}", ["baking-bread", "crs_1"])
    answer = await catalogue.http.get("/api/courses", params={"sort": "title", "cursor": old})
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


async def test_the_total_is_counted_when_asked(catalogue: World) -> None:
    body = (await catalogue.http.get("/api/courses", params={"limit": 1, "tag": "animals"})).json()
    assert (body["total"], body["limit"]) == (None, 1)
    query: dict[str, Any] = {"limit": 1, "tag": "animals", "count": "true"}
    assert (await catalogue.http.get("/api/courses", params=query)).json()["total"] == 2
    none = await catalogue.http.get("/api/courses", params={"creator": "nobody", "count": "true"})
    assert none.json() == {"items": [], "next_cursor": None, "limit": 20, "total": 0}


async def test_a_card_shows_what_a_list_needs(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_course(world, creator.user_id, "Intro to Ants")
    assert (await world.http.get("/api/courses")).json()["items"] == [
        {
            "id": course_id,
            "slug": "intro-to-ants",
            "title": "Intro to Ants",
            "tagline": "A line",
            "level": "beginner",
            "thumbnail": {size: f"{PICTURE}/{width}.webp" for size, width in SIZES.items()},
            "topic": AI,
            "topics": [AI],
            "tags": ["apple", "zebra"],
            "creator": {
                "id": creator.user_id,
                "name": "Carla Creator",
                "handle": "carla_creator",
                "avatar": None,
            },
            "price_cents": 24900,
            "currency": "usd",
            "session_count": 2,
            "session_duration_minutes": 90,
            "module_count": 2,
            "rating": None,
            "rating_count": 0,
            "student_count": 0,
            "next_free_at": None,
            "is_featured": False,
            "published_at": "2026-12-01T09:01:00Z",
        }
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": 10**20},
        {"limit": "ten"},
        {"q": "x" * 101},
        {"topic": "Not A Slug"},
        {"topic": "x" * 65},
        {"tag": ""},
        {"level": "wizard"},
        {"creator": "no spaces"},
        {"creator": "x" * 31},
        {"min_price_cents": -1},
        {"max_price_cents": 10**20},
        {"max_price_cents": "1.5"},
        {"min_rating": 0},
        {"min_rating": 6},
        {"available_soon": "soon"},
        {"teacher": "no spaces"},
        {"sort": "random"},
        {"count": "perhaps"},
        {"cursor": "x" * 5000},
        {"page": 2},
        {"topics": "ai"},
    ],
)
async def test_wrong_queries_are_refused(world: World, query: dict[str, Any]) -> None:
    answer = await world.http.get("/api/courses", params=query)
    (name,) = query
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/query/{name}")


async def test_a_range_of_prices_has_its_lowest_first(world: World) -> None:
    answer = await world.http.get("/api/courses", params={"min_price_cents": 2, "max_price_cents": 1})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/query/max_price_cents")


async def test_a_filter_may_be_given_once(world: World) -> None:
    assert (await world.http.get("/api/courses?tag=a&tag=b")).status_code == 422


async def test_a_nul_is_refused(world: World) -> None:
    answer = await world.http.get("/api/courses?q=a%00b")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


async def test_bytes_that_are_no_text_find_nothing(world: World) -> None:
    assert (await world.http.get("/api/courses?q=%ff%fe")).json()["items"] == []


@pytest.mark.parametrize("other", [{"sort": "title"}, {"tag": "animals"}, {"q": "a"}, {"min_price_cents": 0}])
async def test_a_cursor_belongs_to_its_order_and_filters(catalogue: World, other: dict[str, Any]) -> None:
    cursor = (await catalogue.http.get("/api/courses", params={"limit": 1})).json()["next_cursor"]
    answer = await catalogue.http.get("/api/courses", params={"cursor": cursor, **other})
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


@pytest.mark.parametrize("cursor", ["x", "!", "é", "AAAAAAAAAAAAAAAAAAAAAAAA", "a" * 512])
async def test_a_forged_cursor_is_refused(world: World, cursor: str) -> None:
    answer = await world.http.get("/api/courses", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


async def test_the_size_of_a_page_may_change_on_the_way(catalogue: World) -> None:
    cursor = (await catalogue.http.get("/api/courses", params={"limit": 1})).json()["next_cursor"]
    assert await titles(catalogue, cursor=cursor, limit=100) == [TITLES[2], TITLES[1], TITLES[0]]
