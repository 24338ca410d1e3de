"""What people see through a cache that keeps what the headers allow and drops what it is told to."""

from collections import Counter

import pytest
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.catalogue.models import CourseListing
from app.domains.courses import service as courses
from app.domains.users import service as users
from tests.domains.courses.samples import certify, make_course, make_draft
from tests.domains.courses.studio import Desk
from tests.edge.purging.conftest import Shop
from tests.support.edge import VISITOR

LIST, DETAIL = "/api/courses", "/api/courses/sample-course"
BROWSED = [LIST, f"{LIST}?topic=ai", "/api/topics", DETAIL, f"{DETAIL}/curriculum", f"{DETAIL}/teachers"]


def rename(session: WriteSession, title: str) -> None:
    """Past the services, so that nobody is told."""
    session.execute(update(CourseListing).values(title=title))


async def test_most_of_what_visitors_browse_is_served_by_the_edge(shop: Shop) -> None:
    labels: Counter[str] = Counter()
    for _ in range(20):
        labels.update([await shop.label(path) for path in BROWSED])
        shop.world.clock.advance(seconds=20)
    # 400 s: each address is fetched once, and asked about again once after the 300 s it is fresh for
    assert labels == {"MISS": 6, "HIT": 108, "UPDATING": 6}
    assert len(shop.edge.asked) == 12
    assert {request.headers["cf-connecting-ip"] for request in shop.edge.asked} == {VISITOR}


async def test_what_has_not_changed_is_not_sent_to_the_edge_again(shop: Shop) -> None:
    first = await shop.visitor.get(DETAIL)
    shop.world.clock.advance(seconds=361)
    again = await shop.visitor.get(DETAIL)
    assert (again.headers["cf-cache-status"], again.headers["age"], again.content) == (
        "REVALIDATED",
        "0",
        first.content,
    )
    assert shop.edge.asked[-1].headers["if-none-match"] == first.headers["etag"]
    for _ in range(2):
        answer = await shop.visitor.get(DETAIL, headers={"If-None-Match": first.headers["etag"]})
        assert (answer.status_code, answer.content, answer.headers["cf-cache-status"]) == (304, b"", "HIT")


async def test_what_has_changed_untold_is_old_for_six_minutes_at_most(shop: Shop) -> None:
    await shop.visitor.get(DETAIL)
    await shop.world.write(rename, "Renamed")
    shop.world.clock.advance(seconds=300)
    assert await shop.label(DETAIL) == "HIT"
    shop.world.clock.advance(seconds=61)
    answer = await shop.visitor.get(DETAIL)
    assert (answer.headers["cf-cache-status"], answer.json()["title"]) == ("EXPIRED", "Renamed")


async def test_while_it_asks_again_the_edge_serves_what_it_has(shop: Shop) -> None:
    await shop.visitor.get(DETAIL)
    await shop.world.write(rename, "Renamed")
    shop.world.clock.advance(seconds=301)
    answers = [await shop.visitor.get(DETAIL) for _ in range(2)]
    assert [answer.headers["cf-cache-status"] for answer in answers] == ["UPDATING", "HIT"]
    assert [answer.json()["title"] for answer in answers] == ["Sample Course", "Renamed"]


async def test_without_an_origin_the_catalogue_is_served_for_a_day_and_marked(shop: Shop) -> None:
    for path in BROWSED:
        await shop.visitor.get(path)
    shop.edge.is_origin_up = False
    shop.world.clock.advance(hours=24)
    for path in BROWSED:
        answer = await shop.visitor.get(path)
        assert (answer.status_code, answer.headers["cf-cache-status"], answer.headers["age"]) == (200, "STALE", "86400")
    assert (await shop.visitor.get(f"{LIST}?topic=design")).status_code == 521
    shop.world.clock.advance(minutes=6)
    assert (await shop.visitor.get(LIST)).status_code == 521
    shop.edge.is_origin_up = True
    assert [await shop.label(LIST) for _ in range(2)] == ["REVALIDATED", "HIT"]


async def test_a_published_course_is_at_the_edge_within_five_seconds(shop: Shop) -> None:
    assert "Fresh Course" not in (await shop.visitor.get(LIST)).text
    draft_id = await make_draft(shop.world, shop.creator.user_id, "Fresh Course")
    await shop.calm()
    assert "Fresh Course" not in (await shop.visitor.get(LIST)).text
    assert await shop.label(LIST) == "HIT"
    await shop.world.write(courses.publish_course, draft_id)
    assert await shop.seconds_until(LIST, "Fresh Course") <= 5


async def test_a_change_of_one_course_leaves_the_pages_of_others(shop: Shop) -> None:
    other_id = await make_course(shop.world, shop.creator.user_id, "Other Course")
    await shop.calm()
    for path in (*BROWSED, "/api/courses/other-course"):
        await shop.visitor.get(path)
    await certify(shop.world, (await shop.world.member("Tom Teacher")).user_id, other_id)
    await shop.calm()
    held = [path for path in (*BROWSED, "/api/courses/other-course") if shop.edge.holds(path)]
    assert held == [DETAIL, f"{DETAIL}/curriculum", f"{DETAIL}/teachers"]


async def test_work_on_what_is_not_on_sale_leaves_the_lists(shop: Shop) -> None:
    """A studio that saves as one types would keep every list cold."""
    browsed = [*BROWSED, "/api/creators", f"{DETAIL}/reviews"]
    for path in browsed:
        await shop.visitor.get(path)
    desk = await Desk.complete(shop.world, title="Other Course", actor=shop.creator)
    await desk.patch("", {"title": "Another Course"})
    assert await shop.waiting() == []
    for step in ("/publish", "/unpublish"):
        await desk.put(step)
    await shop.calm()
    for path in browsed:
        await shop.visitor.get(path)
    await desk.patch("", {"title": "Other Course again"})
    await shop.calm()
    assert [path for path in browsed if not shop.edge.holds(path)] == [f"{DETAIL}/reviews"]
    await desk.put("/publish")
    assert await shop.seconds_until(LIST, "Other Course again") <= 5
    await desk.post("/retire")
    await shop.calm()
    assert not shop.edge.holds(LIST)


async def test_a_changed_name_is_changed_wherever_it_stands(shop: Shop) -> None:
    stranger = await shop.world.member("Stan Stranger")
    for path in BROWSED:
        await shop.visitor.get(path)
    await stranger.patch("/api/users/me", {"name": "Stanley Stranger"})
    await shop.calm()
    assert {path for path in BROWSED if not shop.edge.holds(path)} == {f"{DETAIL}/teachers"}
    await shop.creator.patch("/api/users/me", {"name": "Carlotta Creator"})
    for path in (LIST, DETAIL):
        assert await shop.seconds_until(path, "Carlotta Creator") <= 5


@pytest.mark.parametrize("unit", [users.suspend, users.unsuspend])
async def test_who_comes_and_goes_changes_lists_of_people(shop: Shop, unit: object) -> None:
    await certify(shop.world, shop.creator.user_id, shop.course_id)
    if unit is users.unsuspend:
        await shop.world.write(users.suspend, shop.creator.user_id)
    await shop.calm()
    await shop.visitor.get(f"{DETAIL}/teachers")
    before = await shop.visitor.get(f"{DETAIL}/teachers")
    await shop.world.write(unit, shop.creator.user_id)  # type: ignore[arg-type]
    await shop.calm()
    after = await shop.visitor.get(f"{DETAIL}/teachers")
    assert before.headers["cf-cache-status"] == "HIT"
    assert len(after.json()["items"]) == (1 if unit is users.unsuspend else 0)
    assert len(before.json()["items"]) + len(after.json()["items"]) == 1


async def test_an_origin_s_own_memory_is_never_behind_its_own_commits(shop: Shop) -> None:
    """Past the edge, at the very same instant."""
    http = shop.world.http
    for title in ("One", "Two"):
        assert title not in (await http.get(LIST)).text
        await make_course(shop.world, shop.creator.user_id, title)
        assert title in (await http.get(LIST)).text
    await shop.creator.patch("/api/users/me", {"name": "Carlotta Creator"})
    assert (await http.get(DETAIL)).json()["creator"]["name"] == "Carlotta Creator"


async def test_reviews_of_a_course_go_off_with_it(shop: Shop) -> None:
    http = shop.world.http
    paths = [f"{DETAIL}/reviews", f"{DETAIL}/reviews/summary"]
    for path in paths:
        assert (await http.get(path)).status_code == 200
    assert (await shop.creator.put(f"{DETAIL}/unpublish", None)).status_code == 200
    assert [(await http.get(path)).status_code for path in paths] == [404, 404]


async def test_courses_of_somebody_follow_how_the_person_is_called_and_seen(shop: Shop) -> None:
    creator = shop.creator
    await certify(shop.world, creator.user_id, shop.course_id)
    by_handle, by_teacher = f"{LIST}?creator=new_handle", f"{LIST}?teacher={creator.user_id}"
    shown = {"handle": "new_handle", "is_profile_public": True}
    found = [await _count(shop, by_handle), await _count(shop, by_teacher)]
    assert (await creator.patch("/api/users/me", shown)).status_code == 200
    found += [await _count(shop, by_handle), await _count(shop, by_teacher)]
    await shop.world.write(users.suspend, creator.user_id)
    found += [await _count(shop, by_teacher)]
    await shop.world.write(users.unsuspend, creator.user_id)
    assert [*found, await _count(shop, by_teacher)] == [0, 0, 1, 1, 0, 1]


async def _count(shop: Shop, path: str) -> int:
    """Past the edge."""
    return len((await shop.world.http.get(path)).json()["items"])


async def test_an_origin_s_memory_of_what_others_commit_ends_after_two_seconds(shop: Shop) -> None:
    http = shop.world.http
    first = await http.get(DETAIL)
    await shop.world.write(rename, "Renamed")
    shop.world.clock.advance(seconds=2)
    kept = await http.get(DETAIL)
    assert kept.content == first.content
    assert kept.headers["x-request-id"] != first.headers["x-request-id"]
    assert kept.headers["ratelimit"] != ""
    assert kept.headers["x-frame-options"] == "DENY"
    shop.world.clock.advance(seconds=1)
    assert (await http.get(DETAIL)).json()["title"] == "Renamed"
