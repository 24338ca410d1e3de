"""Giving homework, handing it in, reviewing it: values, states, files, mails, and what happens at once."""

import asyncio
from collections import Counter
from dataclasses import asdict
from typing import Any

import pytest

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.files import repository as file_repository
from app.domains.files.types import FileId
from app.domains.homework import repository
from app.domains.homework.types import MOST_ASSIGNMENTS, AssignmentDraft
from tests.domains.auth.accounts import code
from tests.domains.homework.scene import WORK, Desk
from tests.support.uploads import BODY, ready_file
from tests.support.world import World


@pytest.fixture
async def desk(world: World) -> Desk:
    return await Desk.of(world)


async def module_of(desk: Desk) -> str:
    module: str = (await desk.creator.get(f"/api/courses/{desk.course_id}/curriculum")).json()["modules"][0]["id"]
    return module


async def test_homework_is_changed_field_by_field_in_the_version_that_was_read(desk: Desk) -> None:
    module_id = await module_of(desk)
    path = f"/api/homework/{await desk.give(module_id=module_id, due_within_days=14)}"
    read = await desk.creator.get(path)
    assert read.json() | {"id": "", "created_at": "", "updated_at": ""} == {
        "id": "",
        "course_id": desk.course_id,
        "module_id": module_id,
        "title": "Your first workflow",
        "instructions": "Build a workflow.",
        "due_within_days": 14,
        "is_required": True,
        "max_points": 10,
        "is_active": True,
        "created_at": "",
        "updated_at": "",
    }
    desk.world.clock.advance(minutes=1)
    changes = {"module_id": None, "max_points": None, "title": "Another title"}
    changed = await desk.creator.patch(path, changes, if_match=read.headers["etag"])
    assert changed.json() == read.json() | changes | {"updated_at": "2026-12-01T09:01:00Z"}
    stale = await desk.creator.patch(path, {"title": "Too late"}, if_match=read.headers["etag"])
    assert code(stale) == (412, "precondition_failed")
    assert (await desk.creator.get(path)).headers["etag"] == changed.headers["etag"]


SENSELESS: list[tuple[dict[str, Any], tuple[int, str]]] = [
    ({"module_id": new_id("mod")}, (404, "module_not_found")),
    ({"title": ""}, (422, "invalid_request")),
    ({"instructions": " "}, (422, "invalid_request")),
    ({"due_within_days": 0}, (422, "invalid_request")),
    ({"max_points": 1001}, (422, "invalid_request")),
    ({"is_required": None}, (422, "invalid_request")),
]


async def test_homework_that_makes_no_sense_is_refused(desk: Desk) -> None:
    path = f"/api/homework/{await desk.give()}"
    for body, expected in SENSELESS:
        given = {"title": "Your first workflow", "instructions": "Build a workflow."} | body
        made = await desk.creator.post(f"/api/courses/{desk.course_id}/homework", given)
        assert code(made) == code(await desk.creator.patch(path, body)) == expected, body


async def test_a_course_has_only_so_much_homework(desk: Desk) -> None:
    await desk.world.write(_fill, desk)
    body = {"title": "One more", "instructions": "Build a workflow."}
    answer = await desk.creator.post(f"/api/courses/{desk.course_id}/homework", body)
    assert code(answer) == (409, "too_many_assignments")


async def test_homework_is_deleted_only_while_nobody_handed_it_in(desk: Desk) -> None:
    unused, used = await desk.give(), await desk.give()
    await desk.handed_in(used)
    assert (await desk.creator.delete(f"/api/homework/{unused}")).status_code == 204
    assert code(await desk.creator.get(f"/api/homework/{unused}")) == (404, "assignment_not_found")
    assert code(await desk.creator.delete(f"/api/homework/{used}")) == (409, "assignment_in_use")


async def test_what_admins_do_to_the_homework_of_others_is_written_down(desk: Desk) -> None:
    admin = await desk.actor("admin")
    for actor in (desk.creator, admin):
        body = {"title": "Your first workflow", "instructions": "Build a workflow."}
        made = (await actor.post(f"/api/courses/{desk.course_id}/homework", body)).json()["id"]
        await actor.patch(f"/api/homework/{made}", {"title": "Another title"})
        await actor.delete(f"/api/homework/{made}")
    entries = (await admin.get("/api/admin/audit", params={"actor_id": admin.user_id})).json()["items"]
    assert sorted(entry["action"] for entry in entries) == ["homework.changed", "homework.created", "homework.deleted"]


async def test_deleting_and_handing_in_at_once_never_both_happen(desk: Desk) -> None:
    for _ in range(4):
        assignment_id = await desk.give()
        deleted, made = await asyncio.gather(
            desk.creator.delete(f"/api/homework/{assignment_id}"), desk.hand_in(assignment_id)
        )
        assert deleted.is_success != made.is_success, (deleted.text, made.text)
        assert {deleted.status_code, made.status_code} in ({204, 404}, {409, 201})


async def test_a_module_that_goes_while_homework_is_put_under_it_is_there_or_not(desk: Desk) -> None:
    given = {"title": "Your first workflow", "instructions": "Build a workflow."}
    moved = f"/api/homework/{await desk.give()}"
    for number in range(6):
        module = await desk.add_module()
        if is_new := number % 2 == 0:
            put = desk.creator.post(f"/api/courses/{desk.course_id}/homework", given | {"module_id": module.id})
        else:
            put = desk.creator.patch(moved, {"module_id": module.id})
        answer, removed = await asyncio.gather(put, desk.creator.delete(module.path))
        assert (answer.status_code, removed.status_code) in {(201 if is_new else 200, 409), (404, 200)}
        if answer.is_success:
            await desk.creator.patch(f"/api/homework/{answer.json()['id']}", {"module_id": None})
        await desk.creator.delete(module.path)


async def test_a_submission_goes_its_way(desk: Desk) -> None:
    """Handed in, asked for again, handed in again, accepted: all in one row."""
    assignment_id = await desk.give()
    own = f"/api/homework/{assignment_id}/submissions/me"
    assert code(await desk.student.actor.get(own)) == (404, "submission_not_found")
    submission_id = await desk.handed_in(assignment_id)
    first = (await desk.student.actor.get(own)).json()
    assert (first["status"], first["attempt"], first["text"]) == ("submitted", 1, WORK["text"])
    desk.world.clock.advance(minutes=1)
    again = await desk.review(submission_id, "resubmit_requested", feedback="Handle an empty answer too.")
    assert (again.json()["status"], again.json()["points"]) == ("resubmit_requested", None)
    assert code(await desk.review(submission_id)) == (409, "submission_not_waiting")
    second = (await desk.hand_in(assignment_id, url="HTTPS://Work.example/flow")).json()
    assert (second["id"], second["attempt"], second["text"]) == (submission_id, 2, None)
    assert second["url"] == "https://work.example/flow"
    assert second["feedback"] == "Handle an empty answer too."
    assert code(await desk.review(submission_id, attempt=1)) == (409, "submission_not_waiting")
    done = (await desk.review(submission_id, points=9, attempt=2)).json()
    assert (done["status"], done["points"], done["reviewed_by_user_id"]) == ("reviewed", 9, desk.teacher.user_id)
    assert code(await desk.hand_in(assignment_id)) == (409, "submission_reviewed")
    assert (await desk.student.actor.get(own)).json() == done


async def test_teacher_and_student_are_mailed(desk: Desk) -> None:
    submission_id = await desk.handed_in(await desk.give())
    to_teacher = (await desk.world.mails_to(desk.teacher.email))[0]
    assert to_teacher["subject"] == "Sam Sample handed in Your first workflow"
    assert f"/homework/submissions/{submission_id}" in to_teacher["text"]
    await desk.review(submission_id, "resubmit_requested")
    to_student = (await desk.world.mails_to(desk.student.actor.email))[0]
    assert to_student["subject"] == "Your homework needs another attempt: Your first workflow"
    await desk.handed_in(
        (await desk.student.actor.get(f"/api/homework-submissions/{submission_id}")).json()["assignment_id"]
    )
    assert "again" in (await desk.world.mails_to(desk.teacher.email))[0]["text"]
    await desk.student.actor.patch("/api/users/me/settings", {"mail": {"courses": False}})
    await desk.review(submission_id, points=8)
    assert (await desk.world.mails_to(desk.student.actor.email))[0] == to_student


async def test_what_was_overtaken_is_not_mailed(desk: Desk) -> None:
    submission_id = await desk.handed_in(await desk.give())
    await desk.review(submission_id, points=8)
    assert await desk.world.mails_to(desk.teacher.email) == []
    to_student = (await desk.world.mails_to(desk.student.actor.email))[0]
    assert to_student["subject"] == "Your homework was accepted: Your first workflow"
    assert "with 8 of 10 points" in to_student["text"]


NOT_WORK: list[tuple[dict[str, Any], tuple[int, str]]] = [
    ({"text": None}, (422, "invalid_request")),
    ({"text": "  "}, (422, "invalid_request")),
    ({"url": "http://work.example/"}, (422, "invalid_request")),
    ({"url": "https://me:secret@work.example/"}, (422, "invalid_request")),
    ({"url": "javascript:alert(1)"}, (422, "invalid_request")),
    ({"file_id": new_id("fil")}, (404, "file_not_found")),
    ({"text": "Fine.", "student_id": new_id("usr")}, (422, "invalid_request")),
]


async def test_nothing_and_what_cannot_be_followed_are_refused(desk: Desk) -> None:
    assignment_id = await desk.give()
    for work, expected in NOT_WORK:
        assert code(await desk.hand_in(assignment_id, **work)) == expected, work
    assert code(await desk.student.actor.get(f"/api/homework/{assignment_id}/submissions/me"))[0] == 404


NO_REVIEW: list[tuple[dict[str, Any], tuple[int, str]]] = [
    ({"decision": "reviewed", "points": 11}, (409, "points_too_many")),
    ({"decision": "reviewed", "points": -1}, (422, "invalid_request")),
    ({"decision": "submitted"}, (422, "invalid_request")),
    ({"decision": "resubmit_requested", "points": 3}, (422, "invalid_request")),
    ({"decision": "resubmit_requested", "feedback": None}, (422, "invalid_request")),
]


async def test_a_review_that_makes_no_sense_is_refused(desk: Desk) -> None:
    submission_id = await desk.handed_in(await desk.give())
    for body, expected in NO_REVIEW:
        assert code(await desk.review(submission_id, **body)) == expected, body
    assert (await desk.review(submission_id, points=10)).json()["points"] == 10


async def test_homework_that_is_not_given_is_not_taken(desk: Desk) -> None:
    assignment_id = await desk.give(is_active=False)
    assert code(await desk.hand_in(assignment_id)) == (409, "assignment_inactive")


async def test_many_reviews_and_attempts_at_once_leave_one_of_each(desk: Desk) -> None:
    submission_id = await desk.handed_in(await desk.give())
    reviewers = [desk.teacher, desk.creator] * 3
    answers = await asyncio.gather(*(desk.review(submission_id, by=actor) for actor in reviewers))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 5}
    assignment_id = await desk.give()
    made = await asyncio.gather(*(desk.hand_in(assignment_id) for _ in range(5)))
    assert {answer.status_code for answer in made} == {201}
    assert len({answer.json()["id"] for answer in made}) == 1
    assert sorted(answer.json()["attempt"] for answer in made) == [1, 2, 3, 4, 5]


async def test_a_repeated_request_is_one_attempt(desk: Desk) -> None:
    assignment_id = await desk.give()
    path = f"/api/homework/{assignment_id}/submissions"
    answers = [await desk.student.actor.post(path, WORK, key="the-same-key") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotent-replayed"] == "true"


async def test_a_file_is_downloaded_by_those_who_see_the_submission(desk: Desk) -> None:
    file_id = await ready_file(desk.world, desk.student.actor)
    submission_id = await desk.handed_in(await desk.give(), file_id=file_id)
    path = f"/api/homework-submissions/{submission_id}/download"
    for role in ("student", "teacher", "creator", "admin"):
        answer = await (await desk.actor(role)).get(path)
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.json()["expires_at"] == "2026-12-01T09:15:00Z"
        assert (await desk.world.http.get(answer.json()["url"])).content == BODY, role
    for role in ("certified", "enrolled", "stranger"):
        assert code(await (await desk.actor(role)).get(path)) == (404, "submission_not_found")
    without = await desk.handed_in(await desk.give())
    assert code(await desk.student.actor.get(path.replace(submission_id, without))) == (404, "submission_has_no_file")


async def test_a_replaced_file_is_given_up_and_a_kept_one_stays(desk: Desk) -> None:
    old, new = [await ready_file(desk.world, desk.student.actor) for _ in range(2)]
    assignment_id = await desk.give()
    for work in ({"file_id": old}, {"file_id": old, "text": "With a word."}):
        assert (await desk.hand_in(assignment_id, **work)).status_code == 201
        assert await used_by(desk, old) is not None
    assert (await desk.hand_in(assignment_id, file_id=new)).status_code == 201
    assert await used_by(desk, old) is None
    assert await used_by(desk, new) is not None
    assert code(await desk.hand_in(assignment_id, file_id=old)) == (404, "file_not_found")
    assert (await desk.hand_in(assignment_id)).json()["file_id"] is None
    assert await used_by(desk, new) is None


async def used_by(desk: Desk, file_id: FileId) -> str | None:
    """What uses the file; none of a deleted one."""
    file = await desk.world.db.read(file_repository.by_id, file_id)
    assert file is not None
    return file.attached_to


async def test_a_student_who_leaves_takes_the_work_along(desk: Desk) -> None:
    file_id = await ready_file(desk.world, desk.student.actor)
    assignment_id = await desk.give()
    submission_id = await desk.handed_in(assignment_id, file_id=file_id)
    assert (await desk.student.actor.delete("/api/users/me")).status_code == 204
    assert code(await desk.teacher.get(f"/api/homework-submissions/{submission_id}")) == (404, "submission_not_found")
    assert await used_by(desk, file_id) is None
    assert await desk.world.mails_to(desk.teacher.email) == []  # nothing is to be reviewed any more


async def test_files_of_others_or_in_use_are_refused(desk: Desk) -> None:
    assignment_id, other = await desk.give(), await desk.give()
    foreign = await ready_file(desk.world, desk.teacher)
    used = await ready_file(desk.world, desk.student.actor)
    await desk.handed_in(other, file_id=used)
    for file_id, expected in {foreign: "file_not_found", used: "file_in_use"}.items():
        assert code(await desk.hand_in(assignment_id, file_id=file_id))[1] == expected


async def test_a_place_shows_what_is_open(desk: Desk) -> None:
    reviewed, waiting = await desk.give(due_within_days=7), await desk.give(title="Second")
    await desk.give(title="Third", is_required=False)
    ended = await desk.give(title="Ended")
    await desk.give(title="Never given", is_active=False)
    await desk.review(await desk.handed_in(reviewed), points=7)
    for assignment_id in (waiting, ended):
        await desk.handed_in(assignment_id)
    await desk.creator.patch(f"/api/homework/{ended}", {"is_active": False})
    path = f"/api/enrollments/{desk.student.enrollment_id}/homework"
    shown = (await desk.student.actor.get(path)).json()
    assert shown["open_count"] == 1
    assert [(task["title"], task["status"], task["is_open"]) for task in shown["tasks"]] == [
        ("Your first workflow", "reviewed", False),
        ("Second", "submitted", True),
        ("Third", "open", False),
        ("Ended", "submitted", False),
    ]
    assert (shown["tasks"][0]["points"], shown["tasks"][0]["due_at"]) == (7, "2026-12-08T09:00:00Z")
    for role in ("teacher", "creator", "admin"):
        assert (await (await desk.actor(role)).get(path)).json() == shown
    for role in ("certified", "enrolled", "stranger"):
        assert code(await (await desk.actor(role)).get(path)) == (404, "enrollment_not_found")


async def test_work_of_an_earlier_place_counts_for_a_retake(desk: Desk) -> None:
    """One row for each student and homework: what was accepted is not asked for twice, what was not is handed in
    anew."""
    assignment_id = await desk.give(is_required=False)
    submission_id = await desk.handed_in(assignment_id)
    await desk.hold_sessions()
    assert await desk.is_completed()
    await desk.creator.patch(f"/api/homework/{assignment_id}", {"is_required": True})
    retake = await desk.room.student(actor=desk.student.actor)
    await desk.hold_sessions(enrollment_id=retake.enrollment_id)
    assert (await desk.place(retake.enrollment_id)).status == "in_progress"
    assert (await desk.review(submission_id)).status_code == 200
    assert (await desk.place(retake.enrollment_id)).status == "completed"


def _fill(session: WriteSession, desk: Desk) -> None:
    for number in range(MOST_ASSIGNMENTS):
        draft = AssignmentDraft(None, f"Number {number}", "Do it.", None, True, None, True)
        values = asdict(draft) | {"id": new_id("hwk"), "course_id": desk.course_id}
        made = {"created_by_user_id": desk.creator.user_id, "created_at": session.now, "updated_at": session.now}
        repository.insert_assignment(session, values | made)
