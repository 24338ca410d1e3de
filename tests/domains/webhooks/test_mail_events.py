"""What the mail service reports about addresses: taken once, from the mail service only, and forgotten when the address
is proven anew."""

import asyncio
import hashlib
import json
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from app.db.session import ReadSession, WriteSession
from app.domains.auth.events import SignupRepeated
from app.domains.users import service as users
from app.domains.users.models import User
from app.domains.users.types import UserId
from app.domains.webhooks.models import InboxEvent
from app.jobs.models import Job
from app.sandbox.resend.events import Seals
from tests.support.world import Actor, World

PATH = "/api/webhooks/email"
PERMANENT = {"type": "Permanent", "subType": "General"}


def seals(world: World) -> Seals:
    return Seals(world.settings.resend_webhook_secret.get_secret_value(), world.clock)


def notice(world: World, kind: str, address: str, **data: Any) -> bytes:
    subject = {"email_id": "em_1", "to": [address]} | data
    return json.dumps({"type": kind, "created_at": world.clock.now().isoformat(), "data": subject}).encode()


async def post(world: World, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    return await world.http.post(PATH, content=body, headers=seals(world).headers(body) if headers is None else headers)


def _person(session: ReadSession, user_id: UserId) -> tuple[str, bool]:
    return users.get_user(session, user_id).email_status, users.mail_preferences(session, user_id).marketing


async def status(world: World, person: Actor) -> str:
    await world.settle()
    return (await world.db.read(_person, person.user_id))[0]


def stored(session: ReadSession) -> int:
    return session.scalar(select(func.count()).select_from(InboxEvent)) or 0


def bodies(session: ReadSession) -> list[bytes]:
    return list(session.scalars(select(InboxEvent.body)))


def processed(session: ReadSession) -> int:
    found = session.scalar(select(func.count()).select_from(InboxEvent).where(InboxEvent.processed_at.is_not(None)))
    return found or 0


def _set_email(session: WriteSession, user_id: UserId, address: str) -> None:
    session.execute(update(User).where(User.id == user_id).values(email=address))


async def move(world: World, person: Actor, address: str) -> Actor:
    """Somebody with an address of one's choice."""
    await world.write(_set_email, person.user_id, address)
    return await world.log_in(person.user_id, address)


@pytest.mark.parametrize("outcome", ["bounced", "complained"])
async def test_a_mail_that_comes_back_or_annoys_is_the_last_one(world: World, outcome: str) -> None:
    """The whole way: our mail, the twin's event, the job."""
    olga = await move(world, await world.member("Olga Owner"), f"{outcome}.olga@peerloop.example")

    def tell(session: WriteSession) -> None:
        session.publish(SignupRepeated(olga.user_id))

    await world.write(tell)
    assert await status(world, olga) == outcome
    assert await world.db.read(processed) == 1
    world.clock.advance(days=1)
    await world.write(tell)
    assert len(await world.mails_to(olga.email)) == 1


async def test_the_event_is_matched_in_any_case_and_harms_nobody_else(world: World) -> None:
    olga, sam = await world.member("Olga Owner"), await world.member("Sam Sample")
    answer = await post(world, notice(world, "email.bounced", olga.email.upper(), bounce=PERMANENT))
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert await status(world, olga) == "bounced"
    assert await status(world, sam) == "ok"


async def test_no_address_stays_in_the_inbox(world: World) -> None:
    body = notice(world, "email.bounced", "olga@peerloop.example", bounce=PERMANENT)
    await post(world, body)
    assert await world.db.read(bodies) == [hashlib.sha256(body).digest()]


async def test_an_address_that_nobody_has_is_taken_and_changes_nothing(world: World) -> None:
    assert (await post(world, notice(world, "email.complained", "x@peerloop.example"))).status_code == 200
    await world.settle()
    assert await world.db.read(processed) == 1


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("email.bounced", {"bounce": {"type": "Transient", "subType": "MailboxFull"}}),
        ("email.bounced", {"bounce": {"type": "Undetermined"}}),
        ("email.delivered", {}),
        ("email.opened", {}),
        ("contact.created", {}),
    ],
)
async def test_what_passes_is_acknowledged_and_not_kept(world: World, kind: str, data: dict[str, Any]) -> None:
    olga = await world.member("Olga Owner")
    assert (await post(world, notice(world, kind, olga.email, **data))).status_code == 200
    assert await status(world, olga) == "ok"
    assert await world.db.read(stored) == 0


async def test_a_complaint_ends_marketing_and_outweighs_a_bounce(world: World) -> None:
    olga = await world.member("Olga Owner")
    complaint = notice(world, "email.complained", olga.email)
    bounce = notice(world, "email.bounced", olga.email, bounce=PERMANENT)
    for body, expected in ((bounce, "bounced"), (complaint, "complained"), (bounce + b" ", "complained")):
        assert (await post(world, body)).status_code == 200
        assert await status(world, olga) == expected
    assert (await world.db.read(_person, olga.user_id))[1] is False


async def test_proving_the_address_anew_clears_it(world: World) -> None:
    olga = await world.member("Olga Owner", is_verified=False)
    await post(world, notice(world, "email.bounced", olga.email, bounce=PERMANENT))
    assert await status(world, olga) == "bounced"
    late = notice(world, "email.complained", olga.email)
    world.clock.advance(minutes=1)
    assert await world.write(users.mark_email_verified, olga.user_id)
    assert await status(world, olga) == "ok"
    await post(world, late)  # of before the proof: reported late, it no longer counts
    assert await status(world, olga) == "ok"
    await post(world, notice(world, "email.complained", olga.email))
    assert await status(world, olga) == "complained"
    await world.write(users.clear_email, olga.email)
    assert await status(world, olga) == "ok"


async def test_the_same_event_twenty_times_at_once_has_one_effect(world: World) -> None:
    olga = await world.member("Olga Owner")
    body = notice(world, "email.complained", olga.email)
    answers = await asyncio.gather(*(post(world, body) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert await status(world, olga) == "complained"
    assert await world.db.read(stored) == 1
    jobs = select(func.count()).select_from(Job).where(Job.kind == "webhooks.mail_event")
    assert await world.db.read(lambda session: session.scalar(jobs)) == 1
    await world.write(users.clear_email, olga.email)
    assert (await post(world, body)).status_code == 200  # a replay of what was done with
    assert await status(world, olga) == "ok"


async def test_the_job_holds_no_address(world: World) -> None:
    olga = await world.member("Olga Owner")
    await post(world, notice(world, "email.complained", olga.email))
    payload = await world.db.read(
        lambda session: session.scalar(select(Job.payload).where(Job.kind == "webhooks.mail_event"))
    )
    assert payload
    assert olga.email not in json.dumps(payload)


@pytest.mark.parametrize("kind", ["none", "other body", "stale", "ahead", "other version", "other id", "other secret"])
async def test_a_forged_event_is_refused_before_any_database_work(world: World, kind: str) -> None:
    olga = await world.member("Olga Owner")
    body = notice(world, "email.complained", olga.email)
    good = seals(world).headers(body)
    headers = {
        "none": {},
        "other body": seals(world).headers(body + b" "),
        "stale": good,
        "ahead": good,
        "other version": good | {"svix-signature": good["svix-signature"].replace("v1,", "v2,")},
        "other id": good | {"svix-id": "msg_other"},
        "other secret": Seals("whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyE=", world.clock).headers(body),
    }[kind]
    world.clock.advance(seconds={"stale": 301, "ahead": -301}.get(kind, 0))
    answer = await post(world, body, headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "webhook_refused")
    assert await world.db.read(stored) == 0
    assert await status(world, olga) == "ok"
