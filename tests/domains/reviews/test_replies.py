"""Answering reviews, and hiding them."""

import pytest

from tests.domains.certificates.scene import Scene, act_as
from tests.domains.reviews.scene import COURSE, change, completed, path, summaries, write
from tests.domains.roles.admins import admin_of, entries
from tests.support.world import World

REPLY = {"text": "Thank you. More about errors is on its way."}
REASON = {"reason": "It insults the teacher."}


@pytest.fixture
async def scene(world: World) -> Scene:
    return await completed(world)


@pytest.mark.parametrize(("kind", "reviewed"), [("review", "teacher"), ("course-review", "creator")])
async def test_the_reviewed_person_answers(world: World, scene: Scene, kind: str, reviewed: str) -> None:
    review = await write(scene, kind)
    address = f"/api/reviews/{review['id']}"
    others = {"teacher", "creator", "student", "stranger", "admin"} - {reviewed}
    for role in others:
        actor = await act_as(scene, role)
        for answer in (await change(actor, f"{address}/reply", REPLY), await actor.delete(f"{address}/reply")):
            assert (answer.status_code, answer.json()["code"]) == (404, "review_not_found"), role
    owner = await act_as(scene, reviewed)
    shown = await world.http.get(address)
    answered = await change(owner, f"{address}/reply", REPLY, **{"If-Match": shown.headers["etag"]})
    assert answered.json() == shown.json() | {"reply": REPLY | {"replied_at": "2026-12-01T09:00:00Z"}}
    assert (await world.http.get(address)).json() == answered.json()
    stale = await change(owner, f"{address}/reply", REPLY, **{"If-Match": shown.headers["etag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    world.clock.advance(minutes=1)
    later = {"text": "Thank you. It is there now."}
    assert (await change(owner, f"{address}/reply", later)).json()["reply"] == later | {
        "replied_at": "2026-12-01T09:00:00Z"
    }
    for _ in range(2):
        assert (await owner.delete(f"{address}/reply")).status_code == 204
    assert (await world.http.get(address)).json()["reply"] is None
    await change(owner, f"{address}/reply", REPLY)
    subjects = [mail["subject"] for mail in await world.mails_to(scene.student.email)]
    assert subjects.count("Your review of Intro to n8n was answered") == 1


async def test_a_hidden_review_is_gone_for_all_but_its_author_and_admins(world: World, scene: Scene) -> None:
    review, admin = await write(scene, "course-review"), await admin_of(world)
    address, hiding = f"/api/reviews/{review['id']}", f"/api/admin/reviews/{review['id']}"
    hidden = await admin.post(f"{hiding}/hide", REASON)
    state = {"hidden_at": "2026-12-01T09:00:00Z", "hidden_reason": REASON["reason"]}
    assert hidden.json() == {"id": review["id"]} | state
    assert (await scene.student.get(path(scene, "course-review"))).json() == review | state
    assert (await admin.post(f"{hiding}/hide", REASON)).json()["code"] == "review_hidden"
    assert (await world.http.get(address)).json()["code"] == "review_not_found"
    assert (await world.http.get(f"/api/courses/{scene.course_id}/reviews")).json()["items"] == []
    course, _ = await summaries(scene)
    assert (course["rating"], course["rating_count"]) == (None, 0)
    for role, status in {"student": 200, "admin": 200, "teacher": 404, "creator": 404}.items():
        actor = admin if role == "admin" else await act_as(scene, role)
        assert (await actor.get(path(scene, "course-review"))).status_code == status, role
    assert (await change(scene.creator, f"{address}/reply", REPLY)).status_code == 404
    changed = await change(scene.student, path(scene, "course-review"), COURSE)
    assert (changed.status_code, changed.json()["code"]) == (409, "review_hidden")
    again = await scene.student.post(path(scene, "course-review"), COURSE)
    assert again.json()["code"] == "already_reviewed"
    mails = {mail["subject"]: mail["text"] for mail in await world.mails_to(scene.student.email)}
    assert REASON["reason"] in mails["Your review of Intro to n8n was hidden"]


async def test_a_hidden_review_can_be_shown_again(world: World, scene: Scene) -> None:
    review, admin = await write(scene, "review"), await admin_of(world)
    hiding = f"/api/admin/reviews/{review['id']}"
    assert (await admin.post(f"{hiding}/show")).json()["code"] == "review_shown"
    await admin.post(f"{hiding}/hide", REASON)
    listed = {
        is_hidden: await admin.get("/api/admin/reviews", params={"is_hidden": is_hidden}) for is_hidden in (False, True)
    }
    assert [len(answer.json()["items"]) for answer in listed.values()] == [0, 1]
    assert (await admin.post(f"{hiding}/show")).json() == {
        "id": review["id"],
        "hidden_at": None,
        "hidden_reason": None,
    }
    assert (await admin.get("/api/admin/reviews")).json()["items"] == [review]
    _, teacher = await summaries(scene)
    assert (teacher["rating"], teacher["rating_count"]) == (5.0, 1)
    log = [(entry.action, entry.actor_id, entry.reason) for entry in await entries(world, review["id"])]
    assert log == [("review.hidden", admin.user_id, REASON["reason"]), ("review.shown", admin.user_id, None)]
    for actor in (scene.creator, scene.teacher, scene.student):
        assert (await actor.post(f"{hiding}/hide", REASON)).status_code == 403
    assert (await admin.post("/api/admin/reviews/rev_01kbq2z7m8e6h9s0t3v5x7y9za/hide", REASON)).status_code == 404
