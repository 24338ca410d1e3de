"""A small world in which every operation has a call that succeeds, so that a refusal is due to what was tampered with."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import update

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.auth import repository as auth_repository
from app.domains.auth import service as auth
from app.domains.auth.types import Device, LoginMethod, MailTokenId, MailTokenPurpose
from app.domains.courses.events import CourseChanged
from app.domains.courses.models import Course
from app.domains.courses.types import CourseId
from app.domains.enrollments import service as enrollments
from app.domains.sessions.models import TeachingSession
from app.domains.users import service as users
from app.domains.users.models import User
from app.domains.users.types import UserId
from tests.domains.mfa import factors
from tests.domains.oauth.browser import add_identity
from tests.hostile.document import Operation
from tests.support.authenticator import Authenticator
from tests.support.learning import Classroom, Student, booked
from tests.support.shop import start_checkout
from tests.support.world import PASSWORD, Actor, World

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
    from tests.hostile.scenes_catalogue import catalogue_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_coursework import coursework_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_files import file_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_refunds import refund_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_reviews import follow_calls, review_calls  # noqa: PLC0415 - they take `Call` from here
    from tests.hostile.scenes_studio import studio_admin_calls, studio_calls  # noqa: PLC0415 - it takes `Call` from here
    from tests.hostile.scenes_teaching import teaching_calls  # noqa: PLC0415 - it takes `Call` from here

    room = await Classroom.open(world, session_count=SESSIONS)
    shop = await Classroom.open(world, teacher=await world.member("Cleo Creator", can_create_courses=True))
    draft = await Classroom.open(world, teacher=shop.teacher)
    await world.write(_prepare_courses, shop.course_id, draft.course_id)
    student = await room.student()
    calls = (
        _public_calls(room)
        | await catalogue_calls(world, room)
        | await _account_calls(world)
        | await _security_calls(world)
        | await _second_factor_calls(world)
        | await _passkey_calls(world)
        | await _oauth_calls(world)
        | await _session_calls(world, room, student)
        | await _certificate_calls(world, room)
        | await teaching_calls(world, room)
        | await refund_calls(world, room)
        | await review_calls(world, room)
        | await follow_calls(world, room)
        | await _shop_calls(world, shop)
        | await studio_calls(world)
        | await studio_admin_calls(world)
        | await _application_calls(world)
        | await _invitation_calls(world)
        | await _admin_calls(world)
        | await file_calls(world)
    )
    calls |= await coursework_calls(world, room, student, calls["sessions.get"].path["session_id"])
    return Stage(world, room, student, draft.course_id, calls)


def _prepare_courses(session: WriteSession, priced: CourseId, draft: CourseId) -> None:
    session.execute(update(Course).where(Course.id == priced).values(price_cents=PRICE))
    session.execute(update(Course).where(Course.id == draft).values(published_at=None))
    for course_id in (priced, draft):
        session.publish(CourseChanged(course_id))


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


async def _account_calls(world: World) -> dict[str, Call]:
    member, leaver = await world.member("Mia Member"), await world.member("Lea Leaver")
    newcomer = await world.member("Nia Newcomer", is_verified=False)
    await world.write(_set_password, member.user_id, await world.app.state.passwords.hash(PASSWORD))
    pair = await world.write(
        auth.start_auth_session, member.user_id, world.settings.refresh_token_life, LoginMethod.PASSWORD, Device()
    )
    token_id = await world.write(_mail_token, newcomer.user_id)
    token = world.app.state.mail_tokens.text(token_id, MailTokenPurpose.VERIFY_EMAIL)
    signup = {"email": "new@peerloop.example", "password": PASSWORD, "name": "Nora New", "timezone": "Europe/Berlin"}
    return {
        "users.me": Call(member),
        "users.change_me": Call(member, body={"timezone": "Asia/Tokyo"}),
        "users.settings": Call(member),
        "users.change_settings": Call(member, body={"mail": {"session_reminders": False}}),
        "users.check_handle": Call(member, query={"handle": "sam_sample"}),
        "users.search": Call(member, query={"q": "sam"}),
        "accounts.export": Call(member),
        "accounts.check_deletion": Call(member),
        "accounts.delete": Call(await world.member("Quinn Quitter")),
        "users.get": Call(None, {"handle": await _public_handle(world)}),
        "auth.signup": Call(None, body=signup),
        "auth.resend_verification": Call(None, body={"email": newcomer.email}),
        "auth.forgot_password": Call(None, body={"email": newcomer.email}),
        "auth.verify_email": Call(None, body={"token": token}),
        "auth.login": Call(None, body={"email": member.email, "password": PASSWORD, "mode": "token"}),
        "auth.refresh": Call(None, body={"refresh_token": pair.refresh_token}),
        "auth.logout": Call(leaver),
    }


async def _public_handle(world: World) -> str:
    tess = await world.member("Tess Template")
    handle: str = (await tess.patch("/api/users/me", {"is_profile_public": True})).json()["handle"]
    return handle


async def _security_calls(world: World) -> dict[str, Call]:
    """Each with somebody of their own, because most of them end what others need."""
    changer, confirmer, mover, mailed, forgetful, leaver, admin = [
        await world.member(name, is_admin=name == "Ann Admin")
        for name in ("Cora Change", "Stig Step", "Mo Move", "Max Mail", "Fay Forgot", "Len Leaver", "Ann Admin")
    ]
    password_hash = await world.app.state.passwords.hash(PASSWORD)
    for actor in (changer, confirmer, mover):
        await world.write(_set_password, actor.user_id, password_hash)
    tokens = world.app.state.mail_tokens
    reset = await world.write(_mail_token, forgetful.user_id, MailTokenPurpose.RESET_PASSWORD)
    move = await world.write(_mail_token, mailed.user_id, MailTokenPurpose.CHANGE_EMAIL, "max@mail.example")
    other = await world.write(
        auth.start_auth_session, leaver.user_id, world.settings.refresh_token_life, LoginMethod.PASSWORD, Device()
    )
    new_password = "four quiet lamps by the harbour"
    passwords = {"current_password": PASSWORD, "new_password": new_password, "keep_others": False}
    return {
        "auth.change_password": Call(changer, body=passwords),
        "auth.step_up": Call(confirmer, body={"password": PASSWORD}),
        "auth.change_email": Call(mover, body={"new_email": "mo@move.example", "password": PASSWORD}),
        "auth.confirm_email": Call(mailed, body={"token": tokens.text(move, MailTokenPurpose.CHANGE_EMAIL)}),
        "auth.reset_password": Call(
            None, body={"token": tokens.text(reset, MailTokenPurpose.RESET_PASSWORD), "password": new_password}
        ),
        "auth.logout_everywhere": Call(mover, body={"keep_current": True}),
        "auth.list_sessions": Call(leaver),
        "auth.end_session": Call(leaver, {"auth_session_id": other.auth_session_id}),
        "auth.list_user_sessions": Call(admin, {"user_id": mover.user_id}),
        "auth.end_user_sessions": Call(admin, {"user_id": mailed.user_id}),
    }


async def _second_factor_calls(world: World) -> dict[str, Call]:
    beginner, half = await world.member("Ben Beginner"), await world.member("Hal Half")
    secret = (await half.post("/api/auth/totp")).json()["secret"]
    leaving, renewing, arriving = [await factors.owner(world, name) for name in ("Lou Less", "Rae Renew", "Al Arrive")]
    return {
        "mfa.enroll": Call(beginner),
        "mfa.confirm": Call(half, body={"code": factors.code_of(world, secret)}),
        "mfa.disable": Call(leaving.actor, body={"code": leaving.code(), "password": PASSWORD}),
        "mfa.renew_recovery_codes": Call(renewing.actor),
        "mfa.get": Call(renewing.actor),
        "auth.log_in_second_factor": Call(
            None, body={"challenge": await arriving.challenge(), "code": arriving.code(), "mode": "token"}
        ),
    }


async def _passkey_calls(world: World) -> dict[str, Call]:
    owner, device, spare = await world.member("Pia Passkey"), Authenticator(), Authenticator()
    for number, made in enumerate((device, spare)):
        credential = made.create((await owner.post("/api/auth/passkey-options")).json())
        answer = await owner.post("/api/auth/passkeys", {"credential": credential, "name": f"Key {number}"})
        assert answer.status_code == 201, answer.text
    adding, arriving, proving = [
        (await owner.post(f"/api/auth/{path}")).json()
        for path in ("passkey-options", "login/passkey/options", "step-up/passkey/options")
    ]
    return {
        "passkeys.list": Call(owner),
        "passkeys.options": Call(owner),
        "passkeys.log_in_options": Call(None),
        "passkeys.step_up_options": Call(owner),
        "passkeys.add": Call(owner, body={"credential": Authenticator().create(adding), "name": "Another key"}),
        "passkeys.log_in": Call(None, body={"credential": device.get(arriving), "mode": "token"}),
        "passkeys.step_up": Call(owner, body={"credential": device.get(proving)}),
        "passkeys.rename": Call(owner, {"passkey_id": device.id}, body={"name": "Old key"}),
        "passkeys.remove": Call(owner, {"passkey_id": spare.id}),
    }


async def _oauth_calls(world: World) -> dict[str, Call]:
    """The callbacks come with a state that nobody knows: they lead to the app's sign-in page."""
    linker, leaver = await world.member("Lea Linker"), await world.member("Uli Unlink")
    await world.write(add_identity, world.app.state.providers.identities["google"].issuer, "1", leaver.user_id)
    return {
        "oauth.google": Call(None),
        "oauth.github": Call(None),
        "oauth.google_callback": Call(None, query={"code": "unknown", "state": "unknown"}),
        "oauth.github_callback": Call(None, query={"code": "unknown", "state": "unknown"}),
        "oauth.identities": Call(leaver),
        "oauth.link": Call(linker, {"provider": "github"}, body={"return_to": "/settings/security"}),
        "oauth.unlink": Call(leaver, {"provider": "google"}),
    }


def _set_password(session: WriteSession, user_id: UserId, password_hash: str) -> None:
    session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))


def _mail_token(
    session: WriteSession,
    user_id: UserId,
    purpose: MailTokenPurpose = MailTokenPurpose.VERIFY_EMAIL,
    new_email: str | None = None,
) -> MailTokenId:
    token_id = MailTokenId(new_id("mtk"))
    expires_at = session.now + timedelta(hours=1)
    auth_repository.insert_mail_token(
        session, token_id, user_id, purpose=purpose, expires_at=expires_at, new_email=new_email
    )
    return token_id


async def _session_calls(world: World, room: Classroom, student: Student) -> dict[str, Call]:
    session_id = await booked(student, "2026-12-02T12:00:00Z")
    await world.write(_begin_soon, session_id)
    week = {"timezone": "UTC", "buffer_minutes": 15, "windows": [{"weekday": 4, "start": "09:00", "end": "17:00"}]}
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
