"""Cards are written once and kept for as long as the course stays as it is: no list may show one that is out of
date."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from app.db.session import ReadSession, WriteSession
from app.domains.catalogue.models import CourseListing
from app.domains.catalogue.schemas import CourseCard
from app.domains.catalogue.service import Cards
from app.domains.catalogue.types import Listing, Placed
from app.domains.courses.types import CourseId
from app.edge.media import addressed_by
from app.edge.paging import WrittenPage
from app.edge.schemas import Page
from tests.domains.catalogue.catalogues import change_course
from tests.domains.courses.samples import make_course
from tests.support.world import World

CHANGED: dict[str, Any] = {
    "slug": "another-slug",
    "title": "Another „title“ \\ \n",
    "tagline": "Anöther",
    "level": "advanced",
    "topics": [{"slug": "design", "name": "Design"}, {"slug": "ai", "name": "Artificial Intelligence"}],
    "tags": ["an", "other"],
    "creator_name": "Another Name",
    "creator_handle": "another_handle",
    "creator_avatar_key": "public/avatars/another",
    "thumbnail_key": "public/thumbnails/another",
    "price_cents": 4200,
    "currency": "eur",
    "session_count": 7,
    "session_duration_minutes": 45,
    "module_count": 9,
    "rating_count": 3,
    "rating_hundredths": 467,
    "student_count": 12,
    "next_free_at": datetime(2026, 12, 1, 15, tzinfo=UTC),
    "is_featured": True,
    "published_at": datetime(2026, 11, 2, 9, 0, 0, 250_000, tzinfo=UTC),
}
_VERSIONS = select(CourseListing.course_id, CourseListing.version)
_KEYS = {"id", "creator_id"}  # what a course is found by, and whose it is


async def _card(world: World) -> dict[str, Any]:
    """What the list shows of the only course, which is what its own page makes anew each time."""
    answer = await world.http.get("/api/courses", params={"count": "true"})
    written = Page[CourseCard].model_validate_json(answer.text).model_dump_json()
    assert answer.text == written
    (card,) = answer.json()["items"]
    details = (await world.http.get(f"/api/courses/{card['id']}")).json()
    assert card == {name: details[name] for name in card}
    found: dict[str, Any] = card
    return found


async def test_a_card_follows_every_value_it_is_made_of(world: World) -> None:
    assert CHANGED.keys() | _KEYS == set(Listing._fields)
    creator = await world.member("Carla Creator")
    course_id = await make_course(world, creator.user_id)
    before = await _card(world)
    for name, value in CHANGED.items():
        await world.write(_set, course_id, {name: value})
        now = await _card(world)
        assert now != before, name
        before = now
    assert before["rating"] == 4.67
    assert [topic["slug"] for topic in before["topics"]] == ["design", "ai"]
    await world.write(_set, course_id, {"next_free_at": None, "creator_avatar_key": None})
    assert (await _card(world))["next_free_at"] is None


async def test_a_course_that_comes_on_sale_again_is_shown_as_it_is(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_course(world, creator.user_id)
    before = await _card(world)
    await world.write(change_course, course_id, {"unpublished_at": world.clock.now(), "title": "Another"})
    assert (await world.http.get("/api/courses")).json()["items"] == []
    await world.write(change_course, course_id, {"unpublished_at": None})
    assert await _card(world) == before | {"title": "Another"}


async def test_more_courses_than_are_kept_are_shown_all_the_same(world: World) -> None:
    creator = await world.member("Carla Creator")
    ids = [await make_course(world, creator.user_id) for _ in range(3)]
    texts = iter("abcdefgh")
    cards = Cards(lambda listing: f"{next(texts)} {listing.id}", most=2)
    first = await world.db.read(_texts, cards, ids[:2])
    assert await world.db.read(_texts, cards, ids[:2]) == first == [f"a {ids[0]}", f"b {ids[1]}"]
    assert await world.db.read(_texts, cards, ids) == [*first, f"c {ids[2]}"]
    assert await world.db.read(_texts, cards, ids[:1]) == [f"d {ids[0]}"]


def _texts(session: ReadSession, cards: Cards, course_ids: list[CourseId]) -> list[str]:
    versions = {row.course_id: row.version for row in session.execute(_VERSIONS)}
    return [card.text for card in cards.of(session, [Placed(each, versions[each], ()) for each in course_ids])]


def _set(session: WriteSession, course_id: CourseId, values: dict[str, Any]) -> None:
    session.change(update(CourseListing).where(CourseListing.course_id == course_id).values(**values))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_page_of_texts_is_what_a_page_of_models_is(count: int) -> None:
    card = CourseCard.model_config["json_schema_extra"]["examples"][0]  # type: ignore[index]
    with addressed_by(str):
        whole = Page[CourseCard].model_validate(
            {"items": [card] * count, "next_cursor": "[]", "limit": 3}, strict=False
        )
    texts = tuple(item.model_dump_json() for item in whole.items)
    written = WrittenPage(Page[str](items=[], next_cursor="[]", limit=3), texts)
    assert written.model_dump_json() == whole.model_dump_json()
