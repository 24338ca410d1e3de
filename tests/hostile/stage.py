"""A small world in which every operation has a call that succeeds, so that a refusal is due to what was tampered
with."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.courses.events import CourseChanged
from app.domains.courses.models import Course
from app.domains.courses.types import CourseId
from app.domains.enrollments import service as enrollments
from app.domains.sessions.models import TeachingSession
from app.domains.users import service as users
from tests.hostile.document import Operation
from tests.support.learning import Classroom, Student, booked
from tests.support.shop import start_checkout
from tests.support.world import Actor, World

FREE = "2026-12-03T10:00:00Z"
PRICE = 24900
SESSIONS = 2
APPLICATION = {
    "expertise_areas": "Automation with n8n.",
    "teaching_experience": "Two years of workshops.",
    "course_ideas": "Workflows for bookkeepers.",
    "motivation": "I want to be patient with others.",
    "portfolio_url": "https://sam.sample.example/work",
}
RULES: dict[str, Any] = {
    "buffer_before_minutes": 0,
    "notice_minutes": 120,
    "horizon_days": 28,
    "step_minutes": 60,
    "max_per_day": 50,
    "max_per_week": 200,
    "week_start": 1,
    "pause": {"through": "2026-11-30"},  # it is over
}
RIGHTS = {
    "can_take_courses": True,
    "can_teach_courses": False,
    "can_create_courses": False,
    "can_moderate_courses": True,
    "is_admin": False,
    "reason": "Knows the community.",
}


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the operation grants to `actor`; without one it is public."""

    actor: Actor | None
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None

    def headers(self) -> dict[str, str]:
        """With a fresh Idempotency-Key."""
        token = {"Authorization": f"Bearer {self.actor.token}"} if self.actor else {}
        return token | {"Idempotency-Key": uuid.uuid4().hex}


@dataclass(frozen=True, slots=True)
class Stage:
    """Who is there. `calls` has one call for each operation, by its id; those of webhooks need a signature instead."""

    world: World
    room: Classroom
    student: Student
    draft_id: CourseId
    calls: dict[str, Call]

    async def send(self, operation: Operation, call: Call, headers: dict[str, str] | None = None) -> httpx.Response:
        """The call as it is, or with other headers."""
        return await self.world.http.request(
            operation.method,
            operation.path.format(**call.path),
            params=call.query or None,
            json=call.body,
            headers=call.headers() if headers is None else headers,
        )


async def set_stage(world: World) -> Stage:
    """A course that costs nothing, with everybody in it, and one that a buyer is about to pay for."""
    from tests.hostile.scenes_accounts import account_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_agenda import agenda_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_availability import availability_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_catalogue import catalogue_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_coursework import coursework_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_recordings import recording_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_refunds import refund_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_reviews import follow_calls, review_calls  # noqa: PLC0415 - they take `Call` from here
    from tests.hostile.scenes_sessions import session_change_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_teachers import reassigning_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_teaching import teaching_calls  # noqa: PLC0415 - it takes `Call` from here

    room = await Classroom.open(world, session_count=SESSIONS)
    shop = await Classroom.open(world, teacher=await world.member("Cleo Creator", can_create_courses=True))
    draft = await Classroom.open(world, teacher=shop.teacher)
    await world.write(_prepare_courses, shop.course_id, draft.course_id)
    student = await room.student()
    calls = (
        _public_calls(room)
        | await catalogue_calls(world, room)
        | await account_calls(world)
        | await agenda_calls(world)
        | await _session_calls(world, room, student)
        | await session_change_calls(world, room, student)
        | await recording_calls(world, room, student)
        | await availability_calls(world, room)
        | await _certificate_calls(world, room)
        | await teaching_calls(world, room)
        | await refund_calls(world, room)
        | await review_calls(world, room)
        | await follow_calls(world, room)
        | await _shop_calls(world, shop)
        | await reassigning_calls(world, shop)
        | await _calls_apart(world)
    )
    calls |= await coursework_calls(world, room, student, calls["sessions.get"].path["session_id"])
    return Stage(world, room, student, draft.course_id, calls)


async def _calls_apart(world: World) -> dict[str, Call]:
    """Those that have nothing to do with the course of the stage."""
    from tests.hostile.scenes_arrangements import arrangement_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_files import file_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_payouts import payout_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_studio import studio_admin_calls, studio_calls  # noqa: PLC0415 - it takes `Call` from here

    return (
        await studio_calls(world)
        | await studio_admin_calls(world)
        | await _application_calls(world)
        | await _invitation_calls(world)
        | await _admin_calls(world)
        | await file_calls(world)
        | await arrangement_calls(world)
        | await payout_calls(world)
    )


def _prepare_courses(session: WriteSession, priced: CourseId, draft: CourseId) -> None:
    session.execute(update(Course).where(Course.id == priced).values(price_cents=PRICE))
    session.execute(update(Course).where(Course.id == draft).values(published_at=None))
    for course_id in (priced, draft):
        session.publish(CourseChanged(course_id, is_listed=True))


def _public_calls(room: Classroom) -> dict[str, Call]:
    course = {"id_or_slug": str(room.course_id)}
    return {
        "courses.list": Call(None),
        "courses.get": Call(None, course),
        "courses.curriculum": Call(None, course),
        "courses.teachers": Call(None, course),
        "topics.list": Call(None),
        "availability.slots": Call(None, {"teacher_id": room.teacher.user_id}, {"course_id": room.course_id}),
        "errors.list": Call(None),
        "auth.jwks": Call(None),
        "auth.options": Call(None),
        "health.live": Call(None),
        "health.ready": Call(None),
    }


async def _session_calls(world: World, room: Classroom, student: Student) -> dict[str, Call]:
    session_id = await booked(student, "2026-12-02T12:00:00Z")
    await world.write(_begin_soon, session_id)
    week = {
        "timezone": "UTC",
        "buffer_minutes": 15,
        "windows": [{"weekday": 4, "start": "09:00", "end": "17:00"}],
    } | RULES
    one = Call(student.actor, {"session_id": session_id})
    return {
        "sessions.book": Call(student.actor, body={"enrollment_id": student.enrollment_id, "starts_at": FREE}),
        "sessions.list": Call(student.actor),
        "sessions.get": one,
        "sessions.calendar_file": one,
        "video.join": replace(one, body={}),
        "availability.get": Call(room.teacher),
        "availability.replace": Call(room.teacher, body=week),
        "enrollments.list": Call(student.actor),
        "enrollments.get": Call(student.actor, {"enrollment_id": student.enrollment_id}),
    }


def _begin_soon(session: WriteSession, session_id: str) -> None:
    start, end = session.now + timedelta(minutes=5), session.now + timedelta(minutes=65)
    times = {"starts_at": start, "ends_at": end, "occupied_from": start, "occupied_until": end}
    session.execute(update(TeachingSession).where(TeachingSession.id == session_id).values(times))


async def _certificate_calls(world: World, room: Classroom) -> dict[str, Call]:
    graduates = [await graduate_of(world, room, name) for name in ("Ada Able", "Ben Best", "Cat Clever", "Dan Done")]
    diploma = Call(graduates[0].actor, {"enrollment_id": graduates[0].enrollment_id})
    pending = [await _recommend(room, graduate) for graduate in graduates[1:]]
    issued = await room.teacher.post(f"/api/certificates/{pending[0]}/issue")
    return {
        "certificates.recommend": Call(room.teacher, body={"enrollment_id": graduates[0].enrollment_id}),
        "certificates.issue": Call(room.teacher, {"certificate_id": pending[1]}),
        "certificates.reject": Call(room.teacher, {"certificate_id": pending[2]}),
        "certificates.list": Call(room.teacher, query={"role": "reviewer"}),
        "certificates.verify": Call(None, {"code": issued.json()["verify_code"]}),
        "diplomas.get": diploma,
    }


async def graduate_of(world: World, room: Classroom, name: str) -> Student:
    """Somebody who has had all sessions of the course."""
    student = await room.student(name)
    for _ in range(SESSIONS):
        await world.write(enrollments.record_session_completed, student.enrollment_id)
    return student


async def _recommend(room: Classroom, graduate: Student) -> str:
    answer = await room.teacher.post("/api/certificates/recommend", {"enrollment_id": graduate.enrollment_id})
    certificate_id: str = answer.json()["id"]
    return certificate_id


async def _shop_calls(world: World, shop: Classroom) -> dict[str, Call]:
    buyer = await world.member("Bea Buyer")
    checkout = (await start_checkout(buyer, shop)).json()
    order = {"course_id": shop.course_id, "teacher_id": shop.teacher.user_id}
    return {
        "checkout.create_session": Call(buyer, body=order),
        "checkout.verify": Call(buyer, body={"checkout_session_id": checkout["checkout_session_id"]}),
        "transactions.list": Call(buyer),
        "earnings.get": Call(shop.teacher),
    }


async def _application_calls(world: World) -> dict[str, Call]:
    admin, applicant = await world.member("Ava Admin", is_admin=True), await world.member("Aya Applicant")
    approved, denied = [await _apply(await world.member(name)) for name in ("Abe Apt", "Una Unready")]
    return {
        "applications.submit": Call(applicant, body=APPLICATION),
        "applications.list_mine": Call(applicant),
        "admin_applications.list": Call(admin, query={"status": "pending"}),
        "admin_applications.get": Call(admin, {"application_id": approved}),
        "admin_applications.approve": Call(admin, {"application_id": approved}),
        "admin_applications.deny": Call(admin, {"application_id": denied}, body={"reason": "Not yet."}),
    }


async def _apply(applicant: Actor) -> str:
    application_id: str = (await applicant.post("/api/creator-applications", APPLICATION)).json()["id"]
    return application_id


async def _invitation_calls(world: World) -> dict[str, Call]:
    admin = await world.member("Ivo Admin", is_admin=True)
    accepting, declining = await world.member("Ina Invited"), await world.member("Dee Declining")
    tokens = [await _invite(world, admin, member.email) for member in (accepting, declining)]
    withdrawn = (await _invite(world, admin, "gone@peerloop.example")).partition(".")[0]
    wanted = {"email": "moderator@peerloop.example", "kind": "moderator", "days": 7}
    return {
        "admin_invitations.send": Call(admin, body=wanted),
        "admin_invitations.list": Call(admin),
        "admin_invitations.withdraw": Call(admin, {"invitation_id": withdrawn}),
        "invitations.preview": Call(None, body={"token": tokens[1]}),
        "invitations.accept": Call(accepting, body={"token": tokens[0]}),
        "invitations.decline": Call(declining, body={"token": tokens[1]}),
    }


async def _invite(world: World, admin: Actor, email: str) -> str:
    """The token of the mailed link."""
    answer = await admin.post("/api/admin/invitations", {"email": email, "kind": "moderator", "days": 7})
    token: str = world.app.state.mail_tokens.text(answer.json()["id"], "invitation")
    return token


async def _admin_calls(world: World) -> dict[str, Call]:
    admin = await world.member("Ada Admin", is_admin=True)
    names = ("Sue Suspended", "Udo Unsuspended", "Cal Capable", "Sid Seen")
    suspended, free, capable, seen = [{"user_id": (await world.member(name)).user_id} for name in names]
    await world.write(users.suspend, free["user_id"], "by mistake")
    return {
        "admin_users.list": Call(admin),
        "admin_users.get": Call(admin, dict(seen)),
        "admin_users.suspend": Call(admin, dict(suspended), body={"reason": "Spam in every course."}),
        "admin_users.unsuspend": Call(admin, dict(free)),
        "admin_users.change_capabilities": Call(admin, dict(capable), body=RIGHTS),
        "audit.list": Call(admin),
    }
