"""A course comes on sale and goes off it, is suspended and given away; its students keep what they bought."""

import asyncio
from typing import Any

import pytest

from app.domains.courses import service
from app.domains.courses.types import CheckCode, CourseId
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentId
from app.domains.payments import ledger
from app.domains.payments import service as payments
from tests.domains.courses.studio import MODULES, Desk
from tests.support.learning import Classroom
from tests.support.shop import buy, pay, start_checkout, verify
from tests.support.world import Actor, World


async def on_sale(world: World) -> list[str]:
    return [item["title"] for item in (await world.http.get("/api/courses")).json()["items"]]


async def test_publishing_names_what_is_missing(world: World) -> None:
    desk = await Desk.draft(world)
    answer = await desk.put("/publish")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (409, "course_incomplete")
    assert set(body["missing"]) == set(CheckCode) - {"title", "duration"}
    assert [check["code"] for check in body["checks"]] == list(CheckCode)
    assert await on_sale(world) == []


async def test_the_way_of_a_course(world: World) -> None:
    desk = await Desk.published(world)
    first = await desk.show()
    assert (first["state"], first["is_on_sale"], first["missing"]) == ("published", True, [])
    assert await on_sale(world) == ["Sample Course"]
    again = await desk.put("/publish")
    assert (again.status_code, again.json()["code"]) == (409, "course_not_draft")
    world.clock.advance(minutes=1)
    assert (await desk.put("/unpublish")).json()["state"] == "unpublished"
    assert await on_sale(world) == []
    assert (await desk.put("/unpublish")).json()["code"] == "course_not_published"
    back = (await desk.put("/publish")).json()
    assert (back["state"], back["published_at"], back["unpublished_at"]) == ("published", first["published_at"], None)
    assert (await desk.post("/retire")).json()["state"] == "retired"
    assert await on_sale(world) == []
    refused = [await desk.post("/retire"), await desk.put("/publish"), await desk.patch("", {"title": "Too late"})]
    assert [answer.json()["code"] for answer in refused] == [
        "course_not_retirable",
        "course_not_draft",
        "course_retired",
    ]


async def test_what_is_retired_is_not_said_to_be_incomplete(world: World) -> None:
    """Its creator could complete it no more."""
    desk = await Desk.published(world)
    await desk.put("/unpublish")
    await desk.put("/tags", {"items": []})
    await desk.post("/retire")
    answer = await desk.put("/publish")
    assert (answer.status_code, answer.json()["code"]) == (409, "course_not_draft")


async def test_a_draft_is_neither_unpublished_nor_retired(world: World) -> None:
    desk = await Desk.draft(world)
    answers = [await desk.put("/unpublish"), await desk.post("/retire")]
    assert [answer.json()["code"] for answer in answers] == ["course_not_published", "course_not_retirable"]


@pytest.mark.parametrize(
    ("path", "body", "missing"),
    [
        ("/curriculum", {"modules": []}, ["modules", "sessions"]),
        ("/curriculum", {"modules": MODULES, "session_count": 3}, ["sessions"]),
        ("/tags", {"items": []}, ["tags"]),
    ],
)
async def test_what_is_published_stays_complete(world: World, path: str, body: Any, missing: list[str]) -> None:
    desk = await Desk.published(world)
    before = await desk.show()
    answer = await desk.put(path, body)
    assert (answer.status_code, answer.json()["missing"]) == (409, missing)
    assert (await desk.patch("", {"description": "Short"})).json()["missing"] == ["description"]
    assert await desk.show() == before
    await desk.put("/unpublish")
    assert (await desk.put(path, body)).status_code == 200


async def test_a_published_course_can_be_given_another_session(world: World) -> None:
    desk = await Desk.published(world)
    body = {"modules": [*MODULES, {"title": "Third", "session_number": 3, "duration_minutes": 10}], "session_count": 3}
    shown = (await desk.put("/curriculum", body)).json()
    assert (shown["session_count"], len(shown["modules"]), shown["is_on_sale"]) == (3, 3, True)
    answer = await desk.patch("", {"session_duration_minutes": 45})
    assert (answer.status_code, answer.json()["code"]) == (409, "session_length_fixed")


async def sold(world: World) -> tuple[Classroom, Desk]:
    """A course of two sessions for $249."""
    creator = await world.member("Carla Creator", can_create_courses=True)
    room = await Classroom.open(world, teacher=creator)
    desk = Desk(world, creator, room.course_id)
    assert (await desk.patch("", {"price_cents": 24_900, "currency": "usd"})).status_code == 200
    return room, desk


ONE_SESSION = {"modules": [{"title": "All in one", "session_number": 1, "duration_minutes": 60}], "session_count": 1}


async def test_a_buyer_gets_what_was_offered(world: World) -> None:
    """Price and sessions are changed while one student pays, and after another one did."""
    room, desk = await sold(world)
    early, late, after = [await world.member(name) for name in ("Ella Early", "Lars Late", "Ann After")]
    bought = await buy(world, early, room)
    checkout = (await start_checkout(late, room)).json()
    assert (await desk.patch("", {"price_cents": 9900, "currency": "usd"})).status_code == 200
    assert (await desk.put("/curriculum", ONE_SESSION)).status_code == 200
    await pay(world, checkout)
    await world.settle()
    late_bought, after_bought = (await verify(late, checkout)).json(), await buy(world, after, room)
    places = [
        await world.db.read(enrollments.get_enrollment, EnrollmentId(seen["enrollment_id"]))
        for seen in (bought, late_bought, after_bought)
    ]
    paid = [place.transaction_id for place in places if place.transaction_id is not None]
    sales = [await world.db.read(payments.get_transaction, transaction_id) for transaction_id in paid]
    assert [(place.sessions_bought, sale.amount_cents) for place, sale in zip(places, sales, strict=True)] == [
        (2, 24_900),
        (2, 24_900),
        (1, 9900),
    ]


async def suspend(admin: Actor, course_id: str, reason: str = "Promises too much.") -> Any:
    return await admin.post(f"/api/admin/courses/{course_id}/suspend", {"reason": reason})


@pytest.mark.parametrize("way", ["unpublished", "retired", "suspended"])
async def test_off_sale_nobody_buys_and_students_go_on(world: World, way: str) -> None:
    room, desk = await sold(world)
    student = await room.student()
    admin = await world.member("Ada Admin", is_admin=True)
    match way:
        case "unpublished":
            answer = await desk.put("/unpublish")
        case "retired":
            answer = await desk.post("/retire")
        case _:
            answer = await suspend(admin, desk.course_id)
    assert answer.status_code == 200
    assert answer.json()["is_on_sale"] is False
    refused = await start_checkout(await world.member("Bea Buyer"), room)
    assert (refused.status_code, refused.json()["code"]) == (404, "course_not_found")
    assert (await student.book("2026-12-03T10:00:00Z")).status_code == 201


async def test_a_suspension_is_told_written_down_and_lifted(world: World) -> None:
    room, desk = await sold(world)
    admin = await world.member("Ada Admin", is_admin=True)
    assert (await suspend(admin, room.course_id)).json()["suspended_reason"] == "Promises too much."
    assert (await suspend(admin, room.course_id)).json()["code"] == "course_suspended"
    mail = (await world.mails_to(desk.actor.email))[0]
    assert (mail["subject"], "Promises too much." in mail["text"]) == ("Intro to n8n is suspended", True)
    shown = (await desk.put("/unpublish")).json()
    assert (shown["state"], shown["suspended_reason"]) == ("unpublished", "Promises too much.")
    assert (await desk.put("/publish")).json()["is_on_sale"] is False
    lifted = await admin.post(f"/api/admin/courses/{room.course_id}/unsuspend")
    assert (lifted.json()["is_on_sale"], lifted.json()["suspended_reason"]) == (True, None)
    again = await admin.post(f"/api/admin/courses/{room.course_id}/unsuspend")
    assert again.json()["code"] == "course_not_suspended"
    assert "It is on sale again." in (await world.mails_to(desk.actor.email))[0]["text"]
    entries = (await admin.get("/api/admin/audit", params={"subject_id": room.course_id})).json()["items"]
    assert [(entry["action"], entry["reason"]) for entry in entries] == [
        ("course.unsuspended", None),
        ("course.suspended", "Promises too much."),
    ]


async def test_administrators_find_courses_by_state(world: World) -> None:
    desk = await Desk.published(world)
    await Desk.draft(world, title="Later", actor=desk.actor)
    admin = await world.member("Ada Admin", is_admin=True)
    await suspend(admin, desk.course_id)
    for parameters, found in (
        ({}, {"Later", "Sample Course"}),
        ({"state": "draft"}, {"Later"}),
        ({"is_suspended": "true"}, {"Sample Course"}),
        ({"is_suspended": "false", "state": "published"}, set()),
    ):
        listed = (await admin.get("/api/admin/courses", params=parameters)).json()["items"]
        assert {item["title"] for item in listed} == found
        assert {item["creator"]["id"] for item in listed} <= {desk.actor.user_id}


async def transfer(admin: Actor, course_id: str, creator: Actor) -> Any:
    body = {"creator_id": creator.user_id, "reason": "Handed over."}
    return await admin.post(f"/api/admin/courses/{course_id}/transfer", body)


async def test_a_course_goes_to_another_creator(world: World) -> None:
    room, desk = await sold(world)
    admin, heir = await world.member("Ada Admin", is_admin=True), await world.member("Hana", can_create_courses=True)
    assert (await transfer(admin, room.course_id, heir)).json()["creator"]["id"] == heir.user_id
    assert (await desk.patch("", {"title": "Still mine"})).status_code == 404
    assert (await desk.by(heir).patch("", {"title": "Now mine"})).status_code == 200
    mails = [(await world.mails_to(person.email))[0] for person in (desk.actor, heir)]
    assert ["is now yours" in mail["text"] for mail in mails] == [False, True]
    entry = (await admin.get("/api/admin/audit", params={"subject_id": room.course_id})).json()["items"][0]
    assert (entry["action"], entry["after"]) == ("course.transferred", {"creator_id": heir.user_id})


async def test_to_whom_no_course_goes(world: World) -> None:
    room, desk = await sold(world)
    admin, member = await world.member("Ada Admin", is_admin=True), await world.member("Mia Member")
    student = await room.student(actor=await world.member("Sue Student", can_create_courses=True))
    unproven = await world.member("Uma Unproven", is_verified=False, can_create_courses=True)
    for nobody in (member, desk.actor, student.actor, unproven):
        answer = await transfer(admin, room.course_id, nobody)
        assert (answer.status_code, answer.json()["code"]) == (409, "creator_not_eligible")
    assert (await desk.show())["creator_id"] == desk.actor.user_id
    assert await world.mails_to(desk.actor.email) == []


async def test_whoever_pays_for_what_became_their_own_course_gets_no_place(world: World) -> None:
    room, _ = await sold(world)
    admin, heir = await world.member("Ada Admin", is_admin=True), await world.member("Hana", can_create_courses=True)
    checkout = (await start_checkout(heir, room)).json()
    assert (await transfer(admin, room.course_id, heir)).status_code == 200
    await pay(world, checkout)
    await world.settle()
    assert (await heir.get("/api/enrollments")).json()["items"] == []
    books = await world.db.read(ledger.trial_balance)
    assert books.is_sound
    assert books.balances["refunding:-:usd"] == -24_900  # it goes back


async def test_who_gives_lessons_in_a_course_still_sees_it_off_sale(world: World) -> None:
    room, desk = await sold(world)
    admin, heir = await world.member("Ada Admin", is_admin=True), await world.member("Hana", can_create_courses=True)
    await room.student()
    assert (await transfer(admin, room.course_id, heir)).status_code == 200
    assert (await desk.by(heir).put("/unpublish")).status_code == 200
    path = f"/api/courses/{room.course_id}"
    shown = [await desk.actor.get(path), await desk.actor.get(f"{path}/curriculum")]
    assert [answer.status_code for answer in shown] == [200, 200]
    assert (await admin.get(path)).json() == shown[0].json()


async def test_of_publishing_and_suspending_at_once_both_hold(world: World) -> None:
    desk = await Desk.complete(world)
    admin = await world.member("Ada Admin", is_admin=True)
    published, suspended = await asyncio.gather(desk.put("/publish"), suspend(admin, desk.course_id))
    assert (published.status_code, suspended.status_code) == (200, 200)
    shown = await desk.show()
    assert (shown["state"], shown["is_on_sale"]) == ("published", False)


async def test_of_deleting_and_publishing_one_wins(world: World) -> None:
    desk = await Desk.complete(world)
    answers = await asyncio.gather(desk.delete(), desk.put("/publish"))
    assert [answer.status_code for answer in answers] in ([204, 404], [409, 200])


async def test_a_draft_that_somebody_has_a_place_in_is_kept(world: World) -> None:
    """What refers to a course outside of it holds it: here a place, as a former version of the service could leave
    one."""
    desk = await Desk.complete(world)
    room = Classroom(world, desk.actor, CourseId(desk.course_id))
    await room.student()
    answer = await desk.delete()
    assert (answer.status_code, answer.json()["code"]) == (409, "course_in_use")
    assert (await world.db.read(service.get_course, CourseId(desk.course_id))).title == "Sample Course"
    assert len(await desk.module_ids()) == 2


async def test_topics_are_added_renamed_and_disused(world: World) -> None:
    desk = await Desk.draft(world)
    admin = await world.member("Ada Admin", is_admin=True)
    music = (await admin.post("/api/admin/topics", {"slug": "music", "name": "Music"})).json()
    assert (music["position"], music["is_active"]) == (3, True)
    twice = await admin.post("/api/admin/topics", {"slug": "music", "name": "Again"})
    assert (twice.status_code, twice.json()["code"]) == (409, "topic_exists")
    ai = next(t for t in (await admin.get("/api/admin/topics")).json()["items"] if t["slug"] == "ai")
    changed = await admin.patch(f"/api/admin/topics/{ai['id']}", {"name": "AI", "position": 9, "is_active": False})
    assert (changed.json()["name"], changed.json()["is_active"]) == ("AI", False)
    shown = [topic["slug"] for topic in (await world.http.get("/api/topics")).json()["items"]]
    assert shown == ["design", "music"]
    assert (await desk.put("/topics", {"items": ["ai", "music"]})).status_code == 200  # it was there before
    assert (await desk.put("/topics", {"items": ["music"]})).status_code == 200
    assert (await desk.put("/topics", {"items": ["ai"]})).status_code == 404
    unknown = await admin.patch("/api/admin/topics/top_01kbq2z7m8e6h9s0t3v5x7y9zk", {"name": "Nothing"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "topic_not_found")
    entries = (await admin.get("/api/admin/audit", params={"subject_type": "topic"})).json()["items"]
    assert [entry["action"] for entry in entries] == ["topic.changed", "topic.added"]
