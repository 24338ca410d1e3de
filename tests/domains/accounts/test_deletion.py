"""`DELETE /api/users/me`: nothing leads to the person any more, and everybody else's things still work."""

import asyncio
import json

import httpx
import pytest
from sqlalchemy import select, update

from app.db.session import ReadSession, WriteSession
from app.domains.auth.deps import REFRESH_COOKIE
from app.domains.auth.models import AuthSession
from app.domains.mfa import service as mfa
from app.domains.notifications.types import SEND_MAIL, MailOrder, Template
from app.domains.payments import ledger
from app.domains.users import service as users
from app.domains.users.errors import UserNotFound
from app.domains.users.models import User
from app.domains.users.types import UserId
from app.edge.idempotency import StoredAnswer
from app.edge.principal import ACCESS_COOKIE
from app.orm_registry import metadata
from tests.domains.accounts.life import HANDLE, Life, reissued
from tests.domains.accounts.rows import DEVICE, MARK, NAME
from tests.domains.auth import accounts
from tests.support.learning import Classroom
from tests.support.world import Actor, World

ME = "/api/users/me"
KEPT = {"inbox_events": "what the payment service sent, byte by byte, as proof of payments; swept after thirty days"}
"""Tables that may still hold something of a deleted person, and why."""


@pytest.fixture
async def life(world: World) -> Life:
    """Somebody with a past, and nothing open."""
    life = await Life.lived(world)
    await life.settle_everything()
    return life


def _texts(session: ReadSession) -> dict[str, str]:
    return {
        table.name: "\n".join(repr(tuple(row)) for row in session.execute(select(table)))
        for table in metadata.sorted_tables
    }


async def found(world: World, *texts: str) -> set[str]:
    """The tables that hold one of the texts."""
    tables = await world.db.read(_texts)
    return {name for name, content in tables.items() if any(text in content for text in texts)}


async def test_nothing_is_left_that_leads_to_the_person(world: World, life: Life) -> None:
    traces = (NAME, HANDLE, life.zelda.email, MARK, str(DEVICE.network))
    assert {"users", "mail_tokens", "idempotency_keys", "invitations", "passkeys"} <= await found(world, *traces)
    assert (await life.zelda.get(f"{ME}/deletion")).json() == {"can_delete": True, "reasons": []}
    answer = await life.zelda.delete(ME)
    assert (answer.status_code, answer.content) == (204, b"")
    assert await found(world, *traces) - KEPT.keys() == set()
    user = await world.db.read(_user, life.zelda.user_id)
    assert (user.name, user.email_verified_at, user.password_hash) == ("Deleted member", None, None)
    assert user.deleted_at == user.updated_at == world.clock.now()
    assert user.roles == ["student"]
    assert not user.can_take_courses
    assert not user.is_profile_public


def _user(session: ReadSession, user_id: UserId) -> User:
    return session.get_one(User, user_id)


async def test_every_log_in_ends_at_once(world: World, life: Life) -> None:
    await accounts.set_password(world, life.zelda.email)
    await world.write(mfa.erase, life.zelda.user_id)  # so that the password is enough
    tokens = (await accounts.log_in(world, life.zelda.email)).json()
    assert (await accounts.me(world, tokens["access_token"])).status_code == 200
    deleted = await life.zelda.delete(ME)
    cleared = deleted.headers.get_list("set-cookie")
    assert {cookie.partition("=")[0] for cookie in cleared} == {ACCESS_COOKIE, REFRESH_COOKIE}
    for token in (life.zelda.token, tokens["access_token"]):
        assert (await accounts.me(world, token)).status_code == 401
    assert (await accounts.refresh(world, tokens["refresh_token"])).status_code == 401
    refused = await accounts.log_in(world, life.zelda.email)
    assert (refused.status_code, refused.json()["code"]) == (401, "login_failed")
    assert await world.db.read(_live_log_ins, life.zelda.user_id) == []


def _live_log_ins(session: ReadSession, user_id: UserId) -> list[str]:
    statement = select(AuthSession.id).where(AuthSession.user_id == user_id, AuthSession.revoked_at.is_(None))
    return list(session.scalars(statement))


async def test_the_address_and_the_handle_are_free_at_once(world: World, life: Life) -> None:
    await life.zelda.delete(ME)
    assert (await accounts.sign_up(world, life.zelda.email)).status_code == 202
    assert (await accounts.verify(world, await accounts.mailed_token(world, life.zelda.email))).status_code == 204
    new = (await accounts.me(world, (await accounts.log_in(world, life.zelda.email)).json()["access_token"])).json()
    assert new["id"] != life.zelda.user_id
    assert (new["roles"], new["title"]) == (["student"], None)
    sam = life.student.actor
    assert (await sam.patch(ME, {"handle": HANDLE})).status_code == 200


async def test_others_keep_what_they_had_with_the_person(world: World, life: Life) -> None:
    books = await world.db.read(ledger.trial_balance)
    await life.zelda.delete(ME)
    (lesson,) = (await life.student.actor.get("/api/sessions")).json()["items"]
    assert lesson["teacher"] == {"id": life.zelda.user_id, "name": "Deleted member"}
    assert (await life.student.actor.get(f"/api/sessions/{lesson['id']}")).status_code == 200
    (theirs,) = (await life.teacher.get("/api/sessions")).json()["items"]
    assert theirs["student"]["name"] == "Deleted member"
    for actor in (life.student.actor, life.teacher):
        for path in (
            "enrollments",
            "certificates",
            "transactions",
            "earnings",
            f"sessions/{lesson['id']}/calendar.ics",
        ):
            answer = await actor.get(f"/api/{path}")
            assert answer.status_code == (200 if actor is life.student.actor or ".ics" not in path else 404), path
            assert MARK not in answer.text
            assert NAME not in answer.text
    proof = (await world.http.get(f"/api/certificates/{life.verify_code}/verify")).json()
    assert (proof["holder_name"], proof["status"]) == ("Deleted member", "issued")
    after = await world.db.read(ledger.trial_balance)
    assert after == books


async def test_nobody_finds_or_books_the_person_any_more(world: World, life: Life) -> None:
    admin = await world.member("Adam Admin", is_admin=True)
    assert (await world.http.get(f"/api/users/{HANDLE}")).status_code == 200
    await life.zelda.delete(ME)
    for viewer in (world.http, admin):
        assert (await viewer.get(f"/api/users/{HANDLE}")).status_code == 404
    for text in ("zelda", "deleted", life.zelda.user_id):
        answer = await admin.get("/api/users/search", params={"q": text})
        assert answer.json()["items"] == []
    with pytest.raises(UserNotFound):
        await world.db.read(users.get_user, life.zelda.user_id)
    for change in (users.lock_user, users.allow_teaching, users.erase):
        with pytest.raises(UserNotFound):
            await world.write(change, life.zelda.user_id)
    assert not await world.write(users.mark_email_verified, life.zelda.user_id)
    assert await world.db.read(users.suspended_ids, [life.zelda.user_id]) == {life.zelda.user_id}


async def test_no_mail_follows(world: World, life: Life) -> None:
    before = len(await world.mails_to(life.zelda.email))
    await world.write(_order_mail, life.zelda.user_id)
    await life.zelda.delete(ME)
    assert len(await world.mails_to(life.zelda.email)) == before
    assert await world.mails_to(f"{life.zelda.user_id}@deleted.invalid") == []


def _order_mail(session: WriteSession, user_id: UserId) -> None:
    order = MailOrder(template=Template.SIGNUP_REPEATED, recipient_id=user_id, about_id=user_id, ordered_at=session.now)
    SEND_MAIL.enqueue(session, order, dedupe="the last one")


async def test_answers_stored_for_others_still_work(world: World, life: Life) -> None:
    """They are the memory that a request was carried out; only the name in them goes."""
    before = await world.db.read(_stored)
    await life.zelda.delete(ME)
    after = await world.db.read(_stored)
    assert after.keys() == {scope for scope in before if life.zelda.user_id not in scope}
    assert any("Deleted member" in body for body in after.values())
    assert not any(NAME in body for body in after.values())


async def test_what_is_not_about_the_person_stays_as_it_was_answered(world: World, life: Life) -> None:
    """Whatever they were called last; what was stored names them as they were called then."""
    before = await world.db.read(_stored)
    renamed = await life.zelda.patch(ME, {"name": "scheduled", "handle": "issued"})
    assert renamed.status_code == 200, renamed.text
    assert (await life.zelda.delete(ME)).status_code == 204
    after = await world.db.read(_stored)
    assert after == {scope: _without(NAME, before[scope]) for scope in after}
    assert {"issued", "scheduled"} <= {json.loads(body).get("status") for body in after.values()}


def _without(name: str, body: str) -> str:
    return body.replace(f'"{name}"', '"Deleted member"')


def _stored(session: ReadSession) -> dict[str, str]:
    return {row.scope + row.key: row.body for row in session.scalars(select(StoredAnswer))}


async def test_of_many_deletions_at_once_one_is_carried_out(world: World) -> None:
    sam = await world.member("Sam Sample")
    answers = await asyncio.gather(*(sam.delete(ME) for _ in range(6)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 204
    assert set(statuses[1:]) <= {401, 404}
    assert (await sam.delete(ME)).status_code == 401
    assert await world.db.read(_deletions, sam.user_id) == 1


def _deletions(session: ReadSession, user_id: UserId) -> int:
    rows = session.execute(select(metadata.tables["audit_entries"])).mappings()
    return sum(row["action"] == "user.deleted" and row["subject_id"] == user_id for row in rows)


async def test_it_asks_for_a_recent_log_in(world: World) -> None:
    sam = await world.member("Sam Sample")
    world.clock.advance(minutes=14)
    later = await reissued(world, sam, minutes=2)
    refused = await later.delete(ME)
    assert (refused.status_code, refused.json()["code"]) == (401, "step_up_needed")
    assert (await later.get(ME)).status_code == 200
    assert (await later.get(f"{ME}/deletion")).json()["can_delete"]


async def test_a_booking_and_a_deletion_at_once_never_both_happen(world: World) -> None:
    """The student's place is free, so that only a booked session keeps the account."""
    outcomes = set()
    room = await Classroom.open(world)
    for day in range(2, 10):
        student = await room.student(f"Student {day}")
        booking, deletion = await asyncio.gather(student.book(f"2026-12-{day:02}T10:00:00Z"), student.actor.delete(ME))
        outcomes.add((booking.is_success, deletion.is_success))
        assert booking.is_success != deletion.is_success, (booking.text, deletion.text)
        assert booking.is_success or booking.status_code in {401, 409}
    assert outcomes


async def test_a_checkout_and_a_deletion_at_once_never_both_happen(world: World) -> None:
    room = await Classroom.open(world)
    await world.write(_teach, room)
    for number in range(6):
        buyer = await world.member(f"Buyer {number}")
        enrolling, deletion = await asyncio.gather(_enroll(buyer, room), buyer.delete(ME))
        places = await world.db.read(_places, buyer.user_id)
        assert deletion.status_code == 204
        assert places in ([], ["cancelled"]), (enrolling.text, deletion.text)


async def _enroll(buyer: Actor, room: Classroom) -> httpx.Response:
    order = {"course_id": room.course_id, "teacher_id": room.teacher.user_id}
    return await buyer.post("/api/checkout/session", order)


def _teach(session: WriteSession, room: Classroom) -> None:
    courses = metadata.tables["courses"]
    session.execute(update(courses).where(courses.c.id == room.course_id).values(price_cents=0))


def _places(session: ReadSession, user_id: UserId) -> list[str]:
    places = metadata.tables["enrollments"]
    return list(session.scalars(select(places.c.status).where(places.c.student_id == user_id)))
