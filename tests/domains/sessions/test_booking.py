"""Booking a session: what it makes, and every way in which it is refused."""

from sqlalchemy import func, select

from app.db.session import ReadSession, WriteSession
from app.domains.calendar.models import TakenCell
from app.domains.enrollments.types import EnrollmentStatus
from app.domains.sessions.events import SessionBooked
from app.domains.sessions.models import TeachingSession
from app.domains.users import service as users
from tests.support.learning import Classroom, booked
from tests.support.world import World

WEDNESDAY_NOON = "2026-12-02T12:00:00Z"


def _alternatives(*hours: int) -> list[dict[str, str]]:
    return [{"starts_at": f"2026-12-02T{hour}:00:00Z", "ends_at": f"2026-12-02T{hour + 1}:00:00Z"} for hour in hours]


def _count(session: ReadSession) -> tuple[int, int]:
    """Sessions, and cells taken."""
    cells = session.scalar(select(func.count()).select_from(TakenCell))
    return session.scalar(select(func.count(TeachingSession.id))) or 0, cells or 0


def _listen(world: World) -> list[SessionBooked]:
    """The bookings that the domain tells of from now on."""
    heard: list[SessionBooked] = []

    def hear(_session: WriteSession, event: SessionBooked) -> None:
        heard.append(event)

    world.db._events.subscribe(SessionBooked, hear)
    return heard


async def test_a_free_slot_becomes_a_session_of_both(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    events = _listen(world)
    answer = await student.book(WEDNESDAY_NOON)
    made = answer.json()
    assert answer.status_code == 201
    assert (made["status"], made["starts_at"], made["ends_at"]) == ("scheduled", WEDNESDAY_NOON, "2026-12-02T13:00:00Z")
    assert (made["teacher"]["name"], made["student"]["name"]) == ("Tara Teacher", "Sam Sample")
    assert [(event.session_id, event.student_id) for event in events] == [(made["id"], student.actor.user_id)]
    assert await world.db.read(_count) == (1, 15 + 12)


async def test_the_same_request_again_gets_the_same_answer(world: World) -> None:
    student = await (await Classroom.open(world)).student()
    first = await student.book(WEDNESDAY_NOON, key="the-same-key")
    again = await student.book(WEDNESDAY_NOON, key="the-same-key")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (await student.book("2026-12-03T12:00:00Z", key="the-same-key")).json()["code"] == "idempotency_key_reused"
    assert await world.db.read(_count) == (1, 27)


async def test_a_key_is_demanded(world: World) -> None:
    student = await (await Classroom.open(world)).student()
    body = {"enrollment_id": student.enrollment_id, "starts_at": WEDNESDAY_NOON}
    headers = {"Authorization": f"Bearer {student.actor.token}"}
    answer = await world.http.post("/api/sessions", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


async def test_a_refusal_stores_nothing_so_the_key_can_be_used_again(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    assert (await student.book("2026-12-02T05:00:00Z", key="one-more-key")).status_code == 409
    assert (await student.book(WEDNESDAY_NOON, key="one-more-key")).status_code == 201


async def test_an_unverified_member_cannot_book(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student(actor=await world.member("Nora New", is_verified=False))
    answer = await student.book(WEDNESDAY_NOON)
    assert (answer.status_code, answer.json()["code"]) == (403, "email_not_verified")


async def test_somebody_elses_enrollment_does_not_exist(world: World) -> None:
    room = await Classroom.open(world)
    owner, thief = await room.student(), await room.student("Theo Thief")
    stranger_id = "enr_01kbq2z7m8e6h9s0t3v5x7y9ze"
    for enrollment_id in (owner.enrollment_id, stranger_id):
        body = {"enrollment_id": enrollment_id, "starts_at": WEDNESDAY_NOON}
        answer = await thief.actor.post("/api/sessions", body)
        assert (answer.status_code, answer.json()["code"]) == (404, "enrollment_not_found")


async def test_the_enrollment_must_be_active(world: World) -> None:
    room = await Classroom.open(world)
    for status in (EnrollmentStatus.COMPLETED, EnrollmentStatus.CANCELLED, EnrollmentStatus.DISPUTED):
        answer = await (await room.student(status=status)).book(WEDNESDAY_NOON)
        assert (answer.status_code, answer.json()["code"]) == (409, "enrollment_not_active"), status


async def test_a_suspended_teacher_cannot_be_booked(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    await world.write(users.suspend, room.teacher.user_id)
    answer = await student.book(WEDNESDAY_NOON)
    assert (answer.status_code, answer.json()["code"]) == (409, "teacher_not_available")
    assert (await room.slots()).json()["code"] == "teacher_not_found"
    assert await world.db.read(_count) == (0, 0)


async def test_no_more_sessions_than_were_bought(world: World) -> None:
    student = await (await Classroom.open(world, session_count=2)).student()
    await booked(student, "2026-12-02T12:00:00Z")
    await booked(student, "2026-12-03T12:00:00Z")
    answer = await student.book("2026-12-04T12:00:00Z")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_sessions_left")


async def test_a_start_that_is_not_offered_is_refused_with_the_reason(world: World) -> None:
    student = await (await Classroom.open(world)).student()
    for reason, starts_at in [
        ("outside_availability", "2026-12-02T08:00:00Z"),
        ("outside_availability", "2026-12-02T12:30:00Z"),
        ("outside_availability", "2026-12-02T17:00:00Z"),
        ("outside_availability", "2026-12-02T12:00:00.5Z"),
        ("notice", "2026-12-01T10:00:00Z"),
        ("in_past", "2026-11-30T12:00:00Z"),
        ("in_past", "0001-01-01T00:00:00Z"),
        ("horizon", "2026-12-30T12:00:00Z"),
        ("horizon", "9999-12-31T23:59:59Z"),
    ]:
        problem = (await student.book(starts_at)).json()
        assert (problem["code"], problem["reason"]) == ("slot_not_offered", reason), starts_at
        assert len(problem["alternatives"]) == 3
    assert (await student.book(problem["alternatives"][0]["starts_at"])).status_code == 201


async def test_a_taken_slot_is_refused_with_the_next_free_ones(world: World) -> None:
    room = await Classroom.open(world)
    await booked(await room.student("Fay Faster"), WEDNESDAY_NOON)
    late = await room.student()
    for start in (WEDNESDAY_NOON, "2026-12-02T11:00:00Z", "2026-12-02T13:00:00Z"):
        problem = (await late.book(start)).json()
        assert (problem["status"], problem["code"]) == (409, "slot_taken")
        assert problem["alternatives"] == _alternatives(14, 15, 16)


async def test_the_student_cannot_be_in_two_sessions_at_once(world: World) -> None:
    first, second = await Classroom.open(world), await Classroom.open(world)
    student = await first.student()
    session_id = await booked(student, WEDNESDAY_NOON)
    place = await second.student(actor=student.actor)
    problem = (await place.book(WEDNESDAY_NOON)).json()
    assert (problem["status"], problem["code"]) == (409, "student_busy")
    assert problem["conflicts_with"] == session_id
    assert problem["alternatives"] == _alternatives(13, 14, 15)
    await booked(place, "2026-12-02T13:00:00Z")


async def test_a_second_click_is_told_of_the_first(world: World) -> None:
    student = await (await Classroom.open(world)).student()
    session_id = await booked(student, WEDNESDAY_NOON)
    problem = (await student.book(WEDNESDAY_NOON)).json()
    assert (problem["code"], problem["conflicts_with"]) == ("student_busy", session_id)


async def test_a_student_who_teaches_has_the_pause_after_their_own_lessons(world: World) -> None:
    own, other = await Classroom.open(world, buffer_minutes=30), await Classroom.open(world)
    session_id = await booked(await own.student(), "2026-12-02T11:00:00Z")
    place = await other.student(actor=own.teacher)
    problem = (await place.book(WEDNESDAY_NOON)).json()
    assert (problem["code"], problem["conflicts_with"]) == ("student_busy", session_id)
    await booked(place, "2026-12-02T13:00:00Z")


async def test_when_nothing_follows_the_first_free_slots_are_named(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    problem = (await student.book("2027-01-05T12:00:00Z")).json()
    assert problem["alternatives"][0]["starts_at"] == "2026-12-01T11:00:00Z"


async def test_a_body_that_cannot_be_meant_is_refused(world: World) -> None:
    student = await (await Classroom.open(world)).student()
    body = {"enrollment_id": student.enrollment_id, "starts_at": WEDNESDAY_NOON}
    changes: list[dict[str, object]] = [
        {"starts_at": "2026-12-02T12:00:00"},
        {"starts_at": 1796212800},
        {"enrollment_id": "enr_1"},
        {"color": "blue"},
    ]
    for change in changes:
        assert (await student.actor.post("/api/sessions", body | change)).status_code == 422, change
