"""Keeping passkeys: adding, listing, renaming and removing them."""

import asyncio
import json
from typing import Any

import cbor2
import httpx
import pytest
from sqlalchemy import select

from app.core.config import Settings
from app.db.session import ReadSession
from app.domains.passkeys.models import Passkey
from app.domains.passkeys.types import RelyingParty
from app.domains.users.types import SecurityChange
from tests.domains.auth import accounts
from tests.domains.auth.accounts import code
from tests.domains.mfa import factors
from tests.support.authenticator import PRESENT, Authenticator, decode, encode
from tests.support.world import Actor, World

Json = dict[str, Any]
REFUSED = (422, "passkey_not_added")


async def options_of(actor: Actor) -> Json:
    options: Json = (await actor.post("/api/auth/passkey-options")).json()
    return options


async def send(actor: Actor, credential: Json, name: str = "Sam's phone") -> httpx.Response:
    return await actor.post("/api/auth/passkeys", {"credential": credential, "name": name})


async def add(actor: Actor, device: Authenticator, name: str = "Sam's phone") -> Json:
    answer = await send(actor, device.create(await options_of(actor)), name)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def names(actor: Actor) -> list[str]:
    return [item["name"] for item in (await actor.get("/api/auth/passkeys")).json()["items"]]


async def remove(actor: Actor, passkey_id: str) -> httpx.Response:
    return await actor.http.delete(f"/api/auth/passkeys/{passkey_id}", headers=actor._headers())


def rows(session: ReadSession) -> list[Passkey]:
    return list(session.scalars(select(Passkey)))


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


async def test_the_options_ask_for_a_key_that_knows_its_owner(sam: Actor) -> None:
    answer = await sam.post("/api/auth/passkey-options")
    options = answer.json()
    assert len(decode(options.pop("challenge"))) == 32
    assert decode(options["user"].pop("id")).decode() == sam.user_id
    assert options == {
        "rp": {"id": "localhost", "name": "PeerLoop"},
        "user": {"name": sam.email, "displayName": "Sam Sample"},
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in (-8, -7, -257)],
        "timeout": 300_000,
        "excludeCredentials": [],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_relying_party_is_the_host_of_the_pages(tmp_path: Any) -> None:
    settings = Settings(
        environment="test",
        data_dir=tmp_path,
        app_url="https://app.peerloop.example/x",
        public_url="https://api.peerloop.example",
    )
    party = RelyingParty.of(settings)
    assert party.id == "app.peerloop.example"
    assert party.origins == ("https://api.peerloop.example", "https://app.peerloop.example")


@pytest.mark.parametrize(
    ("address", "name"), [("http://127.0.0.1:8000", "http://localhost:8000"), ("http://[::1]", "http://localhost")]
)
async def test_in_development_an_ip_address_goes_by_the_name_that_browsers_take(
    tmp_path: Any, address: str, name: str
) -> None:
    settings = Settings(environment="test", data_dir=tmp_path, app_url=f"{address}/app", public_url=address)
    party = RelyingParty.of(settings)
    assert (party.id, set(party.origins)) == ("localhost", {address, name})
    assert settings.origins == {address, name}
    elsewhere = settings.model_copy(update={"environment": "production"})
    assert RelyingParty.of(elsewhere).origins == (address,)


async def test_a_page_on_localhost_makes_a_passkey(sam: Actor) -> None:
    device = Authenticator()
    answer = await send(sam, device.create(await options_of(sam), origin="http://localhost:8000"))
    assert answer.status_code == 201, answer.text


async def test_a_passkey_is_added_and_listed(world: World, sam: Actor) -> None:
    heard, device = factors.listen(world), Authenticator()
    made = await add(sam, device)
    assert made == {
        "id": device.id,
        "name": "Sam's phone",
        "created_at": "2026-12-01T09:00:00Z",
        "last_used_at": None,
    }
    assert heard == [SecurityChange.PASSKEY_ADDED]
    world.clock.advance(minutes=1)
    await add(sam, Authenticator(), "Key ring")
    assert await names(sam) == ["Sam's phone", "Key ring"]
    assert await names(await world.member("Ada Adams")) == []
    excluded = (await options_of(sam))["excludeCredentials"]
    assert excluded[0] == {"type": "public-key", "id": device.id}
    assert len(excluded) == 2


async def test_optional_members_of_browsers_are_taken(sam: Actor) -> None:
    device = Authenticator()
    credential = device.create(await options_of(sam))
    credential["authenticatorAttachment"] = "cross-platform"
    credential["clientExtensionResults"] = {"credProps": {"rk": True}}
    credential["response"] |= {
        "transports": ["internal", "hybrid", "not-known-yet"],
        "authenticatorData": "AAAA",
        "publicKey": "AAAA",
        "publicKeyAlgorithm": -7,
    }
    assert (await send(sam, credential)).status_code == 201


async def test_adding_needs_a_confirmed_address_and_a_recent_log_in(world: World, sam: Actor) -> None:
    """Somebody who signed up with a stranger's address must not leave a way in behind."""
    stranger = await world.member("Mallory", is_verified=False)
    options, device = await options_of(sam), Authenticator()
    assert code(await stranger.post("/api/auth/passkey-options")) == (403, "email_not_verified")
    assert code(await send(stranger, device.create(options))) == (403, "email_not_verified")
    await world.write(accounts.change_session, sam.user_id, authenticated_at=world.clock.now().replace(hour=8))
    assert code(await sam.post("/api/auth/passkey-options")) == (401, "step_up_needed")
    assert code(await send(sam, device.create(options))) == (401, "step_up_needed")
    assert code(await remove(sam, device.id)) == (401, "step_up_needed")


# What is refused.


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:8001"},
        {"origin": "http://127.0.0.1:8000.evil.example"},
        {"origin": ["http://127.0.0.1:8000"]},
        {"origin": None},
        {"rp_id": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0x04},
        {"type": "webauthn.get"},
        {"type": None},
        {"crossOrigin": True},
        {"crossOrigin": "false"},
        {"challenge": "A" * 43},
        {"challenge": ""},
        {"challenge": None},
        {"challenge": "x\r\nset y"},
        {"challenge": ["A" * 43]},
    ],
    ids=str,
)
async def test_a_wrong_ceremony_adds_nothing(world: World, sam: Actor, changes: Json) -> None:
    heard = factors.listen(world)
    credential = Authenticator().create(await options_of(sam), **changes)
    assert code(await send(sam, credential)) == REFUSED
    assert await world.db.read(rows) == []
    assert heard == []


async def test_a_challenge_adds_one_passkey(world: World, sam: Actor) -> None:
    options = await options_of(sam)
    credentials = [Authenticator().create(options) for _ in range(10)]
    answers = await asyncio.gather(*(send(sam, credential) for credential in credentials))
    assert [answer.status_code for answer in answers].count(201) == 1
    assert {code(answer) for answer in answers if not answer.is_success} == {REFUSED}
    assert len(await world.db.read(rows)) == 1


async def test_a_challenge_is_of_one_person_one_ceremony_and_five_minutes(world: World, sam: Actor) -> None:
    ada, device = await world.member("Ada Adams"), Authenticator()
    assert code(await send(ada, device.create(await options_of(sam)))) == REFUSED
    for path in ("login", "step-up"):
        challenge = (await sam.post(f"/api/auth/{path}/passkey/options")).json()["challenge"]
        assert code(await send(sam, device.create(await options_of(sam), challenge=challenge))) == REFUSED
    late, in_time = await options_of(sam), await options_of(sam)
    world.clock.advance(minutes=4, seconds=59)
    assert (await send(sam, device.create(in_time))).status_code == 201
    world.clock.advance(seconds=1)
    assert code(await send(sam, Authenticator().create(late))) == REFUSED


async def test_a_credential_belongs_to_one_person_once(world: World, sam: Actor) -> None:
    ada, device = await world.member("Ada Adams"), Authenticator()
    await add(sam, device)
    for actor in (sam, ada):
        assert code(await send(actor, device.create(await options_of(actor)))) == REFUSED
    assert await names(ada) == []
    (row,) = await world.db.read(rows)
    assert row.user_id == sam.user_id


async def test_an_id_that_is_not_the_key_s_is_refused(sam: Actor) -> None:
    for field in ("id", "rawId", "both"):
        credential = Authenticator().create(await options_of(sam))
        other = Authenticator().id
        credential |= {"id": other, "rawId": other} if field == "both" else {field: other}
        assert code(await send(sam, credential)) == REFUSED


def attestations(good: str) -> dict[str, bytes]:
    """Instead of the attestation object."""
    whole = cbor2.loads(decode(good))
    data = whole["authData"]
    return {
        "nothing": b"\xf6",
        "cut": decode(good)[:-1],
        "list": cbor2.dumps([1]),
        "without data": cbor2.dumps({"fmt": "none", "attStmt": {}}),
        "data is text": cbor2.dumps(whole | {"authData": "text"}),
        "short data": cbor2.dumps(whole | {"authData": data[:36]}),
        "data goes on": cbor2.dumps(whole | {"authData": data + b"\x00"}),
        "no key": cbor2.dumps(whole | {"authData": data[:37]}),
        "unknown format": cbor2.dumps(whole | {"fmt": "zz"}),
        "format is a number": cbor2.dumps(whole | {"fmt": 7}),
        "statement of none": cbor2.dumps(whole | {"attStmt": {"sig": b"x"}}),
        "unsigned packed": cbor2.dumps(whole | {"fmt": "packed"}),
        "wrongly signed packed": cbor2.dumps(whole | {"fmt": "packed", "attStmt": {"alg": -7, "sig": b"x" * 70}}),
        "empty tpm": cbor2.dumps(whole | {"fmt": "tpm"}),
        "empty u2f": cbor2.dumps(whole | {"fmt": "fido-u2f"}),
        "key is a number": cbor2.dumps(whole | {"authData": data[:87] + cbor2.dumps(7)}),
        "key of nothing": cbor2.dumps(whole | {"authData": data[:87] + cbor2.dumps({})}),
        "key of another kind": cbor2.dumps(whole | {"authData": data[:87] + cbor2.dumps({1: 2, 3: -47, -1: 8})}),
        "nested": b"\x81" * 5000 + b"\x01",
        "huge text": b"\x7b" + (2**40).to_bytes(8, "big"),
        "huge list": b"\x9b" + (2**40).to_bytes(8, "big"),
        "shared reference to itself": bytes.fromhex("d81c81d81d00"),
    }


async def test_a_hostile_attestation_is_refused(sam: Actor) -> None:
    good = Authenticator().create(await options_of(sam))["response"]["attestationObject"]
    for name, content in attestations(good).items():
        credential = Authenticator().create(await options_of(sam))
        credential["response"]["attestationObject"] = encode(content)
        assert code(await send(sam, credential)) == REFUSED, name


async def test_hostile_client_data_is_refused(sam: Actor) -> None:
    options = await options_of(sam)
    for content in (
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{" * 3000,
        json.dumps({"challenge": options["challenge"]}).encode(),
        json.dumps({"challenge": options["challenge"], "type": {}, "origin": {}}).encode(),
    ):
        credential = Authenticator().create(options)
        credential["response"]["clientDataJSON"] = encode(content)
        assert code(await send(sam, credential)) == REFUSED, content


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_a_body_that_is_no_credential_is_invalid(sam: Actor) -> None:
    good = Authenticator().create(await options_of(sam))
    hostile: tuple[Json, ...] = (
        {"type": "password"},
        {"id": "short"},
        {"rawId": "with=padding=at=the=end="},
        {"response": {}},
        {"response": good["response"] | {"attestationObject": "A" * 10_001}},
        {"response": good["response"] | {"attestationObject": "not base64url!"}},
        {"response": good["response"] | {"unknown": 1}},
        {"clientExtensionResults": {f"e{number}": 1 for number in range(21)}},
        {"unknown": 1},
    )
    for changes in hostile:
        assert code(await send(sam, good | changes)) == (422, "invalid_request"), changes
    assert code(await send(sam, good, name="x")) == (422, "invalid_request")
    assert (await send(sam, good)).status_code == 201


async def test_there_are_ten_at_the_most(world: World, sam: Actor) -> None:
    waiting = [Authenticator().create(await options_of(sam)) for _ in range(3)]
    for _ in range(8):
        await add(sam, Authenticator())
    answers = await asyncio.gather(*(send(sam, credential) for credential in waiting))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409]
    assert code(await sam.post("/api/auth/passkey-options")) == (409, "too_many_passkeys")
    assert len(await world.db.read(rows)) == 10


# Renaming and removing.


async def test_a_passkey_is_renamed_by_its_owner_only(world: World, sam: Actor) -> None:
    made, ada = await add(sam, Authenticator()), await world.member("Ada Adams")
    path = f"/api/auth/passkeys/{made['id']}"
    renamed = await sam.patch(path, {"name": "Old phone"})
    assert (renamed.status_code, renamed.json()) == (200, made | {"name": "Old phone"})
    assert code(await ada.patch(path, {"name": "Mine"})) == (404, "passkey_not_found")
    assert code(await sam.patch(f"/api/auth/passkeys/{'A' * 43}", {"name": "No"})) == (404, "passkey_not_found")
    assert await names(sam) == ["Old phone"]


async def test_a_passkey_is_removed_by_its_owner_only(world: World, sam: Actor) -> None:
    made, ada, heard = await add(sam, Authenticator()), await world.member("Ada Adams"), factors.listen(world)
    assert code(await remove(ada, made["id"])) == (404, "passkey_not_found")
    assert (await remove(sam, made["id"])).status_code == 204
    assert code(await remove(sam, made["id"])) == (404, "passkey_not_found")
    assert heard == [SecurityChange.PASSKEY_REMOVED]


async def test_the_only_way_in_stays(world: World, sam: Actor) -> None:
    made = [await add(sam, Authenticator()) for _ in range(4)]
    await world.write(accounts.change_user, sam.email, password_hash=None)
    answers = await asyncio.gather(*(remove(sam, item["id"]) for item in made))
    assert sorted(answer.status_code for answer in answers) == [204, 204, 204, 409]
    assert [code(answer) for answer in answers if answer.status_code == 409] == [(409, "only_way_in")]
    assert len(await names(sam)) == 1
    await world.write(accounts.change_user, sam.email, password_hash="none")
    (row,) = await world.db.read(rows)
    assert (await remove(sam, row.id)).status_code == 204
