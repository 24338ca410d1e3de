"""Signing up and proving the address; nobody learns from the answers who has an account."""

import asyncio
from typing import Any

import pytest

from tests.domains.auth import accounts
from tests.domains.auth.accounts import EMAIL, code, comparable
from tests.support.world import PASSWORD, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


async def test_from_signing_up_to_being_known(world: World) -> None:
    assert (await accounts.sign_up(world, timezone="Asia/Tokyo")).status_code == 202
    assert (await accounts.verify(world, await accounts.mailed_token(world))).status_code == 204
    tokens = (await accounts.log_in(world)).json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 900)
    me = (await accounts.me(world, tokens["access_token"])).json()
    assert (me["email"], me["name"], me["handle"], me["timezone"]) == (EMAIL, "Sam Sample", "sam_sample", "Asia/Tokyo")
    assert (me["is_email_verified"], me["is_profile_public"], me["roles"]) == (True, False, ["student"])
    assert me["created_at"] == "2026-12-01T09:00:00Z"


async def test_an_unproven_address_may_log_in_and_shows_as_such(world: World) -> None:
    await accounts.sign_up(world)
    tokens = (await accounts.log_in(world)).json()
    assert (await accounts.me(world, tokens["access_token"])).json()["is_email_verified"] is False


async def test_the_answer_does_not_tell_whether_the_address_is_taken(world: World) -> None:
    verified = await world.member("Ada Adams")
    unverified = await world.member("Bob Brown", is_verified=False)
    answers = [await accounts.sign_up(world, email) for email in (EMAIL, verified.email, unverified.email, EMAIL)]
    answers += [
        await accounts.resend(world, email)
        for email in (EMAIL, verified.email, unverified.email, "nobody@peerloop.example")
    ]
    assert all(comparable(answer) == comparable(answers[0]) for answer in answers)
    assert answers[0].status_code == 202


async def test_an_address_is_one_account_in_every_spelling(world: World) -> None:
    for email in (EMAIL, EMAIL.upper(), f"  {EMAIL.title()} "):
        await accounts.sign_up(world, email)
    assert len(await world.db.read(accounts.users)) == 1
    assert (await accounts.log_in(world, EMAIL.upper())).status_code == 200


async def test_many_at_once_make_one_account(world: World) -> None:
    answers = await asyncio.gather(*(accounts.sign_up(world) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert len(await world.db.read(accounts.users)) == 1


async def test_people_of_one_name_have_different_handles(world: World) -> None:
    emails = [f"sam{number}@peerloop.example" for number in range(4)]
    await asyncio.gather(*(accounts.sign_up(world, email) for email in emails))
    assert len({user.handle for user in await world.db.read(accounts.users)}) == 4


@on_sqlite
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "sam"}, "/body/email"),
        ({"email": "sam@peerloop"}, "/body/email"),
        ({"email": "sam@peerloop.example\r\nBcc: eve@evil.test"}, "/body/email"),
        ({"email": "a" * 250 + "@peerloop.example"}, "/body/email"),
        ({"email": ["sam@peerloop.example"]}, "/body/email"),
        ({"password": "p" * 14}, "/body/password"),
        ({"password": "p" * 257}, "/body/password"),
        ({"password": None}, "/body/password"),
        ({"name": "S"}, "/body/name"),
        ({"name": "  S  "}, "/body/name"),
        ({"name": "Sam\r\nBcc: eve@evil.test"}, "/body/name"),
        ({"name": "Sam\u2028Sample"}, "/body/name"),
        ({"name": "Sam \u202eelpmaS"}, "/body/name"),
        ({"name": "\u200b\u200b\u200b"}, "/body/name"),
        ({"timezone": "Mars/Olympus"}, "/body/timezone"),
        ({"timezone": "../../etc/passwd"}, "/body/timezone"),
        ({"is_admin": True}, "/body/is_admin"),
        ({"can_create_courses": True}, "/body/can_create_courses"),
    ],
)
async def test_a_bad_value_is_refused_and_nothing_made(world: World, change: dict[str, Any], pointer: str) -> None:
    answer = await accounts.sign_up(world, **({"email": EMAIL, "password": PASSWORD} | change))
    assert code(answer) == (422, "invalid_request")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert PASSWORD not in answer.text
    assert await world.db.read(accounts.users) == []


@on_sqlite
@pytest.mark.parametrize(
    "password", ["pässwörter-mit-ümläuten", "🧪🎈🦊🌍🍀" * 3, "correct horse " * 18, " padded with spaces "]
)
async def test_any_long_password_works_exactly_as_given(world: World, password: str) -> None:
    assert (await accounts.sign_up(world, password=password)).status_code == 202
    assert (await accounts.log_in(world, password=password)).status_code == 200
    assert (await accounts.log_in(world, password=password[:-1])).status_code == 401


@on_sqlite
@pytest.mark.parametrize("name", ["Al", "山田太郎", "Zoë O'Neill-Ångström", "  Sam Sample  ", "مرحبا بك", "x" * 100])
async def test_names_of_every_script_are_taken(world: World, name: str) -> None:
    assert (await accounts.sign_up(world, name=name)).status_code == 202
    assert (await world.db.read(accounts.user)).name == name.strip()


async def test_the_database_holds_nothing_to_log_in_with(world: World) -> None:
    await accounts.sign_up(world)
    user = await world.db.read(accounts.user)
    assert user.password_hash is not None
    assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    token_id, _, mac = (await accounts.mailed_token(world)).partition(".")
    assert code(await accounts.verify(world, f"{token_id}.{token_id}")) == (400, "mail_token_invalid")
    assert mac


# The mailed link.


async def test_a_link_works_once(world: World) -> None:
    await accounts.sign_up(world)
    token = await accounts.mailed_token(world)
    assert (await accounts.verify(world, token)).status_code == 204
    assert code(await accounts.verify(world, token)) == (400, "mail_token_invalid")


async def test_a_link_works_once_even_for_many_at_once(world: World) -> None:
    await accounts.sign_up(world)
    token = await accounts.mailed_token(world)
    answers = await asyncio.gather(*(accounts.verify(world, token) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [204] + [400] * 19


async def test_a_link_works_for_a_day(world: World) -> None:
    await accounts.sign_up(world)
    early = await accounts.mailed_token(world)
    world.clock.advance(hours=1)
    await accounts.resend(world)
    late = await accounts.mailed_token(world)
    world.clock.advance(hours=23)
    assert code(await accounts.verify(world, early)) == (400, "mail_token_invalid")
    assert (await accounts.verify(world, late)).status_code == 204


@on_sqlite
async def test_a_link_that_is_not_ours_is_refused(world: World) -> None:
    await accounts.sign_up(world)
    token = await accounts.mailed_token(world)
    token_id, _, mac = token.partition(".")
    other_purpose = world.app.state.mail_tokens.text(token_id, "reset_password")
    tampered = [f"{token[:-1]}{'A' if token[-1] != 'A' else 'B'}", f"x{token}", f"{token}.", f"{token}=", f"{token} "]
    stranger = [f"mtk_01kbq2z7m8e6h9s0t3v5x7y9za.{mac}", f".{mac}", f"{token_id}.", "ü" * 20, other_purpose]
    for text in tampered + stranger:
        assert code(await accounts.verify(world, text)) == (400, "mail_token_invalid"), text
    assert (await accounts.verify(world, token)).status_code == 204


@on_sqlite
async def test_a_link_proves_only_what_it_was_made_for(world: World) -> None:
    await accounts.sign_up(world)
    token = await accounts.mailed_token(world)
    assert (await accounts.me(world, token)).status_code == 401
    assert (await accounts.refresh(world, token)).status_code == 401


async def test_a_fresh_link_is_mailed_only_while_the_address_is_unproven(world: World) -> None:
    await accounts.sign_up(world)
    await accounts.resend(world)
    assert len(await world.mails_to(EMAIL)) == 2
    await accounts.verify(world, await accounts.mailed_token(world))
    await accounts.resend(world)
    await accounts.resend(world, "nobody@peerloop.example")
    assert len(await world.mails_to(EMAIL)) == 3  # the welcome came, and no link
    assert await world.mails_to("nobody@peerloop.example") == []
