"""Following people and courses: once, only what is to be seen, and nobody is named who does not want to be."""

import asyncio
from typing import Any

from sqlalchemy import select, update

from app.db.session import ReadSession, WriteSession
from app.domains.courses.models import Course
from app.domains.follows import service
from app.domains.follows.models import MemberFollow
from app.domains.users import service as users
from app.domains.users.models import User
from app.domains.users.types import UserId
from tests.domains.courses.samples import make_course, make_draft
from tests.support.world import Actor, World


def _change(session: WriteSession, user_id: UserId, values: dict[str, Any]) -> None:
    session.execute(update(User).where(User.id == user_id).values(values))


async def person(world: World, handle: str, *, is_public: bool = True) -> Actor:
    actor = await world.member(handle.title())
    await world.write(_change, actor.user_id, {"handle": handle, "is_profile_public": is_public})
    return actor


async def names(actor: Actor, path: str) -> list[str]:
    answer = await actor.get(path)
    assert answer.status_code == 200, answer.text
    return [item["handle"] for item in answer.json()["items"]]


def _pairs(session: ReadSession) -> int:
    return len(session.execute(select(MemberFollow.follower_id)).all())


async def test_following_is_kept_once_and_ends(world: World) -> None:
    sam, tess = await person(world, "sam_s"), await person(world, "tess_t")
    first = await sam.post("/api/users/TESS_T/follow")
    assert (first.status_code, first.json()) == (
        200,
        {"id": tess.user_id, "name": "Tess_T", "handle": "tess_t", "followed_at": "2026-12-01T09:00:00Z"},
    )
    world.clock.advance(minutes=5)
    answers = await asyncio.gather(*(sam.post("/api/users/tess_t/follow") for _ in range(5)))
    assert [answer.json() for answer in answers] == [first.json()] * 5
    assert await world.db.read(_pairs) == 1
    assert (await sam.get(f"/api/users/me/follows/{tess.user_id}")).json() == first.json()
    assert (await tess.get(f"/api/users/me/follows/{sam.user_id}")).json()["code"] == "not_following"
    assert await names(sam, "/api/users/me/follows") == ["tess_t"]
    for _ in range(2):
        assert (await sam.delete("/api/users/tess_t/follow")).status_code == 204
    assert await names(sam, "/api/users/me/follows") == []
    assert (await sam.get(f"/api/users/me/follows/{tess.user_id}")).status_code == 404


async def test_who_is_not_to_be_seen_cannot_be_followed(world: World) -> None:
    sam, hidden = await person(world, "sam_s"), await person(world, "hilda", is_public=False)
    banned = await person(world, "bert_b")
    await world.write(users.suspend, banned.user_id, "spam")
    for method in (sam.post, sam.delete):
        for handle in ("hilda", "bert_b", "nobody_here"):
            answer = await method(f"/api/users/{handle}/follow")
            assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found"), handle
    for actor, handle in ((sam, "sam_s"), (hidden, "hilda")):
        answer = await actor.post(f"/api/users/{handle}/follow")
        assert (answer.status_code, answer.json()["code"]) == (400, "follows_oneself")
    unproven = await world.member("Uma", is_verified=False)
    assert (await unproven.post("/api/users/sam_s/follow")).json()["code"] == "email_not_verified"
    assert await world.db.read(_pairs) == 0


async def test_private_people_are_counted_and_not_named_and_those_gone_neither(world: World) -> None:
    tess = await person(world, "tess_t")
    fans = [await person(world, name, is_public=name != "pia_p") for name in ("ann_a", "pia_p", "sue_s", "del_d")]
    for fan in fans:
        world.clock.advance(minutes=1)
        assert (await fan.post("/api/users/tess_t/follow")).status_code == 200
        assert (await tess.post(f"/api/users/{await _handle(fan)}/follow")).status_code in {200, 404}
    await world.write(users.suspend, fans[2].user_id, "spam")
    assert (await fans[3].delete("/api/users/me")).status_code == 204
    for path, total in (("followers", 2), ("following", 1)):
        shown = (await world.http.get(f"/api/users/tess_t/{path}", params={"count": True})).json()
        assert ([item["handle"] for item in shown["items"]], shown["total"]) == (["ann_a"], total), path
    assert await world.db.read(service.count_followers, tess.user_id) == 2
    await world.write(_change, tess.user_id, {"is_profile_public": False})
    assert await names(fans[0], "/api/users/me/follows") == []
    for path in ("followers", "following"):
        assert (await fans[0].get(f"/api/users/tess_t/{path}")).status_code == 404
        assert await names(tess, f"/api/users/tess_t/{path}") == ["ann_a"]
    assert (await fans[0].delete("/api/users/tess_t/follow")).status_code == 204  # what was followed can be left
    assert await world.db.read(service.count_followers, tess.user_id) == 1


async def _handle(actor: Actor) -> str:
    handle: str = (await actor.get("/api/users/me")).json()["handle"]
    return handle


async def test_lists_have_pages(world: World) -> None:
    tess = await person(world, "tess_t")
    fans = [await person(world, f"fan_{letter}") for letter in "abc"]
    for fan in fans:  # two of them in the same instant
        await fan.post("/api/users/tess_t/follow")
        await tess.post(f"/api/users/{await _handle(fan)}/follow")
        world.clock.advance(minutes=fan is fans[0])
    for path in ("/api/users/tess_t/followers", "/api/users/tess_t/following", "/api/users/me/follows"):
        first = (await tess.get(path, params={"limit": 2})).json()
        rest = (await tess.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
        shown = [item["handle"] for item in first["items"] + rest["items"]]
        assert (sorted(shown), shown[-1], rest["next_cursor"]) == (["fan_a", "fan_b", "fan_c"], "fan_a", None), path
        if path.endswith("s") and "tess" in path:
            foreign = path.replace("tess_t", "fan_a")
            assert (await tess.get(foreign, params={"cursor": first["next_cursor"]})).json()["code"] == "cursor_invalid"


def _retire(session: WriteSession, course_id: str) -> None:
    session.execute(update(Course).where(Course.id == course_id).values(retired_at=session.now))


async def test_courses_are_followed_while_on_sale_and_left_at_any_time(world: World) -> None:
    sam, creator = await person(world, "sam_s"), await world.member("Carla Creator")
    course_id = await make_course(world, creator.user_id)
    draft_id = await make_draft(world, creator.user_id, "Secret Draft")
    first = await sam.post("/api/courses/sample-course/follow")
    assert first.json() == {
        "id": course_id,
        "slug": "sample-course",
        "title": "Sample Course",
        "is_on_sale": True,
        "followed_at": "2026-12-01T09:01:00Z",
    }
    world.clock.advance(minutes=1)
    assert (await sam.post(f"/api/courses/{course_id}/follow")).json() == first.json()
    for unseen in (draft_id, "secret-draft", "nothing"):
        for method in (sam.post, sam.delete):
            assert (await method(f"/api/courses/{unseen}/follow")).json()["code"] == "course_not_found"
    assert await world.db.read(service.count_course_followers, course_id) == 1
    await world.write(_retire, course_id)
    assert (await creator.post(f"/api/courses/{course_id}/follow")).status_code == 404
    (kept,) = (await sam.get("/api/users/me/course-follows")).json()["items"]
    assert kept == first.json() | {"is_on_sale": False}
    assert (await sam.delete("/api/courses/sample-course/follow")).status_code == 204
    assert (await sam.get("/api/users/me/course-follows")).json()["items"] == []
    assert await world.db.read(service.count_course_followers, course_id) == 0
