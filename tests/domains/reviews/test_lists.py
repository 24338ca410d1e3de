"""Lists of reviews, and the sums behind the averages: whatever happens at once, they are those of the rows."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from app.db.session import ReadSession, WriteSession
from app.domains.courses import service as courses
from app.domains.courses.types import Rating
from app.domains.enrollments.types import EnrollmentId, EnrollmentStatus
from app.domains.reviews import service
from app.domains.reviews.errors import ReviewHidden, ReviewShown
from app.domains.reviews.types import Opinion, ReviewId, ReviewKind, Stars
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.etags import Expected
from tests.domains.roles.admins import admin_of
from tests.support.learning import Classroom, enroll
from tests.support.world import World

GRADUATE = {"status": EnrollmentStatus.COMPLETED, "sessions_completed": 2}


@dataclass(frozen=True, slots=True)
class Graduate:
    """Somebody who has completed the course."""

    user_id: UserId
    enrollment_id: EnrollmentId


async def graduates(room: Classroom, count: int) -> list[Graduate]:
    return await room.world.write(_graduate, room, count)


def _graduate(session: WriteSession, room: Classroom, count: int) -> list[Graduate]:
    found = []
    for number in range(count):
        email = f"student.{number}@peerloop.example"
        user_id = users.create_user(session, email=email, name="Sam Sample", password_hash="none", timezone="UTC")
        assert user_id is not None
        found.append(Graduate(user_id, enroll(session, room, user_id, GRADUATE)))
    return found


async def review(room: Classroom, graduate: Graduate, kind: ReviewKind, rating: int) -> ReviewId:
    opinion = Opinion(rating, "Neither too long nor too short.")
    found = await room.world.write(service.write, graduate.user_id, graduate.enrollment_id, kind, opinion)
    return found.id


def _sums(session: ReadSession, room: Classroom) -> tuple[Rating, ...]:
    """As they are kept for the course and the teacher, and as the rows have them."""
    teacher_id, of_course = room.teacher.user_id, service.stars_of_course(session, room.course_id)
    assert isinstance(of_course, Stars)
    return (
        courses.course_rating(session, room.course_id),
        courses.teacher_rating(session, teacher_id),
        of_course.rating,
        service.stars_of_teacher(session, teacher_id).rating,
    )


async def test_fifty_reviews_at_once_add_up(world: World) -> None:
    """In two crowds: more writers at a time than that are told to come again."""
    room, dice = await Classroom.open(world), random.Random(50)
    given = [(graduate, ReviewKind.COURSE, dice.randint(1, 5)) for graduate in await graduates(room, 50)]
    for crowd in (given[:25], given[25:]):
        await asyncio.gather(*(review(room, *each) for each in crowd))
    course, teacher, *counted = await world.db.read(_sums, room)
    assert course == Rating(sum(stars for _, _, stars in given), 50)
    assert [course, teacher] == counted
    assert teacher == Rating(0, 0)


async def test_sums_follow_whatever_happens_to_reviews(world: World) -> None:
    """Changing, hiding and showing, in a random order and several at once."""
    room, dice = await Classroom.open(world), random.Random(6)
    admin, students = await admin_of(world), await graduates(room, 4)
    places = [(student, kind) for student in students for kind in ReviewKind]
    ids = [await review(room, student, kind, dice.randint(1, 5)) for student, kind in places]

    def act(session: WriteSession, number: int, verb: str, stars: int) -> None:
        student, kind = places[number]
        with suppress(ReviewHidden, ReviewShown):
            if verb == "change":
                opinion = Opinion(stars, "Something else, after all.")
                service.change(session, student.user_id, student.enrollment_id, kind, opinion, Expected())
            elif verb == "hide":
                service.hide(session, admin.user_id, ids[number], "a reason")
            else:
                service.show(session, admin.user_id, ids[number])

    for _ in range(6):
        moves = [(dice.randrange(8), dice.choice(("change", "hide", "show")), dice.randint(1, 5)) for _ in range(6)]
        await asyncio.gather(*(world.write(act, *move) for move in moves))
        course, teacher, *counted = await world.db.read(_sums, room)
        assert [course, teacher] == counted
    assert 0 < course.count + teacher.count < 8  # some are hidden


async def test_reviews_are_ordered_and_paged(world: World) -> None:
    room = await Classroom.open(world)
    stars = [3, 5, 1, 5, 3]
    ids = []
    for student, rating in zip(await graduates(room, 5), stars, strict=True):
        world.clock.advance(minutes=1)
        ids.append(await review(room, student, ReviewKind.COURSE, rating))
        await review(room, student, ReviewKind.TEACHER, rating)
    orders = {"newest": [4, 3, 2, 1, 0], "highest": [3, 1, 4, 0, 2], "lowest": [2, 4, 0, 3, 1]}
    for sort, order in orders.items():
        rows = await _walk(world, f"/api/courses/{room.course_id}/reviews", sort)
        assert [row["id"] for row in rows] == [ids[number] for number in order], sort
        rows = await _walk(world, f"/api/teachers/{room.teacher.user_id}/reviews", sort)
        assert [row["rating"] for row in rows] == [stars[number] for number in order], sort
    first = (await world.http.get("/api/courses/intro-to-n8n/reviews", params={"limit": 1})).json()
    other = {"sort": "lowest", "cursor": first["next_cursor"]}
    assert (await world.http.get("/api/courses/intro-to-n8n/reviews", params=other)).json()["code"] == "cursor_invalid"
    summary = (await world.http.get("/api/courses/intro-to-n8n/reviews/summary")).json()
    assert (summary["rating"], [each["count"] for each in summary["stars"]]) == (3.4, [2, 0, 2, 0, 1])


async def _walk(world: World, path: str, sort: str) -> list[dict[str, Any]]:
    rows, cursor = [], None
    while True:
        place: dict[str, str] = {} if cursor is None else {"cursor": cursor}
        page = (await world.http.get(path, params={"sort": sort, "limit": "2", **place})).json()
        rows += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return rows


async def test_only_teachers_and_courses_on_sale_have_reviews(world: World) -> None:
    room, sam = await Classroom.open(world), await world.member("Sam Sample")
    handle = (await room.teacher.get("/api/users/me")).json()["handle"]
    for tail in ("reviews", "reviews/summary"):
        for name in (handle, handle.upper(), room.teacher.user_id):
            assert (await world.http.get(f"/api/teachers/{name}/{tail}")).status_code == 200
        for name in (sam.user_id, "nobody_here"):
            answer = await world.http.get(f"/api/teachers/{name}/{tail}")
            assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found")
        assert (await world.http.get(f"/api/courses/nothing/{tail}")).json()["code"] == "course_not_found"


@pytest.mark.parametrize(
    ("total", "count", "average"),
    [(0, 0, None), (14, 3, 4.67), (13, 3, 4.33), (9, 2, 4.5), (1801, 400, 4.5), (5, 1, 5.0)],
)
def test_averages_have_two_decimals(total: int, count: int, average: float | None) -> None:
    assert Rating(total, count).average == average
