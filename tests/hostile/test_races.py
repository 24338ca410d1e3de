"""Many at once for one thing: one wins, the others are told so, and the books and calendars stay whole."""

import asyncio
import random
import sys
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
from sqlalchemy import func, select, update

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.auth import service as auth
from app.domains.auth.types import Device, LoginMethod
from app.domains.certificates.models import Certificate
from app.domains.courses import service as courses
from app.domains.courses.models import Course
from app.domains.courses.types import CourseId
from app.domains.enrollments.models import Enrollment
from app.domains.enrollments.types import EnrollmentId, EnrollmentStatus
from app.domains.payments import ledger
from app.domains.sessions.models import TeachingSession
from app.domains.users import service as users
from app.domains.users.types import UserId
from tests.hostile.findings import problem_faults
from tests.hostile.stage import PRICE
from tests.support.learning import Classroom, Student
from tests.support.shop import pay, start_checkout, verify
from tests.support.world import Actor, World

CLIENTS = 200
SLOT = "2026-12-02T12:00:00Z"
MIDNIGHT = datetime.fromisoformat("2026-12-02T00:00:00Z")

Span = tuple[datetime, datetime]


async def test_two_hundred_clients_want_one_slot(world: World) -> None:
    room = await Classroom.open(world)
    students = await _crowd(world, [room], CLIENTS)
    answers, seconds = await _at_once([student.book(SLOT) for student in students])
    _tell(world, f"{CLIENTS} clients, one slot: {seconds:.2f} s")
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: CLIENTS - 1}
    losers = [answer for answer in answers if answer.status_code == 409]
    assert [fault for loser in losers for fault in problem_faults(loser)] == []
    assert {loser.json()["code"] for loser in losers} == {"slot_taken"}
    assert all(len(loser.json()["alternatives"]) == 3 for loser in losers)
    assert seconds < 20  # on a busy machine; five seconds are asked of a free one
    await _check_calendars(world, {room.teacher.user_id: timedelta(minutes=15)}, booked=1)
    loser = students[[answer.status_code for answer in answers].index(409)]
    offered = losers[0].json()["alternatives"][0]["starts_at"]
    assert (await loser.book(offered)).status_code == 201


async def test_five_hundred_random_bookings_never_overlap(world: World) -> None:
    """Five teachers of lessons of four lengths with different pauses; each of twenty students learns from them all."""
    dice = random.Random(2026)
    lessons = ((60, 15), (45, 0), (25, 10), (90, 5), (60, 60))
    rooms = [
        await Classroom.open(world, session_count=50, minutes=minutes, buffer_minutes=pause)
        for minutes, pause in lessons
    ]
    places = await _crowd(world, rooms, 20)
    offered = [await _offered(room) for room in rooms]
    chosen = dice.choices(range(len(places)), k=500)
    wishes = [places[number].book(dice.choice(offered[number % len(rooms)])) for number in chosen]
    answers, seconds = await _at_once(wishes, at_a_time=24)
    codes = Counter(answer.json().get("code", "booked") for answer in answers)
    _tell(world, f"500 random bookings: {seconds:.2f} s, {dict(codes)}")
    assert set(codes) == {"booked", "slot_taken", "student_busy"}
    assert min(codes.values()) >= 10
    assert [fault for answer in answers if answer.is_error for fault in problem_faults(answer)] == []
    pauses = {room.teacher.user_id: timedelta(minutes=pause) for room, (_, pause) in zip(rooms, lessons, strict=True)}
    await _check_calendars(world, pauses, booked=codes["booked"])


async def _offered(room: Classroom) -> list[str]:
    """Every start of three days; they overlap each other on purpose."""
    answer = await room.slots(**{"from": f"{MIDNIGHT:%FT%TZ}", "to": f"{MIDNIGHT + timedelta(days=3):%FT%TZ}"})
    return [slot["starts_at"] for slot in answer.json()["items"]]


async def test_of_twenty_decisions_about_one_certificate_one_counts(world: World) -> None:
    room = await Classroom.open(world)
    place = (await _crowd(world, [room], 1))[0]
    await world.write(_complete, place.enrollment_id)
    asked = await room.teacher.post("/api/certificates/recommend", {"enrollment_id": place.enrollment_id})
    path = f"/api/certificates/{asked.json()['id']}"
    judges = [room.teacher, *[await world.member(f"Ada Admin {letter}", is_admin=True) for letter in "abc"]]
    verbs = [(judges[number % 4], ("issue", "reject")[number // 4 % 2]) for number in range(20)]
    answers, seconds = await _at_once([judge.post(f"{path}/{verb}") for judge, verb in verbs])
    _tell(world, f"20 decisions: {seconds:.2f} s")
    assert Counter(answer.json().get("code", "decided") for answer in answers) == {
        "decided": 1,
        "certificate_not_pending": 19,
    }
    status = next(answer.json()["status"] for answer in answers if answer.is_success)
    assert await world.db.read(_statuses) == [status]
    may_teach = await world.db.read(courses.is_bookable_teacher, room.course_id, place.actor.user_id)
    assert may_teach == (status == "issued")


async def test_of_fifty_paid_checkouts_of_one_course_one_becomes_a_place(world: World) -> None:
    """Fifty tabs, all paid in the same moment; browsers come back while the notifications arrive."""
    room = await Classroom.open(world)
    await world.write(_set_price, room.course_id)
    buyer = await world.member("Bea Buyer")
    started, _ = await _at_once([start_checkout(buyer, room, key=uuid.uuid4().hex) for _ in range(50)])
    checkouts = [answer.json() for answer in started]
    assert {answer.status_code for answer in started} == {201}
    assert len({checkout["checkout_session_id"] for checkout in checkouts}) == 50
    paid, _ = await _at_once([pay(world, checkout) for checkout in checkouts])
    assert {answer.status_code for answer in paid} == {303}
    (seen, _), _, _ = await asyncio.gather(
        _at_once([verify(buyer, checkout) for checkout in checkouts]), world.settle(), world.settle()
    )
    await world.settle()
    assert Counter((answer.status_code, answer.json()["status"]) for answer in seen) == {
        (200, "paid"): 1,
        (200, "returned"): 49,
    }
    await _check_books(world, buyer)


async def _check_books(world: World, buyer: Actor) -> None:
    (place,) = (await buyer.get("/api/enrollments")).json()["items"]
    assert place["status"] == "enrolled"
    assert len((await buyer.get("/api/transactions", params={"limit": 100})).json()["items"]) == 50
    books = await world.db.read(ledger.trial_balance)
    assert books.is_sound
    # All but the first go back, as far as the fees leave money for it.
    assert books.balances["stripe:-:usd"] == 50 * (PRICE - 752) - 48 * PRICE
    assert (books.balances["unmatched:-:usd"], books.balances["refunding:-:usd"]) == (0, -PRICE)


async def _at_once(
    calls: Sequence[Awaitable[httpx.Response]], *, at_a_time: int = CLIENTS
) -> tuple[list[httpx.Response], float]:
    """All answers, and how long the last one took. Only so many are under way: whoever waits five seconds for a
    connection of the pool is told to come back later, and this is not about that."""
    gate = asyncio.Semaphore(at_a_time)

    async def take_turn(call: Awaitable[httpx.Response]) -> httpx.Response:
        async with gate:
            return await call

    started = time.perf_counter()
    answers = await asyncio.gather(*map(take_turn, calls))
    return answers, time.perf_counter() - started


def _tell(world: World, text: str) -> None:
    """Shown with `pytest -s` and for failures."""
    sys.stdout.write(f"{'Postgres' if world.settings.database_url else 'SQLite'}: {text}\n")


async def _check_calendars(world: World, pauses: dict[UserId, timedelta], *, booked: int) -> None:
    """`pauses` are those that the teachers asked for, not those that the app noted."""
    assert await world.db.read(_count_sessions) == booked
    for own in (await world.db.read(_spans, pauses)).values():
        for (_, end), (start, _) in pairwise(sorted(own)):
            assert end <= start


def _count_sessions(session: ReadSession) -> int:
    return session.scalar(select(func.count()).select_from(TeachingSession)) or 0


def _spans(session: ReadSession, pauses: dict[UserId, timedelta]) -> dict[UserId, list[Span]]:
    """All time taken, by person: the pause counts for teachers only."""
    spans: dict[UserId, list[Span]] = {}
    for row in session.scalars(select(TeachingSession)):
        spans.setdefault(row.teacher_id, []).append((row.starts_at, row.ends_at + pauses[row.teacher_id]))
        spans.setdefault(row.student_id, []).append((row.starts_at, row.ends_at))
    return spans


def _statuses(session: ReadSession) -> list[str]:
    return list(session.scalars(select(Certificate.status)))


def _set_price(session: WriteSession, course_id: CourseId) -> None:
    session.execute(update(Course).where(Course.id == course_id).values(price_cents=PRICE))


def _complete(session: WriteSession, enrollment_id: EnrollmentId) -> None:
    done: dict[str, Any] = {"status": EnrollmentStatus.COMPLETED, "sessions_completed": 2, "completed_at": session.now}
    session.execute(update(Enrollment).where(Enrollment.id == enrollment_id).values(done))


async def _crowd(world: World, rooms: Sequence[Classroom], count: int) -> list[Student]:
    """So many verified students, each with a place in every room. One unit: one at a time would take a minute."""
    made = await world.write(_make_crowd, rooms, count, world.settings.refresh_token_life)
    tokens = world.app.state.access_tokens
    return [
        Student(
            Actor(
                user_id, "", world.http, tokens.issue(user_id=user_id, auth_session_id=log_in, now=world.clock.now())
            ),
            place,
        )
        for user_id, log_in, places in made
        for place in places
    ]


def _make_crowd(
    session: WriteSession, rooms: Sequence[Classroom], count: int, life: timedelta
) -> list[tuple[UserId, str, list[EnrollmentId]]]:
    return [_make_one(session, rooms, life) for _ in range(count)]


def _make_one(
    session: WriteSession, rooms: Sequence[Classroom], life: timedelta
) -> tuple[UserId, str, list[EnrollmentId]]:
    email = f"{uuid.uuid4().hex}@peerloop.example"
    user_id = users.create_user(session, email=email, name="Sam Sample", password_hash="none", timezone="UTC")
    assert user_id is not None
    users.mark_email_verified(session, user_id)
    log_in = auth.start_auth_session(session, user_id, life, LoginMethod.PASSWORD, Device()).auth_session_id
    return user_id, log_in, [_make_place(session, room, user_id) for room in rooms]


def _make_place(session: WriteSession, room: Classroom, student_id: UserId) -> EnrollmentId:
    enrollment_id = EnrollmentId(new_id("enr"))
    session.add(
        Enrollment(
            id=enrollment_id,
            student_id=student_id,
            course_id=room.course_id,
            teacher_id=room.teacher.user_id,
            status=EnrollmentStatus.ENROLLED,
            sessions_bought=courses.get_course(session, room.course_id).session_count,
            sessions_completed=0,
            created_at=session.now,
        )
    )
    session.flush()
    return enrollment_id
