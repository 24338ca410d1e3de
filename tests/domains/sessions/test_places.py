"""What may be done in a place that is not active: a disputed one keeps what it has and gets nothing new; one that has
ended keeps only what is its student's own."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.enrollments.models import Enrollment
from app.domains.enrollments.types import EnrollmentId, EnrollmentStatus
from app.domains.sessions.models import TeachingSession
from app.domains.sessions.types import SessionId, SessionStatus
from tests.support.learning import Classroom, booked, instant
from tests.support.world import Actor, World

LATER, LATEST = "2026-12-04T10:00:00Z", "2026-12-04T12:00:00Z"
NIGHT = {"earliest_at": "2026-12-04T00:00:00Z", "latest_at": "2026-12-04T05:00:00Z"}
GIVEN = {"title": "Your first workflow", "instructions": "Build a workflow."}
WORK = {"text": "It mails me the weather every morning."}
LINK = {"kind": "link", "title": "The manual", "url": "https://docs.example/n8n"}
REVIEW = {"rating": 4, "comment": "Clear from the first workflow on."}
WHY = {"reason": "The student was ill."}
THERE = {"statement": "I was in the room the whole time."}

EXPECTED = {
    "book": ("enrollment_not_active", "enrollment_not_active"),
    "book a bundle": ("enrollment_not_active", "enrollment_not_active"),
    "book for them": ("enrollment_not_active", "enrollment_not_active"),
    "wait": ("enrollment_not_active", "enrollment_not_active"),
    "invite": ("enrollment_not_active", "enrollment_not_active"),
    "move": ("enrollment_not_active", "enrollment_not_active"),
    "make up": ("done", "enrollment_not_active"),
    "join": ("done", "place_ended"),
    "complete": ("done", "place_ended"),
    "contest": ("done", "place_ended"),
    "call off": ("done", "done"),
    "rate": ("done", "done"),  # that session was held
    "review": ("review_too_early", "review_too_early"),
    "hand in": ("not_learning", "assignment_not_found"),
    "read homework": ("done", "assignment_not_found"),
    "read own work": ("done", "done"),
    "read the course's shelf": ("done: 1", "done: 0"),
    "read the session's shelf": ("done: 1", "session_not_found"),
    "see a session": ("done", "done"),
    "see the place": ("done", "done"),
}
"""What is answered while the place is disputed, and when it has ended."""


@dataclass(frozen=True, slots=True)
class Place:
    """Five sessions bought: one was held, one missed, one is over and not settled, one may be joined, one is left."""

    student: Actor
    teacher: Actor
    admin: Actor
    course_id: str
    enrollment_id: EnrollmentId
    sessions: tuple[str, ...]
    assignments: tuple[str, ...]
    submission_id: str

    def calls(self) -> dict[str, tuple[Actor, str, Any]]:
        """Without a body it is a GET."""
        held, missed, over, coming = (f"/api/sessions/{each}" for each in self.sessions)
        fresh, place, of_place = self.assignments[0], f"/api/enrollments/{self.enrollment_id}", self._of_place
        return {
            "book": (self.student, "/api/sessions", of_place(starts_at=LATER)),
            "book a bundle": (self.student, "/api/sessions/bundle", of_place(starts_at=[LATER])),
            "book for them": (self.admin, "/api/admin/sessions", of_place(starts_at=LATER) | WHY),
            "wait": (self.student, "/api/session-waitlist", of_place() | NIGHT),
            "invite": (self.teacher, "/api/session-invites", of_place()),
            "move": (self.student, f"{coming}/reschedule", {"starts_at": LATEST} | WHY),
            "make up": (self.admin, held.replace("/api", "/api/admin") + "/credit", WHY),
            "join": (self.student, f"{coming}/join", {}),
            "complete": (self.teacher, f"{over}/complete", {}),
            "contest": (self.student, f"{missed}/contest", THERE),
            "call off": (self.student, f"{coming}/cancel", WHY),
            "rate": (self.student, f"{held}/rating", {"rating": 5}),
            "review": (self.student, f"{place}/course-review", REVIEW),
            "hand in": (self.student, f"/api/homework/{fresh}/submissions", WORK),
            "read homework": (self.student, f"/api/homework/{fresh}", None),
            "read own work": (self.student, f"/api/homework-submissions/{self.submission_id}", None),
            "read the course's shelf": (self.student, f"/api/courses/{self.course_id}/resources", None),
            "read the session's shelf": (self.student, f"{held}/resources", None),
            "see a session": (self.student, held, None),
            "see the place": (self.student, place, None),
        }

    def _of_place(self, **more: Any) -> dict[str, Any]:
        return {"enrollment_id": self.enrollment_id} | more


async def _place(world: World) -> Place:
    room = await Classroom.open(world, session_count=5)
    student = await room.student()
    sessions = [await booked(student, f"2026-12-02T{hour}:00:00Z") for hour in (10, 12, 14, 16)]
    course = f"/api/courses/{room.course_id}"
    assignments = [await _made(room.teacher, f"{course}/homework", GIVEN) for _ in range(2)]
    submission_id = await _made(student.actor, f"/api/homework/{assignments[1]}/submissions", WORK)
    for shelf in (course, f"/api/sessions/{sessions[0]}"):
        await _made(room.teacher, f"{shelf}/resources", LINK)
    world.clock.move_to(instant("2026-12-02T16:00:00Z") - timedelta(minutes=10))
    await world.write(_settle, sessions[0], SessionStatus.COMPLETED)
    await world.write(_settle, sessions[1], SessionStatus.NO_SHOW)
    return Place(
        student=await world.log_in(student.actor.user_id, student.actor.email),
        teacher=await world.log_in(room.teacher.user_id, room.teacher.email),
        admin=await world.member("Ada Admin", is_admin=True),
        course_id=room.course_id,
        enrollment_id=student.enrollment_id,
        sessions=tuple(sessions),
        assignments=tuple(assignments),
        submission_id=submission_id,
    )


async def _made(actor: Actor, path: str, body: dict[str, Any]) -> str:
    answer = await actor.post(path, body)
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["id"]
    return made


def _settle(session: WriteSession, session_id: str, status: SessionStatus) -> None:
    values = {"status": status, "settled_at": session.now, "ended_at": session.now}
    session.change(update(TeachingSession).where(TeachingSession.id == SessionId(session_id)).values(values))


def _stand(session: WriteSession, enrollment_id: EnrollmentId, status: EnrollmentStatus, bought: int = 5) -> None:
    """As the moment before any job has seen it."""
    session.change(
        update(Enrollment).where(Enrollment.id == enrollment_id).values(status=status, sessions_bought=bought)
    )


@pytest.mark.parametrize(("status", "column"), [(EnrollmentStatus.DISPUTED, 0), (EnrollmentStatus.CANCELLED, 1)])
async def test_each_verb_in_a_place_that_is_not_active(world: World, status: EnrollmentStatus, column: int) -> None:
    place = await _place(world)
    assert await _options(place) == (True, True, True)
    await world.write(_stand, place.enrollment_id, status)
    assert await _options(place) == ((False, True, True) if column == 0 else (False, False, False))
    seen = {name: await _answer(*call) for name, call in place.calls().items()}
    assert seen == {name: codes[column] for name, codes in EXPECTED.items()}


async def _options(place: Place) -> tuple[bool, bool, bool]:
    """What the student is shown: whether to move, to join and to contest."""
    coming, missed = [(await place.student.get(f"/api/sessions/{place.sessions[at]}")).json() for at in (3, 1)]
    return coming["options"]["can_reschedule"], coming["can_join"], missed["options"]["can_contest"]


async def _answer(actor: Actor, path: str, body: Any) -> str:
    """`done`, with the number of items if it is a list, or the problem's code."""
    answer = await (actor.get(path) if body is None else actor.post(path, body))
    found = answer.json()
    if answer.is_error:
        code: str = found["code"]
        return code
    return f"done: {len(found['items'])}" if "items" in found else "done"


async def test_a_place_shows_what_was_added_and_what_can_still_be_booked(world: World) -> None:
    room = await Classroom.open(world, session_count=2)
    student, admin = await room.student(), await world.member("Ada Admin", is_admin=True)

    async def shown() -> tuple[int, int, int]:
        (listed,) = (await student.actor.get("/api/enrollments")).json()["items"]
        place = (await room.teacher.get(f"/api/enrollments/{student.enrollment_id}")).json()
        assert place == listed
        return place["sessions_bought"], place["sessions_credited"], place["sessions_bookable"]

    assert await shown() == (2, 0, 2)
    held = await booked(student, "2026-12-02T10:00:00Z")
    assert await shown() == (2, 0, 1)
    await world.write(_settle, held, SessionStatus.COMPLETED)
    assert (await admin.post(f"/api/admin/sessions/{held}/credit", WHY)).status_code == 201
    assert await shown() == (2, 1, 2)
    for hour in (12, 14):
        await booked(student, f"2026-12-02T{hour}:00:00Z")
    assert await shown() == (2, 1, 0)
    assert (await student.book(LATER)).json()["code"] == "no_sessions_left"
    for status, bookable in ((EnrollmentStatus.COMPLETED, 1), (EnrollmentStatus.DISPUTED, 0)):
        await world.write(_stand, student.enrollment_id, status, 3)
        assert await shown() == (3, 1, bookable)
