"""Somebody with a past in every table: bought, learned, was certified, created, taught, earned, decided."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.courses.models import Course
from app.domains.courses.types import CourseId
from app.domains.payments import ledger
from app.domains.payments.ledger import Account, Line
from app.domains.payments.models import LedgerAccount
from app.domains.payments.types import AccountKind
from app.domains.users.types import UserId
from tests.domains.accounts import rows
from tests.domains.accounts.rows import MARK, NAME
from tests.domains.sessions.lessons import JOINED, LEFT, Lesson
from tests.support.learning import Classroom, Student
from tests.support.shop import buy
from tests.support.world import Actor, World

HANDLE = "zelda_writes"
PROFILE = {
    "handle": HANDLE,
    "title": f"{MARK} title",
    "bio_short": f"{MARK} short",
    "bio": f"{MARK} bio",
    "teaching_philosophy": f"{MARK} philosophy",
    "website": f"https://{MARK}.example/",
    "location": f"{MARK} town",
    "is_profile_public": True,
}


@dataclass(frozen=True, slots=True)
class Life:
    """Zelda, a student of hers, and her teacher, who created the course that she bought."""

    world: World
    zelda: Actor
    student: Student
    teacher: Actor
    verify_code: str
    own_course_id: CourseId

    @classmethod
    async def lived(cls, world: World) -> "Life":
        """All of it over, but for the money she earned and her own course, which is on sale."""
        zelda = await world.member(NAME, can_create_courses=True)
        await zelda.patch("/api/users/me", PROFILE)
        await zelda.patch("/api/users/me/settings", {"mail": {"marketing": True}})
        await zelda.post("/api/users/me/calendar-feed")
        school = await Classroom.open(world, session_count=1, teacher=await world.member("Priya Placeholder"))
        learned = await _buy_and_learn(world, school, zelda, "2026-12-02T09:00:00Z")
        code = await _certify_on_request(school.teacher, learned)
        own = await Classroom.open(world, session_count=1, teacher=zelda)
        student = await _buy_and_learn(world, own, await world.member("Sam Sample"), "2026-12-02T12:00:00Z")
        await _certify_on_request(zelda, student)
        await _say_things(zelda, learned, student)
        await _follow(zelda, school)
        await world.write(rows.keep_log_ins, zelda)
        await _keep_calendar(zelda)
        await world.write(rows.keep_roles, zelda, student.actor.user_id)
        await world.write(rows.keep_payouts, zelda.user_id, student.actor.user_id)
        await world.write(rows.keep_files, zelda)
        await world.write(rows.keep_refund, zelda.user_id)
        await world.write(rows.keep_coursework, zelda.user_id, own.course_id, learned, student)
        await world.write(rows.keep_arrangements, learned)
        await world.write(rows.keep_session_changes, zelda.user_id, learned)
        return cls(world, zelda, student, school.teacher, code, own.course_id)

    async def settle_everything(self) -> None:
        """Retire the course and pay out: nothing is open any more."""
        await self.world.write(_retire, self.own_course_id)
        await self.world.write(_pay_out, self.zelda.user_id)
        await self.world.settle()


async def _buy_and_learn(world: World, room: Classroom, buyer: Actor, starts_at: str) -> Student:
    """A paid place, and its only session held with both there."""
    await world.write(_price, room.course_id)
    enrollment_id = (await buy(world, buyer, room))["enrollment_id"]
    lesson = await Lesson.of(room, Student(buyer, enrollment_id), starts_at)
    await lesson.report(
        [lesson.teacher(JOINED, 0), lesson.pupil(JOINED, 1), lesson.pupil(LEFT, 59), lesson.teacher(LEFT, 60)]
    )
    await lesson.report([lesson.finished(61)])
    return lesson.student


async def _say_things(zelda: Actor, learned: Student, student: Student) -> None:
    """Reviews that she wrote and got, a reply of hers, and ratings of the session she attended and the one she gave."""
    own = {"rating": 4, "comment": f"{MARK} comment"}
    for kind in ("review", "course-review"):
        answer = await zelda.post(f"/api/enrollments/{learned.enrollment_id}/{kind}", own)
        assert answer.status_code == 201, answer.text
        received = await student.actor.post(
            f"/api/enrollments/{student.enrollment_id}/{kind}", {"rating": 5, "comment": "what others say"}
        )
        replied = await zelda.put(f"/api/reviews/{received.json()['id']}/reply", {"text": f"{MARK} reply"})
        assert replied.status_code == 200, replied.text
    for lesson in (await zelda.get("/api/sessions")).json()["items"]:
        assert (await zelda.post(f"/api/sessions/{lesson['id']}/rating", own)).status_code == 201


async def _follow(zelda: Actor, school: Classroom) -> None:
    handle = "priya_placeholder"
    assert (await school.teacher.patch("/api/users/me", {"handle": handle, "is_profile_public": True})).is_success
    for path in (f"users/{handle}", f"courses/{school.course_id}"):
        assert (await zelda.post(f"/api/{path}/follow")).status_code == 200, path


async def _keep_calendar(zelda: Actor) -> None:
    """A day off, and a calendar of hers elsewhere, which is read from the twin."""
    assert (await zelda.put("/api/users/me/availability/overrides/2026-12-24", {"windows": []})).is_success
    address = f"http://127.0.0.1:8000/sandbox/calendars/{MARK}-address.ics"
    added = await zelda.post("/api/users/me/external-calendars", {"name": f"{MARK} calendar", "url": address})
    assert added.status_code == 201, added.text


def _price(session: WriteSession, course_id: CourseId) -> None:
    session.change(update(Course).where(Course.id == course_id).values(price_cents=24900))


async def _certify_on_request(creator: Actor, student: Student) -> str:
    """The student asks to teach the course, and is then recommended and certified by its creator."""
    enrollment = (await student.actor.get(f"/api/enrollments/{student.enrollment_id}")).json()
    asked = await student.actor.post(f"/api/courses/{enrollment['course_id']}/teaching-request")
    assert asked.status_code == 201, asked.text
    return await _certify(creator, student)


async def _certify(teacher: Actor, student: Student) -> str:
    made = await teacher.post("/api/certificates/recommend", {"enrollment_id": student.enrollment_id})
    issued = await teacher.post(f"/api/certificates/{made.json()['id']}/issue")
    code: str = issued.json()["verify_code"]
    return code


def _retire(session: WriteSession, course_id: CourseId) -> None:
    session.change(update(Course).where(Course.id == course_id).values(retired_at=session.now))


def _pay_out(session: WriteSession, user_id: UserId) -> None:
    account = Account(AccountKind.RELEASABLE, "usd", user_id)
    amount = ledger.credit_of(session, account)
    assert amount > 0
    lines = [Line(account, amount), Line(Account(AccountKind.STRIPE, "usd"), -amount)]
    assert ledger.post(session, f"payout:{user_id}", kind="payout", reference=user_id, lines=lines)


def owe(session: WriteSession, user_id: UserId, cents: int) -> None:
    """Give the person's releasable account this balance, whatever the postings say."""
    values: dict[str, Any] = {"id": f"releasable:{user_id}:usd", "kind": "releasable", "owner_id": user_id}
    session.add(LedgerAccount(**values, currency="usd", balance_cents=-cents))
    session.flush()


async def reissued(world: World, actor: Actor, *, minutes: int) -> Actor:
    """The same log-in after some time, with a fresh access token."""
    tokens = world.app.state.access_tokens
    auth_session_id = tokens.verify(actor.token, world.clock.now()).auth_session_id
    world.clock.advance(minutes=minutes)
    token = tokens.issue(user_id=actor.user_id, auth_session_id=auth_session_id, now=world.clock.now())
    return replace(actor, token=token)
