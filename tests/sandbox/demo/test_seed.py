"""The demo data come through the services, show every kind of person, and can be used at once."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from app.db.session import ReadSession
from app.domains.courses.models import Course
from app.edge.media import THUMBNAIL
from app.sandbox.demo.cast import ADA, CAST, LOU, NIA, PASSWORD, PAULA, PRIYA, SAM, TARO, TESS, Member
from app.sandbox.demo.seed import COURSES, is_empty, seed
from tests.support.world import World

SLUGS = {
    "ai-tools-overview": (8, [90, 90], {PRIYA, TARO}),
    "intro-to-claude-code": (7, [85, 85], {PRIYA, TESS}),
    "intro-to-n8n": (8, [90, 90], {TESS, TARO}),
    "vibe-coding-101": (8, [90, 90], {TESS, TARO}),
}


@pytest.fixture
async def demo(world: World) -> World:
    assert await world.db.read(is_empty)
    await seed(world.db, world.app.state.passwords, world.app.state.providers.storage)
    assert not await world.db.read(is_empty)
    return world


async def log_in(world: World, member: Member) -> tuple[int, str]:
    answer = await world.http.post("/api/auth/login", json={"email": member.email, "password": PASSWORD})
    body = answer.json()
    return answer.status_code, body.get("access_token") or body["code"]


async def test_the_courses_are_on_sale_with_their_curriculum_and_teachers(demo: World) -> None:
    listed = (await demo.http.get("/api/courses", params={"topic": "ai", "sort": "title", "count": "true"})).json()
    assert ([course["slug"] for course in listed["items"]], listed["total"]) == (sorted(SLUGS), 4)
    for course in listed["items"]:
        modules, minutes, teachers = SLUGS[course["slug"]]
        facts = (course["price_cents"], course["currency"], course["session_count"], course["session_duration_minutes"])
        assert (*facts, course["module_count"]) == (24900, "usd", 2, 90, modules)
        curriculum = (await demo.http.get(f"/api/courses/{course['slug']}/curriculum")).json()["modules"]
        for number, total in enumerate(minutes, start=1):
            assert sum(m["duration_minutes"] for m in curriculum if m["session_number"] == number) == total
        shown = (await demo.http.get(f"/api/courses/{course['slug']}/teachers")).json()["items"]
        assert {teacher["name"] for teacher in shown} == {teacher.name for teacher in teachers}


async def test_every_course_says_enough(demo: World) -> None:
    for slug in SLUGS:
        course = (await demo.http.get(f"/api/courses/{slug}")).json()
        assert 6 <= len(course["objectives"]) <= 8
        assert len(course["tags"]) == 5
        assert len(course["audience"]) == 4
        assert all(course["prerequisites"].values())
        assert len(course["description"]) >= 200
        assert 20 <= len(course["tagline"]) <= 150


async def test_the_cast_logs_in_with_the_documented_password(demo: World) -> None:
    for member in CAST:
        status, token = await log_in(demo, member)
        if member is LOU:
            assert (status, token) == (403, "account_suspended")
            continue
        assert status == 200
        me = (await demo.http.get("/api/users/me", headers={"Authorization": f"Bearer {token}"})).json()
        assert (me["name"], me["timezone"], me["is_email_verified"]) == (
            member.name,
            member.timezone,
            member is not NIA,
        )
        assert ("admin" in me["roles"]) == (member is ADA)
        assert ("creator" in me["roles"]) == member.can_create_courses
        assert ("teacher" in me["roles"]) == bool(member.hours) == (member in {PRIYA, TESS, TARO, PAULA})
        assert me["is_profile_public"] == (bool(member.hours) or member.can_create_courses)


async def test_every_course_has_a_picture_of_its_own(demo: World) -> None:
    keys = await demo.db.read(thumbnail_keys)
    assert len(set(keys)) == len(COURSES)
    store = demo.app.state.providers.storage
    for key in keys:
        shown = [Image.open(io.BytesIO(await store.read(each))) for each in THUMBNAIL.keys_of(key)]
        assert [(each.format, each.size) for each in shown] == [
            ("WEBP", (320, 180)),
            ("WEBP", (640, 360)),
            ("WEBP", (1280, 720)),
        ]
    assert len({await store.read(THUMBNAIL.keys_of(key)[0]) for key in keys}) == len(COURSES)


def thumbnail_keys(session: ReadSession) -> list[str]:
    return [key for key in session.scalars(select(Course.thumbnail_key)) if key is not None]


async def test_nothing_is_waiting_to_be_sent(demo: World) -> None:
    assert await demo.mails_to(SAM.email) == []


async def test_a_second_time_nothing_is_changed(demo: World) -> None:
    with pytest.raises(ValueError, match="already"):
        await seed(demo.db, demo.app.state.passwords, demo.app.state.providers.storage)
    listed = (await demo.http.get("/api/courses", params={"count": "true"})).json()
    assert listed["total"] == len(COURSES)


def test_everybody_is_obviously_made_up() -> None:
    assert all(member.email.endswith("@peerloop.example") for member in CAST)
    assert len({member.email for member in CAST}) == len(CAST)
    assert {TESS.timezone, TARO.timezone} == {"America/Los_Angeles", "Asia/Tokyo"}
