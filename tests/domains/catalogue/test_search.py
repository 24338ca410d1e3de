"""What a search finds, and in which order: the same on both databases."""

import pytest

from app.domains.catalogue import words
from tests.domains.catalogue.searches import SEARCHES, drafts
from tests.domains.courses.samples import make_course
from tests.support.world import World


async def test_forty_searches(world: World) -> None:
    creator = await world.member("Carla Creator")
    for changes in drafts():
        await make_course(world, creator.user_id, **changes)
    found = []
    for q, _ in SEARCHES:
        answer = await world.http.get("/api/courses", params={"q": q, "limit": 3})
        found.append((q, [item["title"] for item in answer.json()["items"]]))
    assert len(SEARCHES) >= 40
    assert found == SEARCHES
    for q, limit in (("pr", 2), ("python", 1), ("art", 2), ("programming", 2), ("programming python", 1)):
        await _pages_agree(world, q, limit)


async def _pages_agree(world: World, q: str, limit: int) -> None:
    """Page by page comes what comes at once, and as much as was counted. Whole words fill the first pages of most, and
    are read off their index; the one page that has all is too large for that."""
    whole = (await world.http.get("/api/courses", params={"q": q, "count": "true"})).json()
    query, seen = {"q": q, "limit": str(limit)}, list[str]()
    while True:
        body = (await world.http.get("/api/courses", params=query)).json()
        seen += [item["id"] for item in body["items"]]
        if body["next_cursor"] is None:
            break
        query["cursor"] = body["next_cursor"]
    assert seen == [item["id"] for item in whole["items"]]
    assert len(seen) == whole["total"] > limit


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        ("python", "pyton", True),
        ("python", "pythonn", True),
        ("python", "jython", True),
        ("python", "pyhton", True),
        ("python", "ypthon", True),
        ("python", "pythno", True),
        ("python", "python", True),
        ("pytho", "pytoh", True),
        ("pytho", "phyto", False),
        ("pytho", "pyt", False),
        ("abcd", "bcda", False),
        ("abcd", "abdce", False),
        ("aabb", "abab", True),
        ("", "a", True),
    ],
)
def test_what_is_one_typo_away(one: str, other: str, is_near: bool) -> None:
    for word, candidate in ((one, other), (other, one)):
        assert words.nearest(word, [candidate]) == ([candidate] if is_near else [])
        if is_near and min(len(one), len(other)) >= 4:
            assert words.spellings(word) & words.spellings(candidate)


def test_in_a_long_word_a_letter_may_stand_elsewhere() -> None:
    assert words.nearest("phyton", ["python"]) == ["python"]
    assert words.nearest("phyton", ["python", "phytor"]) == ["phytor"]
    assert words.nearest("phyto", ["pytho"]) == []


def test_words_are_weighed_by_the_texts_that_have_them() -> None:
    found = words.weigh(("The Art of Art", 8, True), ("art, the-craft", 4, False))
    assert found == {"the": 8, "art": 12, "of": 8, "craft": 4}


def test_typos_are_forgiven_in_words_of_four_to_twenty_four_letters() -> None:
    assert [bool(words.spellings("a" * length)) for length in (3, 4, 24, 25)] == [False, True, True, False]
    assert list(words.words_of("x" * 50)) == ["x" * 40]


def test_a_search_has_eight_words() -> None:
    assert words.asked_words("a b c d e e f g h i j k", 8) == ["b", "c", "d", "e", "f", "g", "h", "i"]
    assert words.asked_words("how to", 8) == ["how", "to"]
