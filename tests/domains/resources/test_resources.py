"""What a course shares: with whom, in which order, as a file or an address, and never a moment longer than allowed."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.calendar import service as calendar
from app.domains.courses.events import DraftDeleted
from app.domains.courses.models import Course
from app.domains.courses.service import drafting
from app.domains.courses.service.managing import get_row
from app.domains.courses.types import CourseId
from app.domains.enrollments.models import Enrollment
from app.domains.files import repository as file_repository
from app.domains.files import service as files
from app.domains.files.types import FileId, Purpose
from app.domains.resources.models import Resource
from app.domains.resources.types import MOST_RESOURCES, ResourceId
from tests.domains.auth.accounts import code
from tests.domains.courses.studio import ready_thumbnail
from tests.domains.homework.scene import Desk
from tests.support.learning import EVERY_DAY, booked
from tests.support.uploads import BODY, ready_file
from tests.support.world import Actor, World

LINK = {"kind": "link", "title": "The manual", "url": "https://docs.example/n8n"}
ALL, PUBLIC = ["The manual", "For everybody"], ["For everybody"]
READ, UNKNOWN, REFUSED = "read", (404, "resource_not_found"), (403, "may_not_share")
# By role: what the list of the course shows, and what becomes of changing something private.
COURSE: dict[str, tuple[list[str], object]] = {
    "creator": (ALL, READ),
    "admin": (ALL, READ),
    "teacher": (ALL, REFUSED),
    "certified": (ALL, REFUSED),
    "student": (ALL, REFUSED),
    "enrolled": (ALL, REFUSED),
    "completed": (ALL, REFUSED),
    "disputed": (ALL, REFUSED),
    "cancelled": (PUBLIC, UNKNOWN),
    "stranger": (PUBLIC, UNKNOWN),
    "other_creator": (PUBLIC, UNKNOWN),
}
# By role: whether the resources of a session are there, and whether they are theirs to change.
SESSION: dict[str, tuple[object, object]] = {
    "creator": (READ, READ),
    "admin": (READ, READ),
    "teacher": (READ, READ),
    "student": (READ, REFUSED),
    "certified": (UNKNOWN, UNKNOWN),
    "enrolled": (UNKNOWN, UNKNOWN),
    "stranger": (UNKNOWN, UNKNOWN),
}


@pytest.fixture
async def desk(world: World) -> Desk:
    return await Desk.of(world)


async def share(desk: Desk, actor: Actor | None = None, **changes: Any) -> str:
    """The id of something shared with the course."""
    answer = await (actor or desk.creator).post(f"/api/courses/{desk.course_id}/resources", LINK | changes)
    assert answer.status_code == 201, answer.text
    resource_id: str = answer.json()["id"]
    return resource_id


async def titles(actor: Actor, desk: Desk, query: str = "") -> list[str]:
    answer = await actor.get(f"/api/courses/{desk.course_id}/resources{query}")
    assert answer.headers["cache-control"] == "private, no-store"
    return [item["title"] for item in answer.json()["items"]]


async def lesson_of(desk: Desk) -> str:
    """A session of the student with the teacher of the place."""
    await desk.world.write(
        calendar.set_availability, desk.teacher.user_id, timezone="UTC", buffer_minutes=0, windows=EVERY_DAY
    )
    return await booked(desk.student, "2026-12-02T10:00:00Z")


async def test_a_course_shares_with_those_whose_it_is(desk: Desk) -> None:
    private, public = await share(desk), await share(desk, title="For everybody", is_public=True)
    for role, (shown, changing) in COURSE.items():
        actor = await desk.actor(role)
        assert await titles(actor, desk) == shown, role
        for path in (f"/api/resources/{private}", f"/api/resources/{private}/download"):
            answer = await actor.get(path)
            assert answer.is_success if shown == ALL else code(answer) == UNKNOWN, (role, path)
            assert answer.headers["cache-control"] == ("private, no-store" if answer.is_success else "no-store")
        assert (await actor.get(f"/api/resources/{public}/download")).json()["url"] == LINK["url"]
        changed = await actor.patch(f"/api/resources/{private}", {"kind": "link"})
        assert (READ if changed.is_success else code(changed)) == changing, role
        if not changed.is_success:
            assert code(await actor.delete(f"/api/resources/{private}")) == changing, role
            adding = await actor.post(f"/api/courses/{desk.course_id}/resources", LINK)
            ordering = await actor.put(f"/api/courses/{desk.course_id}/resources/order", {"resource_ids": []})
            expected = REFUSED if shown == ALL else (404, "course_not_found")
            assert code(adding) == code(ordering) == expected, role


async def test_visitors_get_what_is_public_while_they_see_the_course(desk: Desk) -> None:
    private, public = await share(desk), await share(desk, title="For everybody", is_public=True)
    visitor, course = desk.world.http, f"/api/courses/{desk.course_id}/resources"
    assert [item["title"] for item in (await visitor.get(course)).json()["items"]] == PUBLIC
    assert (await visitor.get(f"/api/resources/{public}")).json()["is_public"]
    assert code(await visitor.get(f"/api/resources/{private}")) == UNKNOWN
    await desk.world.write(_retire, desk.course_id)
    assert code(await visitor.get(course)) == (404, "course_not_found")
    assert code(await visitor.get(f"/api/resources/{public}/download")) == UNKNOWN
    assert await titles(desk.student.actor, desk) == ALL


def _retire(session: WriteSession, course_id: CourseId) -> None:
    session.change(update(Course).where(Course.id == course_id).values(retired_at=session.now))


async def test_a_session_shares_with_its_two(desk: Desk) -> None:
    session_id = await lesson_of(desk)
    path = f"/api/sessions/{session_id}/resources"
    made = await desk.teacher.post(path, LINK | {"title": "What we looked up"})
    assert made.status_code == 201, made.text
    assert (made.json()["session_id"], made.json()["course_id"]) == (session_id, desk.course_id)
    resource_id = made.json()["id"]
    for role, (reading, changing) in SESSION.items():
        actor = await desk.actor(role)
        one = await actor.get(f"/api/resources/{resource_id}")
        assert (READ if one.is_success else code(one)) == reading, role
        listed = await actor.get(path)
        assert listed.is_success == (reading == READ), role
        changed = await actor.patch(f"/api/resources/{resource_id}", {"title": f"By {role}"})
        assert (READ if changed.is_success else code(changed)) == changing, role
        added = await actor.post(path, LINK)
        assert added.is_success == (changing == READ), role
    assert code(await desk.creator.patch(f"/api/resources/{resource_id}", {"is_public": True})) == (
        409,
        "session_resource",
    )
    assert await titles(desk.student.actor, desk) == []
    assert (await desk.world.http.get(f"/api/resources/{resource_id}")).status_code == 404


async def test_who_is_cancelled_loses_everything_at_once(desk: Desk) -> None:
    session_id, private = await lesson_of(desk), await share(desk)
    await desk.teacher.post(f"/api/sessions/{session_id}/resources", LINK)
    paths = [f"/api/sessions/{session_id}/resources", f"/api/resources/{private}", f"/api/resources/{private}/download"]
    assert [(await desk.student.actor.get(path)).status_code for path in paths] == [200, 200, 200]
    await desk.world.write(_cancel, desk.student.actor.user_id)
    assert [(await desk.student.actor.get(path)).status_code for path in paths] == [404, 404, 404]


def _cancel(session: WriteSession, student_id: str) -> None:
    session.change(update(Enrollment).where(Enrollment.student_id == student_id).values(status="cancelled"))


async def test_a_file_is_had_through_an_address_that_ends(desk: Desk) -> None:
    file_id = await ready_file(desk.world, desk.creator, Purpose.RESOURCE, name="slides.txt")
    resource_id = await share(desk, kind="slide", url=None, file_id=file_id)
    path = f"/api/resources/{resource_id}/download"
    for _ in range(3):
        found = (await desk.student.actor.get(path)).json()
    assert found["expires_at"] == "2026-12-01T09:15:00Z"
    got = await desk.world.http.get(found["url"])
    assert got.content == BODY
    assert "slides.txt" in got.headers["content-disposition"]
    assert await desk.world.db.read(_downloads, ResourceId(resource_id)) == 3
    assert (await desk.creator.delete(f"/api/resources/{resource_id}")).status_code == 204
    assert code(await desk.student.actor.get(path)) == UNKNOWN
    assert await desk.world.db.read(_is_used, file_id) is False
    desk.world.clock.advance(minutes=16)
    await desk.world.settle()
    assert (await desk.world.http.get(found["url"])).status_code in {403, 404}


def _downloads(session: ReadSession, resource_id: ResourceId) -> int | None:
    return session.scalar(select(Resource.download_count).where(Resource.id == resource_id))


def _is_used(session: ReadSession, file_id: FileId) -> bool:
    file = file_repository.by_id(session, file_id)
    return file is not None and file.attached_to is not None


async def test_files_go_with_a_course_to_its_next_creator(desk: Desk) -> None:
    """Else they would fill the room of somebody who can neither delete them nor take them away. What the former creator
    shared in a session that they teach stays theirs."""
    world, heir = desk.world, await desk.world.member("Hana Heir", can_create_courses=True)
    picture = await world.write(ready_thumbnail, desk.creator.user_id)
    await world.write(files.attach, picture, desk.creator.user_id, Purpose.COURSE_THUMBNAIL, to=desk.course_id)
    slides, of_other, of_own, unused = [await ready_file(world, desk.creator, Purpose.RESOURCE) for _ in range(4)]
    resource_id = await share(desk, kind="slide", url=None, file_id=slides)
    for lesson_id, file_id in ((await lesson_of(desk), of_other), (await own_lesson_of(desk), of_own)):
        body = LINK | {"kind": "slide", "url": None, "file_id": file_id}
        assert (await desk.creator.post(f"/api/sessions/{lesson_id}/resources", body)).status_code == 201
    given = {"creator_id": heir.user_id, "reason": "Handed over."}
    moved = await (await desk.actor("admin")).post(f"/api/admin/courses/{desk.course_id}/transfer", given)
    assert moved.status_code == 200, moved.text
    assert await owned(heir) == {picture, slides, of_other}
    assert await owned(desk.creator) == {of_own, unused}
    assert (await heir.delete(f"/api/resources/{resource_id}")).status_code == 204
    assert await owned(heir) == {picture, of_other}
    last = await world.member("Lena Last", can_create_courses=True)
    given = {"creator_id": last.user_id, "reason": "Handed over again."}
    moved = await (await desk.actor("admin")).post(f"/api/admin/courses/{desk.course_id}/transfer", given)
    assert moved.status_code == 200, moved.text
    assert (await owned(last), await owned(heir)) == ({picture, of_other}, set())


async def test_a_file_that_is_shared_while_the_course_goes_away_is_not_left_behind(desk: Desk) -> None:
    heir, admin = await desk.world.member("Hana Heir", can_create_courses=True), await desk.actor("admin")
    slides = await ready_file(desk.world, desk.creator, Purpose.RESOURCE)
    given = {"creator_id": heir.user_id, "reason": "Handed over."}
    added, moved = await asyncio.gather(
        desk.creator.post(
            f"/api/courses/{desk.course_id}/resources", LINK | {"kind": "slide", "url": None, "file_id": slides}
        ),
        admin.post(f"/api/admin/courses/{desk.course_id}/transfer", given),
    )
    assert (added.status_code in {201, 403, 404}, moved.status_code) == (True, 200)
    assert await owned(heir if added.is_success else desk.creator) == {slides}


async def test_a_file_is_not_called_a_link(desk: Desk) -> None:
    slides = await ready_file(desk.world, desk.creator, Purpose.RESOURCE)
    path = f"/api/resources/{await share(desk, kind='slide', url=None, file_id=slides)}"
    refused = await desk.creator.patch(path, {"kind": "link"})
    assert (refused.status_code, refused.json()["code"]) == (409, "file_is_no_link")
    assert (await desk.creator.patch(path, {"kind": "document"})).json()["kind"] == "document"


async def test_a_module_that_goes_while_something_is_put_under_it_is_there_or_not(desk: Desk) -> None:
    path = f"/api/resources/{await share(desk)}"
    for _ in range(6):
        module = await desk.add_module()
        put, removed = await asyncio.gather(
            desk.creator.patch(path, {"module_id": module.id}), desk.creator.delete(module.path)
        )
        assert (put.status_code, removed.status_code) in {(200, 409), (404, 200)}
        await desk.creator.patch(path, {"module_id": None})
        await desk.creator.delete(module.path)


async def own_lesson_of(desk: Desk) -> str:
    """A session that the creator teaches."""
    creator_id = desk.creator.user_id
    await desk.world.write(calendar.set_availability, creator_id, timezone="UTC", buffer_minutes=0, windows=EVERY_DAY)
    return await booked(await desk.room.student(teacher_id=creator_id), "2026-12-02T12:00:00Z")


async def owned(actor: Actor) -> set[str]:
    return {item["id"] for item in (await actor.get("/api/files")).json()["items"]}


async def test_what_cannot_be_shared_is_refused(desk: Desk) -> None:
    homework, resource = [
        await ready_file(desk.world, desk.creator, purpose) for purpose in (Purpose.HOMEWORK, Purpose.RESOURCE)
    ]
    foreign = await ready_file(desk.world, desk.student.actor)
    refused: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"url": "http://docs.example/"}, (422, "invalid_request")),
        ({"url": None}, (422, "invalid_request")),
        ({"file_id": resource}, (422, "invalid_request")),
        ({"url": None, "file_id": resource}, (422, "invalid_request")),  # a link has an address
        ({"title": " "}, (422, "invalid_request")),
        ({"kind": "game"}, (422, "invalid_request")),
        ({"module_id": new_id("mod")}, (404, "module_not_found")),
        ({"kind": "slide", "url": None, "file_id": homework}, (409, "file_of_other_purpose")),
        ({"kind": "video", "url": None, "file_id": resource}, (409, "file_of_other_purpose")),
        ({"kind": "slide", "url": None, "file_id": foreign}, (404, "file_not_found")),
        ({"download_count": 7}, (422, "invalid_request")),
    ]
    for body, expected in refused:
        answer = await desk.creator.post(f"/api/courses/{desk.course_id}/resources", LINK | body)
        assert code(answer) == expected, body
    await share(desk, kind="slide", url=None, file_id=resource)
    again = LINK | {"kind": "slide", "url": None, "file_id": resource}
    assert code(await desk.creator.post(f"/api/courses/{desk.course_id}/resources", again)) == (409, "file_in_use")


async def test_the_whole_shelf_is_put_in_order(desk: Desk) -> None:
    ids = [await share(desk, title=f"Number {number}") for number in range(4)]
    path, student = f"/api/courses/{desk.course_id}/resources/order", desk.student.actor
    wanted = [ids[2], ids[0], ids[3], ids[1]]
    assert (await desk.creator.put(path, {"resource_ids": wanted})).status_code == 204
    assert await titles(student, desk) == ["Number 2", "Number 0", "Number 3", "Number 1"]
    page = (await student.get(f"/api/courses/{desk.course_id}/resources?limit=3")).json()
    assert await titles(student, desk, f"?limit=3&cursor={page['next_cursor']}") == ["Number 1"]
    for other in (ids[:3], [*ids, ids[0]], [*ids[:3], new_id("res")]):
        assert code(await desk.creator.put(path, {"resource_ids": other})) == (409, "resources_differ")
    orders = (wanted, wanted[::-1])
    await asyncio.gather(*(desk.creator.put(path, {"resource_ids": order}) for order in orders for _ in range(3)))
    shown = (await student.get(f"/api/courses/{desk.course_id}/resources")).json()["items"]
    assert [item["id"] for item in shown] in orders
    assert [item["position"] for item in shown] == [1, 2, 3, 4]


async def test_a_resource_is_changed_in_the_version_that_was_read(desk: Desk) -> None:
    module = (await desk.creator.get(f"/api/courses/{desk.course_id}/curriculum")).json()["modules"][0]["id"]
    path = f"/api/resources/{await share(desk)}"
    read = await desk.creator.get(path)
    changes = {"title": "Another title", "module_id": module, "is_public": True, "kind": "document"}
    changed = await desk.creator.patch(path, changes, if_match=read.headers["etag"])
    assert changed.json() == read.json() | changes
    stale = await desk.creator.patch(path, {"title": "Too late"}, if_match=read.headers["etag"])
    assert code(stale) == (412, "precondition_failed")
    assert code(await desk.creator.patch(path, {"module_id": new_id("mod")})) == (404, "module_not_found")
    assert (await desk.creator.patch(path, {"module_id": None})).json()["module_id"] is None


async def test_a_draft_that_is_deleted_takes_along_what_hangs_on_it(desk: Desk) -> None:
    file_id = await ready_file(desk.world, desk.creator, Purpose.RESOURCE)
    resource_id = await share(desk, kind="document", url=None, file_id=file_id)
    unused, used = await desk.give(), await desk.give()
    await desk.handed_in(used)
    await desk.world.write(_delete_draft, desk.course_id)
    assert code(await desk.creator.get(f"/api/resources/{resource_id}")) == UNKNOWN
    assert await desk.world.db.read(_is_used, file_id) is False
    left = (await desk.creator.get(f"/api/courses/{desk.course_id}/homework")).json()["items"]
    assert [item["id"] for item in left] == [used] != [unused]


async def test_a_course_that_was_published_a_moment_ago_keeps_what_hangs_on_it(desk: Desk) -> None:
    """Its creator is leaving and took it for a draft."""
    resource_id, assignment_id = await share(desk), await desk.give()
    assert await desk.world.write(_discard, desk.course_id) is False
    for path in (f"resources/{resource_id}", f"homework/{assignment_id}"):
        assert (await desk.creator.get(f"/api/{path}")).status_code == 200


def _discard(session: WriteSession, course_id: CourseId) -> bool:
    return drafting.discard(session, get_row(session, course_id))


async def test_what_admins_do_to_what_others_share_is_written_down(desk: Desk) -> None:
    admin = await desk.actor("admin")
    for actor in (desk.creator, admin):
        resource_id = await share(desk, actor)
        await actor.patch(f"/api/resources/{resource_id}", {"title": "Another title"})
        await actor.put(f"/api/courses/{desk.course_id}/resources/order", {"resource_ids": [resource_id]})
        await actor.delete(f"/api/resources/{resource_id}")
    entries = (await admin.get("/api/admin/audit", params={"actor_id": admin.user_id})).json()["items"]
    expected = ["resource.added", "resource.changed", "resource.removed", "resources.ordered"]
    assert sorted(entry["action"] for entry in entries) == expected


def _delete_draft(session: WriteSession, course_id: CourseId) -> None:
    session.publish(DraftDeleted(course_id))


async def test_a_course_shares_only_so_much(desk: Desk) -> None:
    first = await share(desk)
    await desk.world.write(_fill, ResourceId(first))
    answer = await desk.creator.post(f"/api/courses/{desk.course_id}/resources", LINK)
    assert code(answer) == (409, "too_many_resources")


def _fill(session: WriteSession, like: ResourceId) -> None:
    found = session.get_one(Resource, like)
    values = {column.key: getattr(found, column.key) for column in Resource.__table__.columns}
    session.add_all(Resource(**values | {"id": new_id("res")}) for _ in range(MOST_RESOURCES - 1))
    session.flush()
