"""Calling sessions off: who may until when, what is free again, and who is told."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.certificates.events import TeacherWithdrawn
from app.domains.courses import service as courses
from app.domains.enrollments.events import PlaceGivenUp
from app.domains.enrollments.models import Enrollment
from app.domains.enrollments.types import EnrollmentStatus
from app.domains.sessions.types import SessionStatus
from tests.domains.sessions.lessons import JOINED, Lesson
from tests.support.cells import faults_of_time
from tests.support.learning import Classroom, Student, booked
from tests.support.world import Actor, World

FRIDAY = "2026-12-04T12:00:00Z"
WHY = {"reason": "I am ill and must stay in bed."}


async def _again(world: World, actor: Actor) -> Actor:
    """With a log-in that is valid now."""
    return await world.log_in(actor.user_id, actor.email)


async def test_a_student_cancels_in_good_time_without_a_reason(world: World) -> None:
    room = await Classroom.open(world, session_count=1)
    student = await room.student()
    session_id = await booked(student, FRIDAY)
    shown = (await student.actor.get(f"/api/sessions/{session_id}")).json()
    assert shown["options"] == {
        "can_cancel": True,
        "can_reschedule": True,
        "reschedules_left": 2,
        "is_reason_needed": False,
        "late_from": "2026-12-03T12:00:00Z",
        "can_contest": False,
        "contest_until": None,
    }
    answer = await student.actor.post(f"/api/sessions/{session_id}/cancel", {})
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["status"], made["is_late_cancel"], made["cancel_reason"]) == ("cancelled", False, None)
    assert made["cancelled_by_user_id"] == student.actor.user_id
    assert (made["part"], made["options"]["can_cancel"], made["options"]["can_reschedule"]) == (None, False, False)
    assert await world.db.read(faults_of_time) == []
    rival = await room.student("Fay Faster")
    await booked(rival, FRIDAY)  # the time is free at once
    await booked(student, "2026-12-07T12:00:00Z")  # and the place has its session back
    assert await world.db.read(faults_of_time) == []


async def test_both_are_mailed_and_their_calendars_lose_it(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    session_id = await booked(student, FRIDAY)
    await world.settle()
    assert (await room.teacher.post(f"/api/sessions/{session_id}/cancel", WHY)).status_code == 200
    for actor in (student.actor, room.teacher):
        mail = (await world.mails_to(actor.email))[0]
        assert mail["subject"].startswith("Session cancelled on Fri 4 Dec 2026, 13:00 (UTC+01:00), Europe/Berlin")
        assert WHY["reason"] in mail["text"]
        [file] = mail["attachments"]
        text = base64.b64decode(file["content"]).decode()
        assert file["filename"] == "invite.ics"
        for line in ("METHOD:CANCEL", "SEQUENCE:1", "STATUS:CANCELLED", f"UID:{session_id}@peerloop"):
            assert line in text, line


async def test_late_and_from_the_teacher_it_asks_for_a_reason(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    session_id = await booked(student, "2026-12-02T09:00:00Z")  # in 24 hours
    path = f"/api/sessions/{session_id}/cancel"
    problem = (await room.teacher.post(path, {})).json()
    assert (problem["status"], problem["code"]) == (409, "reason_needed")
    assert problem["late_from"] == "2026-12-01T09:00:00Z"
    world.clock.advance(seconds=1)
    assert (await student.actor.post(path, {})).json()["code"] == "reason_needed"
    assert (await student.actor.post(path, {"reason": "  "})).status_code == 422
    made = (await student.actor.post(path, WHY)).json()
    assert (made["status"], made["is_late_cancel"]) == ("cancelled", True)


async def test_a_session_that_has_begun_is_settled_by_who_came(world: World) -> None:
    room = await Classroom.open(world)
    student, admin = await room.student(), await world.member("Ada Admin", is_admin=True)
    lesson = await Lesson.of(room, student)
    path = f"/api/sessions/{lesson.session_id}/cancel"
    world.clock.move_to(lesson.at(0))
    actor = await _again(world, student.actor)
    assert (await actor.post(path, WHY)).json()["code"] == "session_not_planned"
    await lesson.report([lesson.teacher(JOINED, 0)])
    admin = await _again(world, admin)
    assert (await admin.post(path, {})).json()["code"] == "reason_needed"
    assert (await admin.post(path, WHY)).status_code == 200
    assert (await lesson.facts()).status is SessionStatus.CANCELLED
    assert await world.db.read(faults_of_time) == []
    kept = (await admin.get("/api/admin/audit")).json()["items"][0]
    assert (kept["action"], kept["reason"]) == ("session.cancelled", WHY["reason"])
    assert (await admin.post(path, WHY)).json()["code"] == "session_not_planned"


async def test_administrators_cancel_nothing_of_their_own_once_it_has_begun(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student(actor=await world.member("Ada Admin", is_admin=True))
    lesson = await Lesson.of(room, student)
    await lesson.report([lesson.teacher(JOINED, 0), lesson.pupil(JOINED, 0)])
    world.clock.move_to(lesson.at(58))
    admin = await _again(world, student.actor)
    path = f"/api/sessions/{lesson.session_id}"
    assert (await admin.get(path)).json()["options"]["can_cancel"] is False
    assert (await admin.post(f"{path}/cancel", WHY)).json()["code"] == "session_not_planned"


async def test_who_comes_early_takes_nobodys_right_to_cancel(world: World) -> None:
    room = await Classroom.open(world)
    lesson = await Lesson.of(room, await room.student())
    world.clock.move_to(lesson.at(-14))
    teacher = await _again(world, room.teacher)
    path = f"/api/sessions/{lesson.session_id}"
    assert (await teacher.post(f"{path}/join")).status_code == 200
    await lesson.report([lesson.teacher(JOINED, -14)])
    world.clock.move_to(lesson.at(0) - timedelta(seconds=1))
    student = await _again(world, lesson.student.actor)
    assert (await student.get(path)).json()["options"]["can_cancel"] is True
    assert (await student.post(f"{path}/cancel", WHY)).json()["status"] == "cancelled"
    await world.settle()
    assert await world.app.state.providers.video.is_active(lesson.session_id) is False
    assert await world.db.read(faults_of_time) == []


async def test_strangers_learn_nothing(world: World) -> None:
    room = await Classroom.open(world)
    session_id = await booked(await room.student(), FRIDAY)
    stranger = await world.member("Sid Stranger")
    for verb, body in (("cancel", WHY), ("reschedule", {"starts_at": FRIDAY}), ("complete", {}), ("contest", None)):
        answer = await stranger.post(f"/api/sessions/{session_id}/{verb}", body or {"statement": "It was so."})
        assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found"), verb


async def _three_planned(world: World) -> tuple[Classroom, Student, list[str]]:
    """Two in the classroom, one of which is under way, and one that the student has with somebody else."""
    room, other = await Classroom.open(world), await Classroom.open(world)
    student = await room.student()
    place = await other.student(actor=student.actor)
    ids = [
        await booked(student, "2026-12-01T11:00:00Z"),
        await booked(student, FRIDAY),
        await booked(place, "2026-12-04T14:00:00Z"),
    ]
    return room, student, ids


async def _statuses(world: World, ids: list[str]) -> list[str]:
    admin = await world.member("Ada Admin", is_admin=True)
    return [(await admin.get(f"/api/sessions/{each}")).json()["status"] for each in ids]


async def test_the_plans_of_a_suspended_teacher_go_back_to_their_students(world: World) -> None:
    room, student, ids = await _three_planned(world)
    admin = await world.member("Ada Admin", is_admin=True)
    world.clock.advance(hours=2, minutes=1)  # the first has begun
    admin = await _again(world, admin)
    answer = await admin.post(f"/api/admin/users/{room.teacher.user_id}/suspend", {"reason": "Advertising everywhere."})
    assert answer.status_code == 200, answer.text
    mails = [mail["subject"] for mail in await world.mails_to(student.actor.email)]
    assert await _statuses(world, ids) == ["scheduled", "cancelled", "scheduled"]
    assert sum(subject.startswith("Session cancelled") for subject in mails) == 1
    assert await world.db.read(faults_of_time) == []


async def test_a_suspension_that_is_lifted_at_once_cancels_nothing(world: World) -> None:
    room, _, ids = await _three_planned(world)
    admin = await world.member("Ada Admin", is_admin=True)
    path = f"/api/admin/users/{room.teacher.user_id}"
    assert (await admin.post(f"{path}/suspend", {"reason": "Taken for somebody else."})).status_code == 200
    assert (await admin.post(f"{path}/unsuspend")).status_code == 200
    await world.settle()
    assert await _statuses(world, ids) == ["scheduled"] * 3


def _withdraw(session: WriteSession, room: Classroom) -> None:
    courses.withdraw_teacher(
        session, user_id=room.teacher.user_id, course_id=room.course_id, reason="Not held.", by_admin=True
    )
    session.publish(TeacherWithdrawn(room.teacher.user_id, room.course_id))


def _end_place(session: WriteSession, room: Classroom, student: Student) -> None:
    session.execute(
        update(Enrollment).where(Enrollment.id == student.enrollment_id).values(status=EnrollmentStatus.CANCELLED)
    )
    session.publish(PlaceGivenUp(student.actor.user_id, room.course_id, room.teacher.user_id))


@pytest.mark.parametrize("cause", ["withdrawn", "place ended"])
async def test_plans_end_with_the_certification_and_with_the_place(world: World, cause: str) -> None:
    room, student, ids = await _three_planned(world)
    if cause == "withdrawn":
        await world.write(_withdraw, room)
    else:
        await world.write(_end_place, room, student)
    await world.settle()
    assert await _statuses(world, ids) == ["cancelled", "cancelled", "scheduled"]
