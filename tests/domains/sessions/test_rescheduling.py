"""Moving a session: the same one at another time, twice at most."""

import base64
from dataclasses import replace

import httpx

from app.db.session import WriteSession
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments.types import EnrollmentId
from app.domains.sessions.service.changing import hold
from app.domains.sessions.service.taking import MoveAuthor, open_place, retake, take
from app.domains.sessions.types import SessionId, SessionStatus
from app.domains.users.types import UserId
from tests.domains.sessions.lessons import JOINED, Lesson
from tests.support.cells import faults_of_time
from tests.support.learning import Classroom, Student, booked, instant
from tests.support.world import Actor, World

FRIDAY, SATURDAY = "2026-12-04T12:00:00Z", "2026-12-05T10:00:00Z"
WHY = "My train was cancelled."


async def _move(
    actor: Actor, session_id: str, starts_at: str, reason: str | None = None, *, key: str | None = None
) -> httpx.Response:
    body = {"starts_at": starts_at} | ({"reason": reason} if reason else {})
    return await actor.post(f"/api/sessions/{session_id}/reschedule", body, key=key)


async def test_it_stays_the_same_session_at_another_time(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    session_id = await booked(student, FRIDAY)
    await world.settle()
    made = (await _move(student.actor, session_id, SATURDAY)).json()
    assert (made["id"], made["starts_at"], made["ends_at"]) == (session_id, SATURDAY, "2026-12-05T11:00:00Z")
    assert made["options"]["reschedules_left"] == 1
    [move] = made["moves"]
    assert move == {
        "moved_by_user_id": student.actor.user_id,
        "from_starts_at": FRIDAY,
        "to_starts_at": SATURDAY,
        "reason": None,
        "created_at": "2026-12-01T09:00:00Z",
    }
    assert await world.db.read(faults_of_time) == []
    mail = (await world.mails_to(room.teacher.email))[0]
    assert mail["subject"].startswith("Session moved to Sat 5 Dec 2026, 11:00 (UTC+01:00), Europe/Berlin")
    assert "It was to start on Fri 4 Dec 2026, 13:00" in mail["text"]
    text = base64.b64decode(mail["attachments"][0]["content"]).decode()
    for line in ("METHOD:REQUEST", "SEQUENCE:1", f"UID:{session_id}@peerloop", "DTSTART:20261205T100000Z"):
        assert line in text, line
    await booked(await room.student("Fay Faster"), FRIDAY)  # the old time is free


async def test_only_what_is_still_so_is_mailed(world: World) -> None:
    student = await (await Classroom.open(world)).student()
    session_id = await booked(student, FRIDAY)
    for start in (SATURDAY, "2026-12-05T13:00:00Z"):
        assert (await _move(student.actor, session_id, start)).status_code == 200
    subjects = [mail["subject"] for mail in await world.mails_to(student.actor.email)]
    assert [each for each in subjects if each.startswith("Session moved")] == [
        "Session moved to Sat 5 Dec 2026, 14:00 (UTC+01:00), Europe/Berlin: Intro to n8n"
    ]


async def test_its_own_old_time_is_never_in_the_way(world: World) -> None:
    """Lessons of 60 minutes on a grid of 60, moved by one step: the pause of the old one reaches into the new one."""
    student = await (await Classroom.open(world)).student()
    session_id = await booked(student, FRIDAY)
    assert (await _move(student.actor, session_id, "2026-12-04T13:00:00Z")).status_code == 200
    assert await world.db.read(faults_of_time) == []


async def test_twice_at_most_whoever_moves_it_and_administrators_are_not_counted(world: World) -> None:
    room = await Classroom.open(world)
    student, admin = await room.student(), await world.member("Ada Admin", is_admin=True)
    session_id = await booked(student, FRIDAY)
    assert (await _move(room.teacher, session_id, SATURDAY)).json()["code"] == "reason_needed"
    assert (await _move(room.teacher, session_id, SATURDAY, WHY)).status_code == 200
    assert (await _move(student.actor, session_id, FRIDAY)).status_code == 200
    third = (await _move(student.actor, session_id, SATURDAY)).json()
    assert (third["status"], third["code"]) == (409, "too_many_reschedules")
    assert (await _move(admin, session_id, SATURDAY, WHY)).json()["options"]["reschedules_left"] == 0
    kept = (await admin.get("/api/admin/audit")).json()["items"][0]
    assert (kept["action"], kept["after"]) == ("session.moved", {"starts_at": SATURDAY})


async def test_cancelling_and_booking_anew_counts_as_moving(world: World) -> None:
    student = await (await Classroom.open(world)).student()
    moved = await booked(student, FRIDAY)
    assert (await _move(student.actor, moved, SATURDAY)).status_code == 200
    assert (await student.actor.post(f"/api/sessions/{moved}/cancel", {})).status_code == 200
    anew = (await student.book(FRIDAY)).json()
    assert (anew["options"]["reschedules_left"], anew["options"]["can_reschedule"]) == (0, False)
    assert (await student.book("2026-12-07T12:00:00Z")).json()["options"]["reschedules_left"] == 2  # another session


async def test_what_the_teacher_cancelled_is_not_held_against_the_student(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    session_id = await booked(student, FRIDAY)
    assert (await room.teacher.post(f"/api/sessions/{session_id}/cancel", {"reason": WHY})).status_code == 200
    assert (await student.book(SATURDAY)).json()["options"]["reschedules_left"] == 2


async def test_a_new_start_is_held_to_the_rules_of_booking(world: World) -> None:
    room, other = await Classroom.open(world), await Classroom.open(world)
    student = await room.student()
    session_id = await booked(student, FRIDAY)
    elsewhere = await booked(await other.student(actor=student.actor), SATURDAY)
    await booked(await room.student("Fay Faster"), "2026-12-07T12:00:00Z")
    for code, start in [
        ("same_time", FRIDAY),
        ("slot_not_offered", "2026-12-05T12:30:00Z"),
        ("slot_not_offered", "2026-12-01T10:00:00Z"),
        ("slot_taken", "2026-12-07T12:00:00Z"),
        ("student_busy", SATURDAY),
    ]:
        problem = (await _move(student.actor, session_id, start)).json()
        assert problem["code"] == code, start
        if code.startswith(("slot", "student")):
            assert len(problem["alternatives"]) == 3
    assert problem["conflicts_with"] == elsewhere
    assert (await student.actor.get(f"/api/sessions/{session_id}")).json()["moves"] == []


async def test_late_it_asks_for_a_reason_and_after_the_start_it_is_over(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    session_id = await booked(student, "2026-12-01T12:00:00Z")
    assert (await _move(student.actor, session_id, FRIDAY)).json()["code"] == "reason_needed"
    world.clock.advance(hours=3)
    actor = await world.log_in(student.actor.user_id, student.actor.email)
    assert (await _move(actor, session_id, FRIDAY, WHY)).json()["code"] == "session_not_planned"


async def test_a_session_is_moved_out_of_its_open_room(world: World) -> None:
    """Both came early, the teacher is still there, and nobody is reported to leave; two days later only the student
    comes."""
    room = await Classroom.open(world)
    lesson = await Lesson.of(room, await room.student())
    video, later = world.app.state.providers.video, replace(lesson, starts_at=instant(FRIDAY))
    for again in range(2):  # the room is closed each time
        held = (lesson, later)[again]
        world.clock.move_to(held.at(-10))
        teacher = await world.log_in(room.teacher.user_id, room.teacher.email)
        assert (await teacher.post(f"/api/sessions/{lesson.session_id}/join")).status_code == 200
        await lesson.report([held.teacher(JOINED, -10, f"PA_T{again}"), held.pupil(JOINED, -9, f"PA_S{again}")])
        await lesson.report([held.finished(-8)])
        answer = await _move(teacher, lesson.session_id, (FRIDAY, SATURDAY)[again], WHY)
        assert (answer.status_code, answer.json()["status"]) == (200, "scheduled"), answer.text
        await world.settle()
        assert await video.is_active(lesson.session_id) is False
        facts = await lesson.facts()
        assert (facts.started_at, facts.ended_at, await lesson.presences()) == (None, None, [])
    last = replace(lesson, starts_at=instant(SATURDAY))
    await lesson.report([last.pupil(JOINED, 0, "PA_S3")])
    world.clock.move_to(last.at(80))
    await world.settle()
    assert (await lesson.facts()).no_show_user_id == room.teacher.user_id


async def test_a_room_that_is_closed_late_is_not_closed_on_the_moved_session(world: World) -> None:
    room = await Classroom.open(world)
    lesson = await Lesson.of(room, await room.student())
    world.clock.move_to(lesson.at(-10))
    student = await world.log_in(lesson.student_id, lesson.student.actor.email)
    assert (await _move(student, lesson.session_id, "2026-12-02T14:00:00Z", WHY)).status_code == 200
    world.clock.move_to(lesson.at(115))
    student = await world.log_in(lesson.student_id, lesson.student.actor.email)
    assert (await student.post(f"/api/sessions/{lesson.session_id}/join")).status_code == 200
    await world.settle()
    assert await world.app.state.providers.video.is_active(lesson.session_id) is True


async def test_who_agreed_to_begin_a_little_later_stays_in_the_room(world: World) -> None:
    room = await Classroom.open(world)
    lesson = await Lesson.of(room, await room.student())
    world.clock.move_to(lesson.at(-10))
    await lesson.report([lesson.teacher(JOINED, -10), lesson.pupil(JOINED, -10)])
    policy, start = BookingPolicy.of(world.settings), "2026-12-02T12:05:00Z"
    await world.write(_shift, lesson.session_id, start, lesson.student_id, policy)
    await lesson.report([lesson.finished(30)])
    assert (await lesson.facts()).status is SessionStatus.COMPLETED


async def test_the_same_request_again_moves_nothing_and_a_key_is_demanded(world: World) -> None:
    student = await (await Classroom.open(world)).student()
    session_id = await booked(student, FRIDAY)
    first = await _move(student.actor, session_id, SATURDAY, key="the-same-key")
    again = await _move(student.actor, session_id, SATURDAY, key="the-same-key")
    assert (again.status_code, again.content) == (200, first.content)
    headers = {"Authorization": f"Bearer {student.actor.token}"}
    path = f"/api/sessions/{session_id}/reschedule"
    bare = await world.http.post(path, json={"starts_at": FRIDAY}, headers=headers)
    assert bare.json()["code"] == "idempotency_key_missing"


def _agree(session: WriteSession, student: Student, start: str, policy: BookingPolicy) -> SessionId:
    """Both said yes to this start, in five minutes and in the middle of the night."""
    place = open_place(session, EnrollmentId(student.enrollment_id))
    return take(session, place, instant(start), policy, is_agreed=True)


def _shift(session: WriteSession, session_id: SessionId, start: str, by: UserId, policy: BookingPolicy) -> None:
    author = MoveAuthor(by, None, is_counted=False)
    retake(session, hold(session, session_id), instant(start), policy, author, is_agreed=True)


async def test_what_both_agreed_on_needs_no_hours_and_no_notice_but_free_time(world: World) -> None:
    student = await (await Classroom.open(world)).student()
    policy = BookingPolicy.of(world.settings)
    session_id = await world.write(_agree, student, "2026-12-01T09:05:00Z", policy)
    await world.write(_shift, session_id, "2026-12-01T23:30:00Z", student.actor.user_id, policy)
    assert await world.db.read(faults_of_time) == []
    assert (await student.book("2026-12-02T09:00:00Z")).status_code == 201


async def test_a_bundle_is_booked_as_a_whole(world: World) -> None:
    room = await Classroom.open(world, session_count=3)
    student = await room.student()
    starts = [SATURDAY, FRIDAY, "2026-12-07T12:00:00Z"]
    body = {"enrollment_id": student.enrollment_id, "starts_at": starts}
    answer = await student.actor.post("/api/sessions/bundle", body)
    assert answer.status_code == 201, answer.text
    assert [item["starts_at"] for item in answer.json()["items"]] == starts
    assert [item["part"]["number"] for item in answer.json()["items"]] == [2, 1, 3]
    assert [item["part"]["modules"][0]["title"] for item in answer.json()["items"]] == ["Part 2", "Part 1", "Part 3"]
    assert await world.db.read(faults_of_time) == []
    assert (await student.actor.post("/api/sessions/bundle", body)).json()["code"] == "no_sessions_left"


async def test_a_bundle_is_refused_as_a_whole_and_each_conflict_is_named(world: World) -> None:
    room, other = await Classroom.open(world, session_count=5), await Classroom.open(world)
    student = await room.student()
    await booked(await room.student("Fay Faster"), FRIDAY)
    elsewhere = await booked(await other.student(actor=student.actor), SATURDAY)
    starts = [FRIDAY, "2026-12-07T12:00:00Z", SATURDAY, "2026-12-07T12:00:00Z", "2026-12-08T03:00:00Z"]
    body = {"enrollment_id": student.enrollment_id, "starts_at": starts}
    problem = (await student.actor.post("/api/sessions/bundle", body)).json()
    assert (problem["status"], problem["code"]) == (409, "bundle_refused")
    found = {
        each["item"]: (each["code"], each.get("conflicts_with", each.get("conflicts_with_item")))
        for each in problem["refusals"]
    }
    assert found == {
        0: ("slot_taken", None),
        2: ("student_busy", elsewhere),
        3: ("student_busy", 1),
        4: ("slot_not_offered", None),
    }
    assert all(len(each["alternatives"]) == 3 for each in problem["refusals"])
    assert (await student.actor.get("/api/sessions", params={"from": "2026-12-06T00:00:00Z"})).json()["items"] == []


async def test_the_teacher_does_not_learn_what_else_the_student_has(world: World) -> None:
    room, other = await Classroom.open(world), await Classroom.open(world)
    student = await room.student()
    session_id = await booked(student, FRIDAY)
    elsewhere = await booked(await other.student(actor=student.actor), SATURDAY)
    answer = await _move(room.teacher, session_id, SATURDAY, WHY)
    assert (answer.status_code, answer.json()["code"]) == (409, "student_not_free")
    assert len(answer.json()["alternatives"]) == 3
    assert elsewhere not in answer.text
    assert (await _move(student.actor, session_id, SATURDAY)).json()["conflicts_with"] == elsewhere
