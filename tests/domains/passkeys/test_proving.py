"""Logging in with a passkey, and proving again who one is: every flaw gets one and the same answer."""

import asyncio
import logging
from typing import Any

import httpx
import pytest

from app.domains.auth.types import LoginMethod
from tests.domains.auth import accounts
from tests.domains.auth.accounts import code, comparable
from tests.domains.mfa import factors
from tests.domains.passkeys.test_passkeys import Json, add, options_of, remove, rows
from tests.support.authenticator import PRESENT, Authenticator, decode, encode
from tests.support.world import Actor, World

REFUSED, NOT_PROVEN = (401, "passkey_refused"), (403, "passkey_not_proven")


async def log_in_options(world: World) -> Json:
    options: Json = (await world.http.post("/api/auth/login/passkey/options")).json()
    return options


async def log_in(world: World, credential: Json, mode: str = "token") -> httpx.Response:
    body = {"credential": credential, "mode": mode}
    return await world.http.post("/api/auth/login/passkey", json=body)


async def step_up(actor: Actor, device: Authenticator, **changes: Any) -> httpx.Response:
    options = (await actor.post("/api/auth/step-up/passkey/options")).json()
    return await actor.post("/api/auth/step-up/passkey", {"credential": device.get(options, **changes)})


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


@pytest.fixture
async def phone(sam: Actor) -> Authenticator:
    device = Authenticator()
    await add(sam, device)
    return device


async def test_the_options_name_nobody(world: World, phone: Authenticator) -> None:
    options = await log_in_options(world)
    assert len(decode(options.pop("challenge"))) == 32
    assert options == {
        "timeout": 300_000,
        "rpId": "localhost",
        "allowCredentials": [],
        "userVerification": "required",
    }


async def test_a_passkey_logs_in(world: World, sam: Actor, phone: Authenticator) -> None:
    world.clock.advance(hours=1)
    answer = await log_in(world, phone.get(await log_in_options(world)))
    assert answer.status_code == 200, answer.text
    assert (await accounts.me(world, answer.json()["access_token"])).json()["id"] == sam.user_id
    newest = (await world.db.read(factors.sessions_of, sam.user_id))[-1]
    assert (newest.method, newest.authenticated_at) == (LoginMethod.PASSKEY, world.clock.now())
    (row,) = await world.db.read(rows)
    assert (row.sign_count, row.last_used_at) == (1, world.clock.now())


async def test_the_tokens_can_be_cookies(world: World, phone: Authenticator) -> None:
    answer = await log_in(world, phone.get(await log_in_options(world)), mode="cookie")
    assert answer.json()["access_token"] is None
    assert "__Host-peerloop_access" in answer.headers["set-cookie"]


async def test_a_device_without_a_counter_works_again_and_again(world: World, sam: Actor) -> None:
    device = Authenticator(step=0)
    await add(sam, device)
    for _ in range(3):
        assert (await log_in(world, device.get(await log_in_options(world)))).status_code == 200


async def test_no_code_is_asked_for(world: World) -> None:
    owner, device = await factors.owner(world), Authenticator()
    await add(owner.actor, device)
    assert (await log_in(world, device.get(await log_in_options(world)))).status_code == 200


async def test_a_suspended_person_is_told(world: World, sam: Actor, phone: Authenticator) -> None:
    await world.write(accounts.change_user, sam.email, suspended_at=world.clock.now())
    assert code(await log_in(world, phone.get(await log_in_options(world)))) == (403, "account_suspended")


async def test_a_removed_passkey_is_unknown(world: World, sam: Actor, phone: Authenticator) -> None:
    assert (await remove(sam, phone.id)).status_code == 204
    assert code(await log_in(world, phone.get(await log_in_options(world)))) == REFUSED


def spoiled(good: Json) -> dict[str, Json]:
    """An honest response with one member of it changed."""
    response = good["response"]

    def but(**changes: Any) -> Json:
        return good | {"response": response | changes}

    def flipped(name: str, place: int) -> str:
        raw = bytearray(decode(response[name]))
        raw[place] ^= 1
        return encode(bytes(raw))

    stranger = Authenticator()
    return {
        "signature": but(signature=flipped("signature", -1)),
        "no signature": but(signature="AA"),
        "client data": but(clientDataJSON=flipped("clientDataJSON", -3)),
        "authenticator data": but(authenticatorData=flipped("authenticatorData", 36)),
        "short authenticator data": but(authenticatorData="AAAA"),
        "flags": but(authenticatorData=flipped("authenticatorData", 32)),
        "somebody else's handle": but(userHandle=encode(b"usr_01kbq2z7m8e6h9s0t3v5x7y9za")),
        "no handle": but(userHandle=None),
        "another id": good | {"id": stranger.id},
        "an unknown id": good | {"id": stranger.id, "rawId": stranger.id},
    }


async def test_a_spoiled_response_is_refused(world: World, phone: Authenticator) -> None:
    unknown = Authenticator(user_handle=phone.user_handle)
    wanted = comparable(await log_in(world, unknown.get(await log_in_options(world))))
    for name in spoiled(phone.get(await log_in_options(world))):
        answer = await log_in(world, spoiled(phone.get(await log_in_options(world)))[name])
        assert code(answer) == REFUSED, name
        assert comparable(answer) == wanted, name
    assert (await log_in(world, phone.get(await log_in_options(world)))).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"rp_id": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0x04},
        {"flags": 0x15},  # backed up, though it cannot be
        {"type": "webauthn.create"},
        {"crossOrigin": True},
        {"challenge": "A" * 43},
    ],
    ids=str,
)
async def test_a_wrong_ceremony_logs_nobody_in(world: World, phone: Authenticator, changes: Json) -> None:
    assert code(await log_in(world, phone.get(await log_in_options(world), **changes))) == REFUSED
    assert (await log_in(world, phone.get(await log_in_options(world)))).status_code == 200


async def test_a_response_works_once(world: World, phone: Authenticator) -> None:
    credential = phone.get(await log_in_options(world))
    answers = await asyncio.gather(*(log_in(world, credential) for _ in range(10)))
    assert [answer.status_code for answer in answers].count(200) == 1
    assert {code(answer) for answer in answers if not answer.is_success} == {REFUSED}


async def test_a_challenge_ends_and_is_of_one_ceremony(world: World, sam: Actor, phone: Authenticator) -> None:
    late = await log_in_options(world)
    foreign = (await sam.post("/api/auth/step-up/passkey/options")).json()
    adding = await options_of(sam)
    assert code(await log_in(world, phone.get(foreign))) == REFUSED
    assert code(await log_in(world, phone.get(late, challenge=adding["challenge"]))) == REFUSED
    world.clock.advance(minutes=5)
    assert code(await log_in(world, phone.get(late))) == REFUSED


async def test_a_credential_that_was_made_logs_nobody_in(world: World, sam: Actor) -> None:
    """What `create` answered has no signature; sent as a log-in it is not even a body."""
    made = Authenticator().create(await options_of(sam))
    assert code(await log_in(world, made)) == (422, "invalid_request")


async def test_a_counter_that_does_not_grow_is_a_copy(
    world: World, sam: Actor, phone: Authenticator, caplog: pytest.LogCaptureFixture
) -> None:
    phone.counter = 7
    assert (await log_in(world, phone.get(await log_in_options(world)))).status_code == 200
    with caplog.at_level(logging.INFO):
        for seen in (8, 3, 0):
            phone.counter = seen - phone.step
            answer = await log_in(world, Authenticator.get(phone, await log_in_options(world)))
            assert code(answer) == REFUSED, seen
    events = [record for record in caplog.records if record.message == "passkeys.counter_did_not_grow"]
    assert [record.fields for record in events] == [{"user_id": sam.user_id}] * 3  # type: ignore[attr-defined]
    (row,) = await world.db.read(rows)
    assert row.sign_count == 8
    phone.counter = 8
    assert (await log_in(world, phone.get(await log_in_options(world)))).status_code == 200


async def test_of_two_copies_at_once_one_logs_in(world: World, phone: Authenticator) -> None:
    credentials = []
    for _ in range(6):
        phone.counter = 4
        credentials.append(phone.get(await log_in_options(world)))
    answers = await asyncio.gather(*(log_in(world, credential) for credential in credentials))
    assert [answer.status_code for answer in answers].count(200) == 1


# Step-up.


async def test_a_passkey_proves_again_who_one_is(world: World, sam: Actor, phone: Authenticator) -> None:
    options = (await sam.post("/api/auth/step-up/passkey/options")).json()
    assert options["allowCredentials"] == [{"type": "public-key", "id": phone.id}]
    old = {"authenticated_at": world.clock.now().replace(hour=8)}
    await world.write(accounts.change_session, sam.user_id, **old)
    assert code(await sam.post("/api/auth/totp")) == (401, "step_up_needed")
    assert (await step_up(sam, phone)).status_code == 204
    assert (await sam.post("/api/auth/totp")).status_code == 201


async def test_only_one_s_own_passkey_and_challenge_prove_it(world: World, sam: Actor, phone: Authenticator) -> None:
    ada, other = await world.member("Ada Adams"), Authenticator()
    await add(ada, other)
    assert code(await step_up(sam, other)) == NOT_PROVEN
    assert code(await step_up(sam, phone, origin="https://evil.example")) == NOT_PROVEN
    assert code(await step_up(sam, phone, flags=PRESENT)) == NOT_PROVEN
    for options in ((await ada.post("/api/auth/step-up/passkey/options")).json(), await log_in_options(world)):
        answer = await sam.post("/api/auth/step-up/passkey", {"credential": phone.get(options)})
        assert code(answer) == NOT_PROVEN
    assert (await step_up(sam, phone)).status_code == 204


async def test_only_this_auth_session_is_renewed(world: World, sam: Actor, phone: Authenticator) -> None:
    other = await world.log_in(sam.user_id, sam.email)
    await world.write(accounts.change_session, sam.user_id, authenticated_at=world.clock.now().replace(hour=8))
    assert (await step_up(sam, phone)).status_code == 204
    assert code(await other.post("/api/auth/totp")) == (401, "step_up_needed")
