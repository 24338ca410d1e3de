"""Calls of the studio, each with a course that it can succeed on, all of one creator."""

from app.db.session import WriteSession
from app.domains.courses import service as courses
from app.domains.courses.repository.courses import modules_of
from app.domains.courses.types import CourseDraft, CourseId, ModuleDraft
from app.domains.users.types import UserId
from tests.domains.courses.studio import ready_thumbnail
from tests.hostile.stage import Call
from tests.support.world import Actor, World

_COMPLETE = "Everything that the checklist asks for, in more than fifty characters."
_MODULE = {"title": "A module", "description": "Inside.", "session_number": 1, "duration_minutes": 60}
_PRAISE = {"quote": "Great.", "student_name": "Sam Sample", "student_role": "Bookkeeper", "is_featured": True}
_PREREQUISITES = {"required": ["A computer"], "nice_to_have": ["Time"], "not_required": ["Money"]}
_CHANGE = {
    "title": "Better title",
    "renew_slug": True,
    "tagline": "In one line",
    "description": _COMPLETE,
    "level": "advanced",
    "price_cents": 9900,
    "currency": "usd",
    "session_count": 1,
    "session_duration_minutes": 60,
}


async def studio_calls(world: World) -> dict[str, Call]:
    """By operation. What ends a course has one of its own."""
    creator = await world.member("Stella Studio", can_create_courses=True)
    edited, doomed, complete, sold, ending = [
        await world.write(_course, creator.user_id, title, is_published=is_published)
        for title, is_published in (
            ("Edited", False),
            ("Doomed", False),
            ("Complete", False),
            ("Sold", True),
            ("Ending", True),
        )
    ]
    module_ids = [module.id for module in await world.db.read(modules_of, edited)]
    one = Call(creator, {"id_or_slug": edited})
    return {
        "courses.create": Call(creator, body={"title": "A new course"}),
        "courses.list_mine": Call(creator),
        "courses.draft": one,
        "courses.preview_price": Call(creator, {"id_or_slug": edited}, {"price_cents": "24900"}),
        "courses.change": Call(creator, {"id_or_slug": edited}, body=_CHANGE),
        "courses.delete": Call(creator, {"id_or_slug": doomed}),
        **{f"courses.replace_{name}": _list(creator, edited) for name in ("objectives", "includes", "target_audience")},
        "courses.replace_prerequisites": Call(creator, {"id_or_slug": edited}, body=_PREREQUISITES),
        "courses.replace_tags": Call(creator, {"id_or_slug": edited}, body={"items": ["n8n"]}),
        "courses.replace_topics": Call(creator, {"id_or_slug": edited}, body={"items": ["automation"]}),
        "courses.replace_testimonials": Call(creator, {"id_or_slug": edited}, body={"items": [_PRAISE]}),
        "modules.add": Call(creator, {"id_or_slug": edited}, body=_MODULE),
        "modules.change": Call(creator, {"id_or_slug": edited, "module_id": module_ids[0]}, body=_MODULE),
        **await _curriculum_calls(world, creator),
        **await _picture_calls(world, creator),
        "courses.publish": Call(creator, {"id_or_slug": complete}),
        "courses.unpublish": Call(creator, {"id_or_slug": sold}),
        "courses.retire": Call(creator, {"id_or_slug": ending}),
    }


def _list(creator: Actor, course_id: CourseId) -> Call:
    return Call(creator, {"id_or_slug": course_id}, body={"items": ["One", "Two"]})


async def _picture_calls(world: World, creator: Actor) -> dict[str, Call]:
    course = {"id_or_slug": await world.write(_course, creator.user_id, "Pictured", is_published=False)}
    file_id = await world.write(ready_thumbnail, creator.user_id)
    return {
        "courses.set_thumbnail": Call(creator, dict(course), body={"file_id": file_id}),
        "courses.remove_thumbnail": Call(creator, dict(course)),
    }


async def _curriculum_calls(world: World, creator: Actor) -> dict[str, Call]:
    """What needs the modules as they are."""
    ordered, replaced, shortened = [
        await world.write(_course, creator.user_id, title, is_published=False)
        for title in ("Ordered", "Replaced", "Shortened")
    ]
    places = {course_id: await world.db.read(modules_of, course_id) for course_id in (ordered, replaced, shortened)}
    kept = _MODULE | {"module_id": places[replaced][0].id}
    order = [module.id for module in reversed(places[ordered])]
    return {
        "modules.order": Call(creator, {"id_or_slug": ordered}, body={"module_ids": order}),
        "courses.replace_curriculum": Call(
            creator, {"id_or_slug": replaced}, body={"modules": [kept], "session_count": 1}
        ),
        "modules.remove": Call(creator, {"id_or_slug": shortened, "module_id": places[shortened][0].id}),
    }


async def studio_admin_calls(world: World) -> dict[str, Call]:
    admin = await world.member("Cora Curator", is_admin=True)
    creator, heir = [await world.member(name, can_create_courses=True) for name in ("Gil Giver", "Hana Heir")]
    fine, suspended, given = [
        await world.write(_course, creator.user_id, title, is_published=True) for title in ("Fine", "Shut", "Given")
    ]
    await world.write(courses.suspend, admin.user_id, suspended, "by mistake")
    topics = (await admin.get("/api/admin/topics")).json()["items"]
    wanted = {"slug": "music", "name": "Music", "position": 7}
    return {
        "admin_courses.list": Call(admin),
        "admin_courses.suspend": Call(admin, {"course_id": fine}, body={"reason": "Promises too much."}),
        "admin_courses.unsuspend": Call(admin, {"course_id": suspended}),
        "admin_courses.transfer": Call(
            admin, {"course_id": given}, body={"creator_id": heir.user_id, "reason": "Handed over."}
        ),
        "admin_topics.list": Call(admin),
        "admin_topics.add": Call(admin, body=wanted),
        "admin_topics.change": Call(
            admin, {"topic_id": topics[0]["id"]}, body={"name": "Automation", "position": 1, "is_active": True}
        ),
    }


def _course(session: WriteSession, creator_id: UserId, title: str, *, is_published: bool) -> CourseId:
    draft = CourseDraft(
        creator_id=creator_id,
        topic="automation",
        title=title,
        description=_COMPLETE,
        modules=(ModuleDraft("First", "Inside.", 1, 30), ModuleDraft("Second", "Inside.", 1, 30)),
        tags=("n8n",),
        thumbnail_key="public/thumbnails/sample",
    )
    course_id = courses.create_course(session, draft)
    if is_published:
        courses.publish_course(session, course_id)
    return course_id
