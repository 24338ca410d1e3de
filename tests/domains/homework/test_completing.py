"""A place is completed by its last session or its last review, whichever comes second: once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.enrollments.models import Enrollment
from app.domains.enrollments.types import EnrollmentId
from tests.domains.homework.scene import SESSIONS, Desk
from tests.support.world import World

DIPLOMA = "You completed Intro to n8n"


@pytest.fixture
async def desk(world: World) -> Desk:
    return await Desk.of(world)


async def diplomas(desk: Desk) -> int:
    mails = await desk.world.mails_to(desk.student.actor.email)
    return sum(mail["subject"] == DIPLOMA for mail in mails)


async def test_the_last_review_completes_when_all_sessions_were_held(desk: Desk) -> None:
    first, second = await desk.give(), await desk.give(title="Another one")
    await desk.hold_sessions()
    assert not await desk.is_completed()
    assert (await desk.review(await desk.handed_in(first))).status_code == 200
    assert not await desk.is_completed()
    submission_id = await desk.handed_in(second)
    await desk.review(submission_id, "resubmit_requested")
    assert not await desk.is_completed()
    await desk.handed_in(second)
    await desk.review(submission_id)
    assert await desk.is_completed()
    assert await diplomas(desk) == 1


async def test_the_last_session_completes_when_all_homework_was_reviewed(desk: Desk) -> None:
    submission_id = await desk.handed_in(await desk.give())
    await desk.hold_sessions(SESSIONS - 1)
    await desk.review(submission_id)
    assert not await desk.is_completed()
    await desk.hold_sessions(1)
    assert await desk.is_completed()
    assert await diplomas(desk) == 1


@pytest.mark.parametrize("changes", [{"is_required": False}, {"is_active": False}])
async def test_what_is_not_required_or_not_given_holds_nobody_up(desk: Desk, changes: dict[str, Any]) -> None:
    await desk.give(**changes)
    await desk.hold_sessions()
    assert await desk.is_completed()


@pytest.mark.parametrize("end", ["is_required", "is_active", "delete"])
async def test_the_end_of_homework_completes_for_those_who_waited_for_nothing_else(desk: Desk, end: str) -> None:
    assignment_id = await desk.give()
    busy = await desk.room.student("Bea Busy")
    done = await desk.room.student("Dan Done")
    for student in (desk.student, done):
        await desk.hold_sessions(enrollment_id=student.enrollment_id)
    await desk.hold_sessions(1, enrollment_id=busy.enrollment_id)
    path = f"/api/homework/{assignment_id}"
    answer = await (desk.creator.delete(path) if end == "delete" else desk.creator.patch(path, {end: False}))
    assert answer.is_success, answer.text
    places = [await desk.place(student.enrollment_id) for student in (desk.student, done, busy)]
    assert [place.status for place in places] == ["completed", "completed", "in_progress"]
    assert await diplomas(desk) == 1
    await desk.hold_sessions(1, enrollment_id=busy.enrollment_id)
    assert (await desk.place(busy.enrollment_id)).status == "completed"


async def test_other_open_homework_still_holds_up_when_one_ends(desk: Desk) -> None:
    ending, staying = await desk.give(), await desk.give(title="Another one")
    await desk.hold_sessions()
    await desk.creator.patch(f"/api/homework/{ending}", {"is_active": False})
    assert not await desk.is_completed()
    await desk.review(await desk.handed_in(staying))
    assert await desk.is_completed()


async def test_homework_made_required_later_takes_nobodys_diploma_away(desk: Desk) -> None:
    assignment_id = await desk.give(is_required=False)
    await desk.hold_sessions()
    completed_at = (await desk.place()).completed_at
    desk.world.clock.advance(days=1)
    await desk.creator.patch(f"/api/homework/{assignment_id}", {"is_required": True})
    await desk.creator.patch(f"/api/homework/{assignment_id}", {"is_required": False})
    assert await desk.is_completed()
    assert (await desk.place()).completed_at == completed_at
    assert await diplomas(desk) == 1


@pytest.mark.parametrize(("end", "refused"), [("sessions", "no_further_attempt"), ("homework", "assignment_inactive")])
async def test_another_attempt_is_asked_only_of_who_can_hand_it_in(desk: Desk, end: str, refused: str) -> None:
    assignment_id = await desk.give(is_required=False)
    submission_id = await desk.handed_in(assignment_id)
    if end == "sessions":
        await desk.hold_sessions()
    else:
        await desk.creator.patch(f"/api/homework/{assignment_id}", {"is_active": False})
    mails = len(await desk.world.mails_to(desk.student.actor.email))
    answer = await desk.review(submission_id, "resubmit_requested")
    assert (answer.status_code, answer.json()["code"]) == (409, refused)
    assert len(await desk.world.mails_to(desk.student.actor.email)) == mails
    assert (await desk.review(submission_id)).json()["status"] == "reviewed"
    assert (await desk.review(submission_id, "resubmit_requested")).json()["code"] == "submission_not_waiting"


async def test_a_frozen_place_is_not_completed_by_a_review(desk: Desk) -> None:
    assignment_id = await desk.give()
    frozen = await desk.room.student("Fay Frozen", status="in_progress", sessions_completed=SESSIONS)
    submission_id = (await desk.hand_in(assignment_id, by=frozen.actor)).json()["id"]
    await desk.world.write(_freeze, frozen.enrollment_id)
    assert (await desk.review(submission_id, by=desk.creator)).status_code == 200
    assert (await desk.place(frozen.enrollment_id)).status == "disputed"


def _freeze(session: WriteSession, enrollment_id: EnrollmentId) -> None:
    session.change(update(Enrollment).where(Enrollment.id == enrollment_id).values(status="disputed"))


@pytest.mark.parametrize("end", ["review", "deactivate"])
async def test_the_last_session_and_what_else_was_open_at_once_complete_once(desk: Desk, end: str) -> None:
    """Neither sees the other's change unless it waits for it: without a common lock nobody would complete."""
    students = [desk.student, *[await desk.room.student(f"Student {number}") for number in range(4)]]
    for student in students[1:]:
        await desk.hold_sessions(SESSIONS - 1, enrollment_id=student.enrollment_id)
    await desk.hold_sessions(SESSIONS - 1)
    assignment_id = await desk.give()
    if end == "review":
        made = [await desk.hand_in(assignment_id, by=student.actor) for student in students]
        ends = [desk.review(answer.json()["id"], by=desk.creator) for answer in made]
    else:
        ends = [desk.creator.patch(f"/api/homework/{assignment_id}", {"is_active": False})]
    held = [desk.hold_sessions(1, enrollment_id=student.enrollment_id) for student in students]
    outcomes = await asyncio.gather(*ends, *held)
    assert all(answer.status_code == 200 for answer in outcomes if answer is not None)
    assert {(await desk.place(student.enrollment_id)).status for student in students} == {"completed"}
    assert await diplomas(desk) == 1
