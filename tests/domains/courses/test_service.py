"""Making, publishing and teaching a course; and what other domains ask."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.courses import service
from app.domains.courses.errors import (
    CertificationNotFound,
    CourseIncomplete,
    CourseNotDraft,
    CourseNotFound,
    TopicNotFound,
)
from app.domains.courses.events import CourseChanged
from app.domains.courses.models import Certification, Course
from app.domains.courses.types import CheckCode, CourseFacts, CourseId, ModuleDraft
from app.domains.users import service as users
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from tests.domains.courses.samples import draft, make_course, make_draft
from tests.support.world import World

NO_COURSE = CourseId("crs_01kbq2z7m8e6h9s0t3v5x7y9zb")


def retire(session: WriteSession, course_id: CourseId) -> None:
    session.change(update(Course).where(Course.id == course_id).values(retired_at=session.now))
    session.publish(CourseChanged(course_id, is_listed=True))


async def test_the_facts_of_a_course(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_draft(world, creator.user_id)
    before = await world.db.read(service.get_course, course_id)
    assert before == CourseFacts(
        id=course_id,
        slug="sample-course",
        title="Sample Course",
        creator_id=creator.user_id,
        price_cents=24900,
        currency="usd",
        session_count=2,
        session_duration_minutes=90,
        is_on_sale=False,
    )
    await world.write(service.publish_course, course_id)
    after = await world.db.read(service.get_course, course_id)
    assert after.is_on_sale is True
    assert await world.db.read(service.get_courses, [course_id, NO_COURSE]) == {course_id: after}
    assert await world.db.read(service.get_courses, []) == {}
    for name in (course_id, "sample-course"):
        assert await world.db.read(service.find_published, name) == after


async def test_unknown_drafts_and_retired_courses_are_not_on_sale(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_draft(world, creator.user_id)
    for name in (course_id, "sample-course", NO_COURSE):
        with pytest.raises(CourseNotFound):
            await world.db.read(service.find_published, name)
    await world.write(service.publish_course, course_id)
    await world.write(retire, course_id)
    with pytest.raises(CourseNotFound):
        await world.db.read(service.find_published, course_id)
    assert (await world.http.get("/api/courses")).json()["items"] == []
    assert (await world.http.get(f"/api/courses/{course_id}")).status_code == 404
    assert (await creator.get(f"/api/courses/{course_id}")).status_code == 200
    assert (await world.db.read(service.get_course, course_id)).is_on_sale is False
    with pytest.raises(CourseNotFound):
        await world.db.read(service.get_course, NO_COURSE)
    with pytest.raises(CourseNotFound):
        await world.db.read(service.get_details, NO_COURSE)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"title": "ab"}, ["title"]),
        ({"title": "   "}, ["title"]),
        ({"description": "x" * 49}, ["description"]),
        ({"description": " " * 60}, ["description"]),
        ({"thumbnail_key": None}, ["thumbnail"]),
        ({"tags": ()}, ["tags"]),
        ({"is_priced": False}, ["price"]),
        ({"modules": ()}, ["modules", "sessions"]),
        ({"session_count": 3}, ["sessions"]),
        ({"session_count": 1}, ["sessions"]),
        ({"modules": (ModuleDraft("Only", "", 2, 45),)}, ["sessions"]),
        ({"session_count": 1, "modules": (ModuleDraft("Only", "", 1, 0),)}, ["duration"]),
        (
            {"title": "", "description": "", "tags": (), "modules": ()},
            ["title", "description", "tags", "modules", "sessions"],
        ),
    ],
)
async def test_an_incomplete_course_is_not_published(world: World, changes: dict[str, Any], missing: list[str]) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_draft(world, creator.user_id, **changes)
    with pytest.raises(CourseIncomplete) as refusal:
        await world.write(service.publish_course, course_id)
    assert refusal.value.context["missing"] == missing
    checks: list[dict[str, Any]] = refusal.value.context["checks"]  # type: ignore[assignment]
    assert [check["code"] for check in checks if not check["is_met"]] == missing
    assert [check["code"] for check in checks] == list(CheckCode)
    assert (await world.db.read(service.get_course, course_id)).is_on_sale is False


async def test_a_course_is_published_once(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_course(world, creator.user_id, description="x" * 50)
    with pytest.raises(CourseNotDraft):
        await world.write(service.publish_course, course_id)
    with pytest.raises(CourseNotFound):
        await world.write(service.publish_course, NO_COURSE)


async def test_a_retired_draft_is_not_published(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_draft(world, creator.user_id)
    await world.write(retire, course_id)
    with pytest.raises(CourseNotDraft):
        await world.write(service.publish_course, course_id)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Vibe Coding 101", "vibe-coding-101"),
        ("  Ärger & Co.: crs_1  ", "arger-co-crs-1"),
        ("日本語", "course"),
        ("x" * 200, "x" * 80),
    ],
)
async def test_the_slug_comes_from_the_title(world: World, title: str, slug: str) -> None:
    creator = await world.member("Carla Creator")
    first = await make_draft(world, creator.user_id, title)
    second = await make_draft(world, creator.user_id, title)
    assert (await world.db.read(service.get_course, first)).slug == slug
    assert (await world.db.read(service.get_course, second)).slug == f"{slug}-{second[-8:]}"


async def test_a_draft_needs_a_topic_that_exists(world: World) -> None:
    creator = await world.member("Carla Creator")
    with pytest.raises(TopicNotFound):
        await world.write(service.create_course, draft(creator.user_id))


async def test_tags_are_kept_in_lower_case_and_once(world: World) -> None:
    creator = await world.member("Carla Creator")
    await make_course(world, creator.user_id, tags=("Machine  Learning", "machine learning", "ÉCOLE"))
    item = (await world.http.get("/api/courses", params={"tag": "École"})).json()["items"][0]
    assert item["tags"] == ["machine learning", "école"]


async def test_an_almost_empty_draft_can_be_kept(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_draft(world, creator.user_id, modules=(), points={}, tags=(), description="", tagline="")
    answer = (await creator.get(f"/api/courses/{course_id}")).json()
    assert (answer["module_count"], answer["tags"], answer["published_at"]) == (0, [], None)


def withdraw(session: WriteSession, user_id: UserId, course_id: CourseId) -> None:
    of_person = (Certification.user_id == user_id) & (Certification.course_id == course_id)
    session.change(update(Certification).where(of_person).values(is_active=False))


async def test_certifying_pausing_and_certifying_again(world: World) -> None:
    creator, teacher = await world.member("Carla Creator"), await world.member("Tess Teacher")
    course_id = await make_course(world, creator.user_id)
    people: dict[str, Any] = {"user_id": teacher.user_id, "course_id": course_id}

    async def is_bookable() -> tuple[bool, bool]:
        alone = await world.db.read(service.is_bookable_teacher, course_id, teacher.user_id)
        return alone, await world.db.read(service.bookable_teacher_ids, course_id) == [teacher.user_id]

    assert await is_bookable() == (False, False)
    with pytest.raises(CertificationNotFound):
        await world.write(service.set_teaching, **people, is_teaching=False)
    await world.write(service.certify_teacher, **people, approved_by=creator.user_id)
    assert await is_bookable() == (True, True)
    assert (await world.db.read(users.get_user, teacher.user_id)).can_teach_courses
    await world.write(service.set_teaching, **people, is_teaching=False)
    assert await is_bookable() == (False, False)
    await world.write(service.certify_teacher, **people, approved_by=creator.user_id)
    assert await is_bookable() == (True, True)
    await world.write(withdraw, teacher.user_id, course_id)
    assert await is_bookable() == (False, False)
    assert "Secret" not in (await teacher.get(f"/api/courses/{course_id}/curriculum")).text


async def test_only_somebody_who_exists_is_certified(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_course(world, creator.user_id)
    nobody = UserId("usr_01kbq2z7m8e6h9s0t3v5x7y9za")
    with pytest.raises(UserNotFound):
        await world.write(service.certify_teacher, user_id=nobody, course_id=course_id, approved_by=creator.user_id)


async def test_a_course_can_be_published_by_one_of_many_at_once(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_draft(world, creator.user_id)
    outcomes = await asyncio.gather(
        *(world.write(service.publish_course, course_id) for _ in range(5)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CourseNotDraft"] * 4 + ["NoneType"]
