"""Courses to test with."""

from typing import Any

from app.db.session import WriteSession
from app.domains.courses import service
from app.domains.courses.types import CourseDraft, CourseId, ModuleDraft, PointKind
from app.domains.users.types import UserId
from tests.support.world import World

LONG_ENOUGH = "What this course is about, told in at least fifty characters."


def draft(creator_id: UserId, title: str = "Sample Course", **changes: Any) -> CourseDraft:
    """A draft that may be published."""
    values: dict[str, Any] = {
        "topic": "ai",
        "tagline": "A line",
        "description": LONG_ENOUGH,
        "price_cents": 24900,
        "session_count": 2,
        "session_duration_minutes": 90,
        "modules": (ModuleDraft("First", "Secret one", 1, 45), ModuleDraft("Second", "Secret two", 2, 30)),
        "points": {PointKind.OBJECTIVE: ("Do it", "Do it again"), PointKind.PREREQUISITE_NONE: ("Money",)},
        "tags": ("zebra", "apple"),
        "thumbnail_key": "public/thumbnails/sample",
    }
    return CourseDraft(creator_id=creator_id, title=title, **(values | changes))


def add_topics(session: WriteSession) -> None:
    service.add_topic(session, slug="design", name="Design", position=2)
    service.add_topic(session, slug="ai", name="Artificial Intelligence", position=1)


async def make_draft(world: World, creator_id: UserId, title: str = "Sample Course", **changes: Any) -> CourseId:
    await world.write(add_topics)
    return await world.write(service.create_course, draft(creator_id, title, **changes))


async def make_course(world: World, creator_id: UserId, title: str = "Sample Course", **changes: Any) -> CourseId:
    """A course on sale; each is published a minute after the one before."""
    course_id = await make_draft(world, creator_id, title, **changes)
    world.clock.advance(minutes=1)
    await world.write(service.publish_course, course_id)
    return course_id


async def certify(world: World, user_id: UserId, course_id: CourseId) -> None:
    """Let the person teach the course, by their own approval."""
    await world.write(service.certify_teacher, user_id=user_id, course_id=course_id, approved_by=user_id)
