"""Which mail follows which event: end to end, up to the sandbox inbox."""

import base64
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from app.core.events import Event
from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.auth.events import EmailVerificationAsked, SignupRepeated
from app.domains.auth.types import MailTokenId
from app.domains.enrollments import service as enrollments
from app.domains.sessions.events import SessionBooked, SessionMissed
from app.domains.sessions.models import TeachingSession
from app.domains.sessions.types import SessionId, SessionStatus
from app.domains.users.models import User
from app.domains.users.types import UserId
from app.jobs.models import Job
from tests.domains.certificates.scene import Scene, open_scene
from tests.support.world import Actor, World

Mails = list[dict[str, Any]]


@pytest.fixture
async def scene(world: World) -> Scene:
    """The mails about the purchase have been sent, so that what follows is the newest."""
    opened = await open_scene(world)
    await world.settle()
    return opened


def publish(session: WriteSession, *events: Event) -> None:
    for event in events:
        session.publish(event)


def subjects(mails: Mails) -> list[str]:
    return [mail["subject"] for mail in mails]


async def mails_to(scene: Scene, *people: Actor) -> Sequence[list[str]]:
    return [subjects(await scene.world.mails_to(person.email)) for person in people]


async def test_signing_up_mails_a_link_and_the_bare_token(world: World) -> None:
    body = {"email": "nina@peerloop.example", "password": "correct horse sample staple", "name": "Nina New"}
    await world.http.post("/api/auth/signup", json=body)
    (mail,) = await world.mails_to("nina@peerloop.example")
    token = next(line for line in mail["text"].splitlines() if line.startswith("mtk_"))
    assert f"{world.settings.app_url}/verify-email?token={token}" in mail["text"].splitlines()
    answer = await world.http.post("/api/auth/verify-email", json={"token": token})
    assert answer.status_code == 204
    assert subjects(await world.mails_to("nina@peerloop.example"))[0] == "Welcome to PeerLoop"


async def test_a_repeated_signup_is_told_to_the_owner_once_a_day(world: World) -> None:
    owner = await world.member("Olga Owner")
    for _ in range(3):
        await world.write(publish, SignupRepeated(owner.user_id))
    assert subjects(await world.mails_to(owner.email)) == ["You already have an account"]
    world.clock.advance(days=1)
    await world.write(publish, SignupRepeated(owner.user_id))
    assert len(await world.mails_to(owner.email)) == 2


async def test_buying_mails_a_receipt_and_tells_teacher_and_creator(world: World) -> None:
    scene = await open_scene(world, price_cents=24900)
    (receipt,) = await world.mails_to(scene.student.email)
    assert receipt["subject"] == "Your place in Intro to n8n"
    place = await world.db.read(enrollments.get_enrollment, scene.enrollment_id)
    for expected in ("249.00 USD", place.transaction_id, "Tom Teacher", "2 sessions", "10:00 (UTC+01:00)", place.id):
        assert expected in receipt["text"]
    (to_teacher,), (to_creator,) = [await world.mails_to(person.email) for person in (scene.teacher, scene.creator)]
    assert to_teacher["subject"] == to_creator["subject"] == "New student in Intro to n8n"
    assert "learns with you" in to_teacher["text"]
    assert "learns with Tom Teacher" in to_creator["text"]


async def test_a_free_place_has_no_receipt(world: World) -> None:
    scene = await open_scene(world)
    (welcome,) = await world.mails_to(scene.student.email)
    assert "Receipt" not in welcome["text"]
    assert "book your first session" in welcome["text"]


async def test_completing_a_course_mails_the_diploma_and_the_hint(scene: Scene) -> None:
    await scene.complete()
    to_student, to_teacher = await mails_to(scene, scene.student, scene.teacher)
    assert to_student[0] == "You completed Intro to n8n"
    assert to_teacher[0] == "Sam Sample completed Intro to n8n"


async def test_certifying_mails_the_creator_and_then_the_new_teacher(world: World, scene: Scene) -> None:
    certificate_id = await scene.recommended()
    (to_creator,) = await mails_to(scene, scene.creator)
    assert to_creator[0] == "Sam Sample is recommended to teach Intro to n8n"
    issued = (await scene.creator.post(f"/api/certificates/{certificate_id}/issue")).json()
    to_student = (await world.mails_to(scene.student.email))[0]
    assert to_student["subject"] == "You may now teach Intro to n8n"
    for expected in ("/teaching/availability", "/settings/profile", issued["verify_code"]):
        assert expected in to_student["text"]


async def test_a_recommendation_that_was_decided_meanwhile_is_not_announced(scene: Scene) -> None:
    certificate_id = await scene.recommended()
    await scene.creator.post(f"/api/certificates/{certificate_id}/reject")
    (to_creator,) = await mails_to(scene, scene.creator)
    assert to_creator == ["New student in Intro to n8n"]


async def book(scene: Scene, **changes: Any) -> SessionBooked:
    """A session tomorrow at 15:00 UTC, and the event that tells of it."""
    return await scene.world.write(_insert_session, scene, changes)


def _insert_session(session: WriteSession, scene: Scene, changes: dict[str, Any]) -> SessionBooked:
    start = session.now.replace(day=2, hour=15)
    end = start.replace(hour=16)
    booked = SessionBooked(SessionId(new_id("ses")), scene.teacher.user_id, scene.student.user_id)
    row = {
        "id": booked.session_id,
        "enrollment_id": scene.enrollment_id,
        "course_id": scene.course_id,
        "teacher_id": booked.teacher_id,
        "student_id": booked.student_id,
        "starts_at": start,
        "ends_at": end,
        "occupied_from": start,
        "occupied_until": end,
        "status": SessionStatus.SCHEDULED,
        "created_at": session.now,
    }
    session.execute(insert(TeachingSession).values(row | changes))
    return booked


async def test_booking_mails_both_in_their_own_zones_with_an_invitation(world: World, scene: Scene) -> None:
    await scene.teacher.patch("/api/users/me", {"timezone": "Asia/Tokyo"})
    await world.write(publish, await book(scene))
    berlin = "Wednesday, 2 December 2026, 16:00 to 17:00, Europe/Berlin (UTC+01:00)"
    tokyo = "Thursday, 3 December 2026, 00:00 to 01:00, Asia/Tokyo (UTC+09:00)"
    for person, own, other in ((scene.student, berlin, tokyo), (scene.teacher, tokyo, berlin)):
        mail = (await world.mails_to(person.email))[0]
        assert f"For you:\n  {own}\n" in mail["text"]
        assert f":\n  {other}\n" in mail["text"]
        assert mail["subject"].startswith("Session booked for ")


async def test_the_invitation_names_nobody_elses_address(world: World, scene: Scene) -> None:
    await world.write(publish, await book(scene))
    for person, other in ((scene.student, scene.teacher), (scene.teacher, scene.student)):
        (invite,) = (await world.mails_to(person.email))[0]["attachments"]
        assert (invite["filename"], invite["content_type"]) == (
            "invite.ics",
            "text/calendar; charset=utf-8; method=REQUEST",
        )
        content = base64.b64decode(invite["content"]).decode().replace("\r\n ", "")
        assert "METHOD:REQUEST\r\n" in content
        assert f"mailto:{person.email}" in content
        assert other.email not in content


async def test_a_session_that_was_called_off_meanwhile_is_not_announced(world: World, scene: Scene) -> None:
    await world.write(publish, await book(scene, status=SessionStatus.CANCELLED))
    (to_student,) = await mails_to(scene, scene.student)
    assert to_student == ["Your place in Intro to n8n"]


async def test_a_missed_session_is_told_to_both(world: World, scene: Scene) -> None:
    booked = await book(scene, status=SessionStatus.NO_SHOW, no_show_user_id=scene.student.user_id)
    await world.write(publish, SessionMissed(booked.session_id, booked.teacher_id, booked.student_id))
    to_student, to_teacher = [(await world.mails_to(person.email))[0] for person in (scene.student, scene.teacher)]
    assert "we did not see you" in to_student["text"]
    assert "we did not see Sam Sample" in to_teacher["text"]


async def test_a_fact_told_twice_is_mailed_once(world: World, scene: Scene) -> None:
    booked = await book(scene)
    await world.write(publish, booked, booked)
    await world.settle()
    await world.write(publish, booked)
    (to_student,) = await mails_to(scene, scene.student)
    assert len(to_student) == 2  # the welcome, and one invitation


async def test_the_outbox_holds_no_personal_data(world: World, scene: Scene) -> None:
    await scene.complete()
    payloads = await world.db.read(_payloads)
    assert payloads
    for payload in payloads:
        assert set(payload) == {"template", "recipient_id", "about_id", "ordered_at", "starts_at"}


def _payloads(session: ReadSession) -> list[dict[str, Any]]:
    return list(session.scalars(select(Job.payload).where(Job.kind == "notifications.send_mail")))


def _change(session: WriteSession, user_id: UserId, values: dict[str, Any]) -> None:
    session.execute(update(User).where(User.id == user_id).values(values))


@pytest.mark.parametrize("is_suspended", [True, False], ids=["suspended", "unverified"])
async def test_who_may_not_be_mailed_is_not(world: World, *, is_suspended: bool) -> None:
    scene = await open_scene(world)
    values = {"suspended_at": world.clock.now()} if is_suspended else {"email_verified_at": None}
    await world.write(_change, scene.student.user_id, values)
    assert await world.mails_to(scene.student.email) == []
    assert len(await world.mails_to(scene.teacher.email)) == 1


async def test_nobody_is_mailed_for_an_unknown_account_or_a_proven_address(world: World) -> None:
    verified = await world.member("Vera Verified")
    token_id = MailTokenId(new_id("mtk"))
    unknown = UserId(new_id("usr"))
    await world.write(publish, *(EmailVerificationAsked(user_id, token_id) for user_id in (verified.user_id, unknown)))
    assert await world.mails_to("") == []
