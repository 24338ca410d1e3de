"""Who may teach a course: certified directly, withdrawn, restored, pausing, and what that means for others."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from app.db.session import ReadSession
from app.domains.audit.models import AuditEntry
from tests.domains.accounts.life import reissued
from tests.domains.certificates.scene import Scene, act_as, is_bookable, make_admin, open_scene
from tests.support.learning import Classroom
from tests.support.shop import start_checkout
from tests.support.world import Actor, World

WHY = "Three sessions in a row were not held."
OUT, IN = {"is_active": False, "reason": WHY}, {"is_active": True}


@pytest.fixture
async def scene(world: World) -> Scene:
    return await open_scene(world)


def teachers(scene: Scene, person: Actor | None = None) -> str:
    return f"/api/courses/{scene.course_id}/teachers{f'/{person.user_id}' if person else ''}"


async def pause(scene: Scene, person: Actor, *, is_teaching: bool = False) -> Any:
    return await person.patch(f"/api/teachers/me/courses/{scene.course_id}", {"is_teaching": is_teaching})


async def subjects_to(world: World, person: Actor) -> list[str]:
    return [mail["subject"] for mail in await world.mails_to(person.email)]


def _audited(session: ReadSession, user_id: str) -> list[tuple[str, str | None, str | None]]:
    rows = select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.reason).where(AuditEntry.subject_id == user_id)
    return [(action, actor_id, reason) for action, actor_id, reason in session.execute(rows)]


@pytest.mark.parametrize("role", ["creator", "admin"])
@pytest.mark.parametrize("was_recommended", [True, False])
async def test_who_completed_the_course_is_certified_directly(scene: Scene, role: str, was_recommended: bool) -> None:
    await (scene.recommended() if was_recommended else scene.complete())
    caller = await act_as(scene, role)
    answer = await caller.post(teachers(scene), {"user_id": scene.student.user_id})
    assert answer.status_code == 201, answer.text
    assert (answer.json()["name"], answer.json()["is_bookable"]) == ("Sam Sample", True)
    assert await is_bookable(scene, scene.student)
    (certificate,) = (await scene.student.get("/api/certificates")).json()["items"]
    assert (certificate["status"], certificate["decided_at"]) == ("issued", "2026-12-01T09:00:00Z")
    audited = await scene.world.db.read(_audited, scene.student.user_id)
    assert ("teacher.certified", caller.user_id, None) in audited
    assert ("user.capabilities_changed", caller.user_id, "certified to teach") in audited
    assert "You may now teach Intro to n8n" in await subjects_to(scene.world, scene.student)
    again = await caller.post(teachers(scene), {"user_id": scene.student.user_id})
    assert (again.status_code, again.json()["code"]) == (409, "already_certified")


async def test_turning_a_recommendation_down_is_written_down(scene: Scene) -> None:
    certificate_id = await scene.recommended()
    admin = await act_as(scene, "admin")
    assert (await admin.post(f"/api/certificates/{certificate_id}/reject")).status_code == 200
    audited = await scene.world.db.read(_audited, scene.student.user_id)
    assert ("teacher.rejected", admin.user_id, None) in audited


@pytest.mark.parametrize(
    ("role", "whom", "status", "code"),
    [
        ("creator", "student", 409, "course_not_completed"),
        ("teacher", "student", 404, "course_not_found"),
        ("student", "student", 404, "course_not_found"),
        ("stranger", "student", 404, "course_not_found"),
        ("creator", "teacher", 409, "already_certified"),
    ],
)
async def test_nobody_else_is_certified(scene: Scene, role: str, whom: str, status: int, code: str) -> None:
    caller, person = await act_as(scene, role), await act_as(scene, whom)
    answer = await caller.post(teachers(scene), {"user_id": person.user_id})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not await is_bookable(scene, scene.student)


async def test_creators_certify_themselves_and_admins_do_not(world: World) -> None:
    scene = await open_scene(world)
    await scene.complete()
    await world.write(make_admin, scene.student.user_id)
    refused = await scene.student.post(teachers(scene), {"user_id": scene.student.user_id})
    assert (refused.status_code, refused.json()["code"]) == (403, "may_not_decide")
    await scene.creator.put(teachers(scene, scene.creator), OUT)
    assert not await is_bookable(scene, scene.creator)
    answer = await scene.creator.post(teachers(scene), {"user_id": scene.creator.user_id})
    assert (answer.status_code, answer.json()["is_bookable"]) == (201, True)
    assert (await scene.creator.get("/api/certificates")).json()["items"] == []


async def test_of_ten_who_certify_at_once_one_does(scene: Scene) -> None:
    await scene.complete()
    judges = [scene.creator, await act_as(scene, "admin")] * 5
    body = {"user_id": scene.student.user_id}
    answers = await asyncio.gather(*(judge.post(teachers(scene), body) for judge in judges))
    assert Counter(answer.json().get("code", "certified") for answer in answers) == {
        "certified": 1,
        "already_certified": 9,
    }
    assert len((await scene.student.get("/api/certificates")).json()["items"]) == 1


async def certified(scene: Scene) -> str:
    """Certify the student; the certificate's code."""
    await scene.complete()
    await scene.creator.post(teachers(scene), {"user_id": scene.student.user_id})
    (held,) = (await scene.student.get("/api/certificates")).json()["items"]
    code: str = held["verify_code"]
    return code


async def test_a_withdrawn_teacher_can_be_chosen_no_more_until_restored(scene: Scene) -> None:
    world, code = scene.world, await certified(scene)
    answer = await scene.creator.put(teachers(scene, scene.student), OUT)
    assert answer.status_code == 200, answer.text
    assert {name: answer.json()[name] for name in ("is_active", "is_bookable", "withdrawn_reason")} == {
        "is_active": False,
        "is_bookable": False,
        "withdrawn_reason": WHY,
    }
    assert (await world.http.get(f"/api/certificates/{code}/verify")).json()["status"] == "revoked"
    buyer, room = await world.member("Bea Buyer"), Classroom(world, scene.student, scene.course_id)
    assert (await start_checkout(buyer, room)).json()["code"] == "teacher_not_available"
    (mail,) = [each for each in await world.mails_to(scene.student.email) if "no longer" in each["subject"]]
    assert WHY in mail["text"]
    audited = await world.db.read(_audited, scene.student.user_id)
    assert ("teacher.withdrawn", scene.creator.user_id, WHY) in audited

    restored = await scene.creator.put(teachers(scene, scene.student), IN)
    assert (restored.json()["is_bookable"], restored.json()["withdrawn_reason"]) == (True, None)
    assert (await world.http.get(f"/api/certificates/{code}/verify")).json()["status"] == "issued"
    assert (await start_checkout(buyer, room)).status_code == 201
    assert "You may teach Intro to n8n again" in await subjects_to(world, scene.student)


async def test_what_is_so_already_is_no_change_and_told_once(scene: Scene) -> None:
    await certified(scene)
    for body in (OUT, OUT | {"reason": "Another reason."}, IN, IN):
        assert (await scene.creator.put(teachers(scene, scene.student), body)).status_code == 200
        scene.world.clock.advance(seconds=1)
    actions = [action for action, _, _ in await scene.world.db.read(_audited, scene.student.user_id)]
    assert Counter(actions)["teacher.withdrawn"] == Counter(actions)["teacher.restored"] == 1


async def test_only_an_admin_undoes_what_an_admin_did(scene: Scene) -> None:
    await certified(scene)
    admin = await act_as(scene, "admin")
    await admin.put(teachers(scene, scene.student), OUT)
    for refused in (
        await scene.creator.put(teachers(scene, scene.student), IN),
        await scene.creator.post(teachers(scene), {"user_id": scene.student.user_id}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "withdrawn_by_admin")
    assert not await is_bookable(scene, scene.student)
    assert (await admin.put(teachers(scene, scene.student), IN)).json()["is_bookable"] is True


async def test_an_admin_seals_what_the_creator_withdrew(scene: Scene) -> None:
    await certified(scene)
    await scene.creator.put(teachers(scene, scene.student), OUT)
    admin = await act_as(scene, "admin")
    for _ in range(2):
        sealed = await admin.put(teachers(scene, scene.student), OUT | {"reason": "For good."})
        assert sealed.json()["withdrawn_reason"] == "For good."
    refused = await scene.creator.put(teachers(scene, scene.student), IN)
    assert (refused.status_code, refused.json()["code"]) == (409, "withdrawn_by_admin")
    audited = await scene.world.db.read(_audited, scene.student.user_id)
    assert audited.count(("teacher.withdrawn", admin.user_id, "For good.")) == 1
    assert len([each for each in await subjects_to(scene.world, scene.student) if "no longer" in each]) == 1


async def test_who_was_withdrawn_can_be_recommended_anew(scene: Scene) -> None:
    await certified(scene)
    await scene.creator.put(teachers(scene, scene.student), OUT)
    await scene.recommended_again()
    restored = await scene.creator.put(teachers(scene, scene.student), IN)
    assert restored.json()["is_bookable"] is True
    statuses = [item["status"] for item in (await scene.student.get("/api/certificates")).json()["items"]]
    assert sorted(statuses) == ["issued", "revoked"]


@pytest.mark.parametrize("role", ["teacher", "student", "stranger"])
async def test_nobody_else_withdraws(scene: Scene, role: str) -> None:
    answer = await (await act_as(scene, role)).put(teachers(scene, scene.teacher), OUT)
    assert (answer.status_code, answer.json()["code"]) == (404, "course_not_found")
    assert await is_bookable(scene, scene.teacher)


async def test_a_withdrawal_needs_a_reason_and_a_certification(scene: Scene) -> None:
    assert (await scene.creator.put(teachers(scene, scene.teacher), {"is_active": False})).status_code == 422
    for body in (OUT, IN):
        answer = await scene.creator.put(teachers(scene, scene.student), body)
        assert (answer.status_code, answer.json()["code"]) == (404, "certification_not_found")


async def test_students_of_a_withdrawn_teacher_have_their_sessions_back_and_book_no_more(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    session_id = (await student.book("2026-12-02T10:00:00Z")).json()["id"]
    path = f"/api/courses/{room.course_id}/teachers/{room.teacher.user_id}"
    assert (await room.teacher.put(path, OUT)).status_code == 200
    refused = await student.book("2026-12-03T10:00:00Z")
    assert (refused.status_code, refused.json()["code"]) == (409, "teacher_not_available")
    mails = await world.mails_to(room.teacher.email)
    assert (await student.actor.get(f"/api/sessions/{session_id}")).json()["status"] == "cancelled"
    (told,) = [mail for mail in mails if "no longer" in mail["subject"]]
    assert "Sessions that were planned are called off" in told["text"]


async def test_pausing_takes_new_students_away_and_resuming_brings_them(scene: Scene) -> None:
    answer = await pause(scene, scene.teacher)
    assert (answer.status_code, answer.json()["is_teaching"], answer.json()["is_active"]) == (200, False, True)
    assert not await is_bookable(scene, scene.teacher)
    assert (await pause(scene, scene.teacher, is_teaching=True)).json()["is_bookable"] is True
    refused = await pause(scene, scene.student)
    assert (refused.status_code, refused.json()["code"]) == (404, "certification_not_found")


async def test_the_lists_show_every_state_page_by_page(scene: Scene) -> None:
    world = scene.world
    world.clock.advance(minutes=1)
    await certified(scene)
    await pause(scene, scene.teacher)
    await scene.creator.put(teachers(scene, scene.student), OUT)
    shown, cursor = [], ""
    for _ in range(3):
        page = (await scene.creator.get(f"/api/courses/{scene.course_id}/certifications?limit=1{cursor}")).json()
        shown += [(item["user_id"], item["is_active"], item["is_teaching"]) for item in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert set(shown[:2]) == {(scene.creator.user_id, True, True), (scene.teacher.user_id, True, False)}
    assert shown[2:] == [(scene.student.user_id, False, True)]
    assert page["next_cursor"] is None
    (own,) = (await scene.student.get("/api/teachers/me/courses")).json()["items"]
    assert (own["course_title"], own["withdrawn_reason"]) == ("Intro to n8n", WHY)
    refused = await scene.teacher.get(f"/api/courses/{scene.course_id}/certifications")
    assert (refused.status_code, refused.json()["code"]) == (404, "course_not_found")


async def leave(scene: Scene, way: str) -> None:
    """Take the course's second teacher away, after the first one paused."""
    match way:
        case "paused":
            await pause(scene, scene.teacher)
        case "withdrawn":
            await scene.creator.put(teachers(scene, scene.teacher), OUT)
        case "suspended":
            admin = await act_as(scene, "admin")
            path = f"/api/admin/users/{scene.teacher.user_id}/suspend"
            assert (await admin.post(path, {"reason": WHY})).status_code == 200
        case "deleted":
            await scene.complete()
            assert (await scene.teacher.delete("/api/users/me")).status_code == 204


@pytest.mark.parametrize("way", ["paused", "withdrawn", "suspended", "deleted"])
async def test_creator_and_admins_are_told_when_the_last_teacher_goes(scene: Scene, way: str) -> None:
    told, admin = "Nobody can be booked for Intro to n8n", await scene.world.member("Abe Admin", is_admin=True)
    await pause(scene, scene.creator)
    assert told not in await subjects_to(scene.world, scene.creator)
    await leave(scene, way)
    for person in (scene.creator, admin):
        assert (await subjects_to(scene.world, person)).count(told) == 1


async def test_of_two_teachers_who_pause_at_once_one_is_the_last(scene: Scene) -> None:
    await asyncio.gather(pause(scene, scene.creator), pause(scene, scene.teacher))
    told = await subjects_to(scene.world, scene.creator)
    assert told.count("Nobody can be booked for Intro to n8n") == 1


async def test_who_left_is_neither_recommended_nor_restored(scene: Scene) -> None:
    await scene.complete()
    for leaver in (scene.student, scene.teacher):
        assert (await leaver.delete("/api/users/me")).status_code == 204
    answers = [
        await scene.creator.post("/api/certificates/recommend", {"enrollment_id": scene.enrollment_id}),
        await scene.creator.put(teachers(scene, scene.teacher), IN),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "user_not_found")] * 2
    assert (await scene.creator.get("/api/certificates?role=reviewer")).json()["items"] == []


async def test_nobody_is_told_of_a_course_that_is_taught_again(scene: Scene) -> None:
    await pause(scene, scene.creator)
    await pause(scene, scene.teacher)
    await pause(scene, scene.teacher, is_teaching=True)
    assert "Nobody can be booked for Intro to n8n" not in await subjects_to(scene.world, scene.creator)


async def test_giving_and_taking_the_permission_asks_for_a_recent_log_in(scene: Scene) -> None:
    certificate_id = await scene.recommended()
    stale = await reissued(scene.world, scene.creator, minutes=16)
    for answer in (
        await stale.post(f"/api/certificates/{certificate_id}/issue"),
        await stale.post(teachers(scene), {"user_id": scene.student.user_id}),
        await stale.put(teachers(scene, scene.teacher), OUT),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "step_up_needed")
    assert (await stale.post(f"/api/certificates/{certificate_id}/reject")).status_code == 200
