"""Calls about reviews, session ratings and follows that succeed."""

from typing import Any

from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.enrollments.types import EnrollmentStatus
from app.domains.sessions.models import TeachingSession
from app.domains.sessions.types import SessionStatus
from app.domains.users.models import User
from app.domains.users.types import UserId
from tests.hostile.stage import Call
from tests.support.learning import Classroom, Student, booked
from tests.support.world import Actor, World

TEACHER = {"rating": 5, "comment": "Patient, and well prepared."}
COURSE = TEACHER | {"clarity": 5, "relevance": 4, "depth": 3}
_ASPECTS = ("teaching", "interaction", "materials")
REASON = {"reason": "It insults the teacher."}


async def review_calls(world: World, room: Classroom) -> dict[str, Call]:
    """Each review that a call changes is another one."""
    ready = [await _graduate(room, name) for name in ("Ria Ready", "Rob Ready")]
    done = [
        await _graduate(room, name)
        for name in ("Eva Edit", "Eli Edit", "Hal Hide", "Sho Show", "Rea Reply", "Una Undo")
    ]
    review_ids = [await _review(graduate) for graduate in done]
    await done[0].actor.post(_path(done[0], "review"), TEACHER)
    admin = await world.member("Rita Admin", is_admin=True)
    await admin.post(f"/api/admin/reviews/{review_ids[3]}/hide", REASON)
    course, teacher = {"id_or_slug": str(room.course_id)}, {"handle": str(room.teacher.user_id)}
    about = [{"review_id": review_id} for review_id in review_ids]
    return {
        "teacher_reviews.write": Call(ready[0].actor, _place(ready[0]), body=dict(TEACHER)),
        "teacher_reviews.get": Call(done[0].actor, _place(done[0])),
        "teacher_reviews.change": Call(done[0].actor, _place(done[0]), body=dict(TEACHER)),
        "teacher_reviews.list": Call(None, teacher),
        "teacher_reviews.summary": Call(None, teacher),
        "course_reviews.write": Call(ready[1].actor, _place(ready[1]), body=dict(COURSE)),
        "course_reviews.get": Call(done[1].actor, _place(done[1])),
        "course_reviews.change": Call(done[1].actor, _place(done[1]), body=dict(COURSE)),
        "course_reviews.list": Call(None, course),
        "course_reviews.summary": Call(None, course),
        "reviews.get": Call(None, about[4]),
        "reviews.reply": Call(room.teacher, about[4], body={"text": "Thank you for your words."}),
        "reviews.take_back_reply": Call(room.teacher, about[5]),
        "admin_reviews.list": Call(admin),
        "admin_reviews.hide": Call(admin, about[2], body=dict(REASON)),
        "admin_reviews.show": Call(admin, about[3]),
        **await _rating_calls(world, room),
    }


def _place(student: Student) -> dict[str, str]:
    return {"enrollment_id": student.enrollment_id}


def _path(student: Student, kind: str) -> str:
    return f"/api/enrollments/{student.enrollment_id}/{kind}"


async def _graduate(room: Classroom, name: str) -> Student:
    return await room.student(name, status=EnrollmentStatus.COMPLETED, sessions_completed=2)


async def _review(graduate: Student) -> str:
    """The id of a review of the course."""
    review_id: str = (await graduate.actor.post(_path(graduate, "course-review"), COURSE)).json()["id"]
    return review_id


async def _rating_calls(world: World, room: Classroom) -> dict[str, Call]:
    student = await room.student("Rae Rater")
    session_id = await booked(student, "2026-12-04T12:00:00Z")
    await world.write(_hold, session_id)
    one: dict[str, str] = {"session_id": session_id}
    return {
        "session_ratings.get": Call(student.actor, one),
        "session_ratings.rate": Call(
            student.actor, one, body={"rating": 5, "comment": "Much clearer now.", **dict.fromkeys(_ASPECTS, 5)}
        ),
    }


def _hold(session: WriteSession, session_id: str) -> None:
    held = update(TeachingSession).where(TeachingSession.id == session_id)
    session.execute(held.values(status=SessionStatus.COMPLETED))


async def follow_calls(world: World, room: Classroom) -> dict[str, Call]:
    fan, star = await world.member("Fay Follower"), await world.member("Stella Star")
    await world.write(_go_public, star.user_id)
    handle = {"handle": await _handle_of(star)}
    course = {"id_or_slug": str(room.course_id)}
    assert (await fan.post(f"/api/users/{handle['handle']}/follow")).status_code == 200
    return {
        "follows.get": Call(fan, {"user_id": star.user_id}),
        "follows.list": Call(fan),
        "follows.list_followers": Call(None, handle),
        "follows.list_following": Call(None, handle),
        "follows.follow": Call(fan, handle),
        "follows.unfollow": Call(await world.member("Una Unfollow"), handle),
        "course_follows.list": Call(fan),
        "course_follows.follow": Call(fan, course),
        "course_follows.unfollow": Call(fan, course),
    }


def _go_public(session: WriteSession, user_id: UserId) -> None:
    session.execute(update(User).where(User.id == user_id).values(is_profile_public=True))


async def _handle_of(actor: Actor) -> str:
    found: dict[str, Any] = (await actor.get("/api/users/me")).json()
    handle: str = found["handle"]
    return handle
