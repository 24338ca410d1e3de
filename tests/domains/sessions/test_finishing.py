"""What people and administrators say of how a session ended."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.courses.models import CourseModule
from app.domains.enrollments import service as enrollments
from app.domains.sessions.types import SessionStatus
from tests.domains.sessions.lessons import JOINED, LEFT, Lesson
from tests.support.cells import faults_of_time
from tests.support.learning import Classroom
from tests.support.world import Actor, World

THERE = {"statement": "I was in the room the whole time."}
NOTE = "The log of the video service shows it."
DAY = 24 * 60


async def _lesson(world: World, *, session_count: int = 2) -> Lesson:
    room = await Classroom.open(world, session_count=session_count)
    return await Lesson.of(room, await room.student())


async def _acting(lesson: Lesson, who: str = "student") -> Actor:
    """With a log-in that is valid now."""
    if who == "admin":
        return await lesson.world.member("Ada Admin", is_admin=True)
    user_id = lesson.student_id if who == "student" else lesson.teacher_id
    email = lesson.student.actor.email if who == "student" else "tara@peerloop.example"
    return await lesson.world.log_in(user_id, email)


async def _at(lesson: Lesson, minute: float) -> None:
    """Let everything due happen so many minutes after the start."""
    lesson.world.clock.move_to(lesson.at(minute))
    await lesson.world.settle()


def _path(lesson: Lesson, verb: str) -> str:
    return f"/api/sessions/{lesson.session_id}/{verb}"


async def _missed(world: World, absent: str, *, session_count: int = 2) -> Lesson:
    """A settled session that one of the two, or neither, came to."""
    lesson = await _lesson(world, session_count=session_count)
    if absent == "student":
        await lesson.report([lesson.teacher(JOINED, 0), lesson.teacher(LEFT, 60)])
    if absent == "teacher":
        await lesson.report([lesson.pupil(JOINED, 0), lesson.pupil(LEFT, 60)])
    await _at(lesson, 80)
    assert (await lesson.facts()).status is SessionStatus.NO_SHOW
    return lesson


async def _resolve(lesson: Lesson, outcome: str, no_show_user_id: str | None = None) -> dict[str, object]:
    body = {"outcome": outcome, "no_show_user_id": no_show_user_id, "note": NOTE}
    answer = await (await _acting(lesson, "admin")).post(f"/api/admin/sessions/{lesson.session_id}/resolve", body)
    made: dict[str, object] = answer.json()
    await lesson.world.settle()
    return made


async def test_who_may_complete_by_hand_and_when(world: World) -> None:
    lesson = await _lesson(world)
    world.clock.move_to(lesson.at(59))
    teacher = await _acting(lesson, "teacher")
    problem = (await teacher.post(_path(lesson, "complete"))).json()
    assert (problem["code"], problem["ends_at"]) == ("session_not_over", "2026-12-02T13:00:00Z")
    world.clock.move_to(lesson.at(60))
    answer = await (await _acting(lesson)).post(_path(lesson, "complete"))
    assert (answer.status_code, answer.json()["code"]) == (403, "may_not_complete")
    made = (await teacher.post(_path(lesson, "complete"))).json()
    assert (made["status"], made["completed_by_user_id"], made["attendance"]) == ("completed", lesson.teacher_id, [])
    assert (made["counted_at"], made["counts_at"]) == (None, "2026-12-05T13:00:00Z")
    assert (await teacher.post(_path(lesson, "complete"))).json()["code"] == "session_settled"
    assert "contest it within 72 hours" in (await world.mails_to(lesson.student.actor.email))[0]["text"]


async def test_what_was_completed_by_hand_counts_once_nobody_can_contest_it(world: World) -> None:
    lesson = await _missed(world, "neither")
    creator = await _acting(lesson, "teacher")  # who is both here
    assert (await creator.post(_path(lesson, "complete"))).status_code == 200
    await _at(lesson, 80 + 3 * DAY - 1)
    assert await lesson.counted() == 0
    await _at(lesson, 80 + 3 * DAY)
    assert await lesson.counted() == 1
    assert (await (await _acting(lesson)).post(_path(lesson, "contest"), THERE)).json()["code"] == "not_contestable"


async def test_a_student_who_contests_keeps_the_money_where_it_is(world: World) -> None:
    lesson = await _missed(world, "neither")
    assert (await (await _acting(lesson, "teacher")).post(_path(lesson, "complete"))).status_code == 200
    assert (await (await _acting(lesson)).post(_path(lesson, "contest"), THERE)).status_code == 200
    await _at(lesson, 80 + 4 * DAY)
    assert await lesson.counted() == 0
    assert (await _resolve(lesson, "no_show"))["status"] == "no_show"
    await _at(lesson, 80 + 8 * DAY)
    assert await lesson.counted() == 0


async def test_attendance_that_proves_it_completes_at_once(world: World) -> None:
    lesson = await _lesson(world)
    await lesson.report([lesson.teacher(JOINED, 0), lesson.pupil(JOINED, 1)])
    world.clock.move_to(lesson.at(61))
    made = (await (await _acting(lesson, "teacher")).post(_path(lesson, "complete"))).json()
    assert (made["status"], made["completed_by_user_id"], len(made["attendance"])) == ("completed", None, 2)
    assert await lesson.counted() == 1


async def test_a_teacher_who_was_not_seen_does_not_overrule_the_student_who_waited(world: World) -> None:
    lesson = await _lesson(world)
    await lesson.report([lesson.pupil(JOINED, 0), lesson.pupil(LEFT, 59)])
    world.clock.move_to(lesson.at(61))
    path = _path(lesson, "complete")
    assert (await (await _acting(lesson, "teacher")).post(path)).json()["code"] == "attendance_disagrees"
    await _at(lesson, 80)
    assert (await (await _acting(lesson, "teacher")).post(path)).json()["code"] == "session_settled"


@pytest.mark.parametrize(("outcome", "counted"), [("completed", 1), ("no_show", 0), ("cancelled", 0)])
async def test_a_contest_is_decided_by_an_administrator(world: World, outcome: str, counted: int) -> None:
    lesson = await _missed(world, "student")
    student = await _acting(lesson)
    shown = (await student.get(f"/api/sessions/{lesson.session_id}")).json()
    assert (shown["options"]["can_contest"], shown["options"]["contest_until"]) == (True, "2026-12-05T13:20:00Z")
    admin = await _acting(lesson, "admin")
    answer = await student.post(_path(lesson, "contest"), THERE)
    assert answer.json()["contest"]["statement"] == THERE["statement"], answer.text
    assert answer.json()["options"]["can_contest"] is False
    teacher = await _acting(lesson, "teacher")
    assert (await teacher.post(_path(lesson, "contest"), THERE)).json()["code"] == "already_contested"
    assert THERE["statement"] in (await world.mails_to(admin.email))[0]["text"]
    await lesson.report([lesson.pupil(JOINED, 1)])  # a late report decides nothing now
    await _at(lesson, 80 + 5 * DAY)
    assert await lesson.counted() == 0
    waiting = (await (await _acting(lesson, "admin")).get("/api/admin/sessions", params={"contested": "true"})).json()
    assert [item["id"] for item in waiting["items"]] == [lesson.session_id]
    made = await _resolve(lesson, outcome)
    assert made["status"] == outcome, made
    assert await lesson.counted() == counted
    assert NOTE in (await world.mails_to(lesson.student.actor.email))[0]["text"]
    waiting = (await (await _acting(lesson, "admin")).get("/api/admin/sessions", params={"contested": "true"})).json()
    assert waiting["items"] == []
    assert await world.db.read(faults_of_time) == []


@pytest.mark.parametrize("before", ["missed by both", "completed by hand", "missed by the student"])
async def test_nobodys_word_and_no_late_report_changes_what_an_administrator_decided(world: World, before: str) -> None:
    lesson = await _missed(world, "student" if before == "missed by the student" else "neither")
    if before == "completed by hand":
        assert (await (await _acting(lesson, "teacher")).post(_path(lesson, "complete"))).status_code == 200
    assert (await _resolve(lesson, "no_show"))["status"] == "no_show"
    answer = await (await _acting(lesson, "teacher")).post(_path(lesson, "complete"))
    assert (answer.status_code, answer.json()["code"]) == (409, "session_settled")
    await lesson.report([lesson.teacher(JOINED, 1), lesson.pupil(JOINED, 1)])
    await _at(lesson, 80 + 4 * DAY)
    assert ((await lesson.facts()).status, await lesson.counted()) == (SessionStatus.NO_SHOW, 0)


async def test_the_time_to_contest_ends(world: World) -> None:
    lesson = await _missed(world, "teacher")
    world.clock.move_to(lesson.at(80 + 3 * DAY))
    assert (await (await _acting(lesson, "teacher")).post(_path(lesson, "contest"), THERE)).json()["code"] == (
        "not_contestable"
    )
    world.clock.move_to(lesson.at(80 + 3 * DAY) - timedelta(seconds=1))
    assert (await (await _acting(lesson, "teacher")).post(_path(lesson, "contest"), THERE)).status_code == 200


async def test_a_teachers_no_show_found_to_be_held_needs_a_session_left(world: World) -> None:
    """The session went back and was booked again: never more sessions than were bought."""
    lesson = await _missed(world, "teacher", session_count=1)
    student = await _acting(lesson)
    body = {"enrollment_id": lesson.student.enrollment_id, "starts_at": "2026-12-04T12:00:00Z"}
    anew = (await student.post("/api/sessions", body)).json()["id"]
    assert (await _resolve(lesson, "completed"))["code"] == "no_sessions_left"
    assert (await student.post(f"/api/sessions/{anew}/cancel")).status_code == 200
    assert (await _resolve(lesson, "completed"))["status"] == "completed"
    assert await lesson.counted() == 1
    assert (await _resolve(lesson, "cancelled"))["code"] == "session_counted"


async def test_what_cannot_be_decided(world: World) -> None:
    lesson = await _lesson(world)
    assert (await _resolve(lesson, "completed"))["code"] == "session_not_over"
    await _at(lesson, 80)
    for outcome, person in (("no_show", "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"), ("completed", lesson.teacher_id)):
        assert (await _resolve(lesson, outcome, person))["code"] == "invalid_request"
    assert (await _resolve(lesson, "cancelled"))["status"] == "cancelled"
    assert (await _resolve(lesson, "completed"))["code"] == "session_settled"


async def test_a_session_is_made_up_for_once_and_moves_no_more_money(world: World) -> None:
    lesson = await _lesson(world, session_count=1)
    await lesson.report([lesson.teacher(JOINED, 0), lesson.pupil(JOINED, 1), lesson.finished(30)])
    await _at(lesson, 80)
    body = {"enrollment_id": lesson.student.enrollment_id, "starts_at": "2026-12-04T12:00:00Z"}
    assert (await (await _acting(lesson)).post("/api/sessions", body)).json()["code"] == "enrollment_not_active"
    admin, path = await _acting(lesson, "admin"), f"/api/admin/sessions/{lesson.session_id}/credit"
    made = await admin.post(path, {"reason": "Half of it had no sound."})
    assert (made.status_code, made.json()["is_made_up_for"]) == (201, True), made.text
    assert (await admin.post(path, {"reason": "Once more."})).json()["code"] == "already_credited"
    assert (await world.mails_to(lesson.student.actor.email))[0]["subject"].startswith("One more session for you")
    assert (await (await _acting(lesson)).post("/api/sessions", body)).status_code == 201
    more = body | {"starts_at": "2026-12-05T12:00:00Z"}
    assert (await (await _acting(lesson)).post("/api/sessions", more)).json()["code"] == "no_sessions_left"
    other = (await (await _acting(lesson)).get("/api/sessions", params={"upcoming": "true"})).json()["items"][0]
    assert (await admin.post(f"/api/admin/sessions/{other['id']}/credit", {"reason": "Too early."})).json()["code"] == (
        "nothing_to_make_up"
    )
    extra = Lesson(world, lesson.teacher_id, lesson.student, other["id"], lesson.starts_at + timedelta(days=2))
    await extra.report([extra.teacher(JOINED, 0), extra.pupil(JOINED, 1), extra.finished(59)])
    assert (await extra.facts()).status is SessionStatus.COMPLETED
    assert await extra.counted() == 1
    place = await world.db.read(enrollments.get_enrollment, lesson.student.enrollment_id)
    await world.write(enrollments.cancel, place)
    admin, path = await _acting(lesson, "admin"), f"/api/admin/sessions/{extra.session_id}/credit"
    assert (await admin.post(path, {"reason": "No sound."})).json()["code"] == "enrollment_not_active"


async def test_an_administrator_books_for_a_student_by_the_same_rules(world: World) -> None:
    room = await Classroom.open(world)
    student, admin = await room.student(), await world.member("Ada Admin", is_admin=True)
    body = {"enrollment_id": student.enrollment_id, "starts_at": "2026-12-04T12:00:00Z", "reason": "By telephone."}
    made = await admin.post("/api/admin/sessions", body)
    assert (made.status_code, made.json()["student"]["id"]) == (201, student.actor.user_id), made.text
    assert (await admin.post("/api/admin/sessions", body)).json()["code"] == "student_busy"
    kept = (await admin.get("/api/admin/audit")).json()["items"][0]
    assert (kept["action"], kept["subject_id"]) == ("session.booked", made.json()["id"])


def _rename(session: WriteSession, title: str) -> None:
    session.execute(update(CourseModule).values(title=title))


async def test_the_nth_session_by_start_teaches_the_nth_part_until_it_was_held(world: World) -> None:
    room = await Classroom.open(world, session_count=3)
    student = await room.student()
    first = await Lesson.of(room, student, "2026-12-02T12:00:00Z")
    second = await Lesson.of(room, student, "2026-12-03T12:00:00Z")
    assert [await _part(each) for each in (first, second)] == [(1, "Part 1"), (2, "Part 2")]
    await second.report([second.teacher(JOINED, 0), second.pupil(JOINED, 1), second.finished(59)])
    await world.write(_rename, "New")
    third = await Lesson.of(room, student, "2026-12-01T12:00:00Z")
    assert [await _part(each) for each in (third, first, second)] == [(1, "New"), (3, "New"), (2, "Part 2")]
    cancelled = await student.actor.post(_path(third, "cancel"), {"reason": "Too early for me."})
    assert cancelled.status_code == 200
    assert [await _part(each) for each in (first, second)] == [(1, "New"), (2, "Part 2")]


async def _part(lesson: Lesson) -> tuple[int, str]:
    part = (await lesson.student.actor.get(f"/api/sessions/{lesson.session_id}")).json()["part"]
    return part["number"], part["modules"][0]["title"]
