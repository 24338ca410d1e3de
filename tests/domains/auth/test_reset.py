"""A forgotten password: one link, one use, one hour; and nobody learns who has an account."""

import asyncio

import pytest
from sqlalchemy import insert

from app.db.session import WriteSession
from app.domains.auth.events import PasswordResetAsked
from app.domains.auth.types import MailTokenPurpose
from app.domains.mfa.models import TotpSecret
from app.domains.users.events import SecurityChanged
from app.domains.users.types import SecurityChange, UserId
from tests.domains.auth import accounts
from tests.domains.auth.accounts import NEXT_PASSWORD, code, comparable
from tests.support.world import PASSWORD, Actor, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
async def sam(world: World) -> Actor:
    actor = await world.member("Sam Sample")
    await accounts.set_password(world, actor.email)
    return actor


async def test_from_forgetting_to_logging_in(world: World, sam: Actor) -> None:
    asked, told = accounts.record(world, PasswordResetAsked), accounts.record(world, SecurityChanged)
    token = await accounts.reset_token(world, sam.email)
    assert [(event.user_id, event.mail_token_id) for event in asked] == [(sam.user_id, token.partition(".")[0])]
    assert (await accounts.reset(world, token)).status_code == 204
    assert told == [SecurityChanged(sam.user_id, SecurityChange.PASSWORD_RESET)]
    assert code(await sam.get("/api/users/me")) == (401, "not_authenticated")
    assert (await accounts.log_in(world, sam.email)).status_code == 401
    assert (await accounts.log_in(world, sam.email, NEXT_PASSWORD)).status_code == 200


async def test_the_answer_does_not_tell_who_has_an_account(world: World, sam: Actor) -> None:
    unverified = await world.member("Bob Brown", is_verified=False)
    emails = (sam.email, unverified.email, "nobody@peerloop.example", sam.email.upper())
    answers = [await accounts.forgot(world, email) for email in emails]
    assert answers[0].status_code == 202
    assert all(comparable(answer) == comparable(answers[0]) for answer in answers)


async def test_an_account_gets_three_links_an_hour(world: World, sam: Actor) -> None:
    asked = accounts.record(world, PasswordResetAsked)
    await asyncio.gather(*(accounts.forgot(world, sam.email) for _ in range(10)))
    assert len(asked) == 3
    world.clock.advance(hours=1)
    await accounts.forgot(world, sam.email)
    assert len(asked) == 4


async def test_links_of_another_kind_are_counted_by_themselves(world: World) -> None:
    asked = accounts.record(world, PasswordResetAsked)
    for _ in range(3):
        await accounts.sign_up(world)
    for _ in range(4):
        await accounts.forgot(world)
    assert len(asked) == 3


async def test_a_link_works_once_and_only_the_newest_does(world: World, sam: Actor) -> None:
    old = await accounts.reset_token(world, sam.email)
    new = await accounts.reset_token(world, sam.email)
    assert code(await accounts.reset(world, old)) == (400, "mail_token_invalid")
    assert (await accounts.reset(world, new)).status_code == 204
    assert code(await accounts.reset(world, new)) == (400, "mail_token_invalid")


async def test_fifty_uses_at_once_set_one_password(world: World, sam: Actor) -> None:
    token = await accounts.reset_token(world, sam.email)
    told = accounts.record(world, SecurityChanged)
    passwords = [f"{NEXT_PASSWORD} {number}" for number in range(50)]
    answers = await asyncio.gather(*(accounts.reset(world, token, password) for password in passwords))
    assert sorted(answer.status_code for answer in answers) == [204] + [400] * 49
    assert len(told) == 1
    winner = passwords[[answer.status_code for answer in answers].index(204)]
    assert (await accounts.log_in(world, sam.email, winner)).status_code == 200


async def test_a_link_works_for_an_hour(world: World, sam: Actor) -> None:
    token = await accounts.reset_token(world, sam.email)
    world.clock.advance(hours=1)
    assert code(await accounts.reset(world, token)) == (400, "mail_token_invalid")
    token = await accounts.reset_token(world, sam.email)
    world.clock.advance(minutes=59, seconds=59)
    assert (await accounts.reset(world, token)).status_code == 204


@on_sqlite
async def test_a_link_for_something_else_resets_nothing(world: World) -> None:
    await accounts.sign_up(world)
    verification = await accounts.mailed_token(world)
    reset = await accounts.reset_token(world)
    token_id = reset.partition(".")[0]
    other = world.app.state.mail_tokens.text(verification.partition(".")[0], MailTokenPurpose.RESET_PASSWORD)
    for text in (verification, other, token_id, f"{token_id}.{'A' * 43}", reset[:-1], reset.upper(), "ü" * 40):
        assert code(await accounts.reset(world, text)) == (400, "mail_token_invalid"), text
    assert code(await accounts.verify(world, reset)) == (400, "mail_token_invalid")
    assert (await accounts.me(world, reset)).status_code == 401
    assert (await accounts.reset(world, reset)).status_code == 204


async def test_a_refused_password_does_not_use_the_link_up(world: World, sam: Actor) -> None:
    token = await accounts.reset_token(world, sam.email)
    for password, reason in (("password" * 3, "too_common"), ("twelve chars", "too_short")):
        answer = await accounts.reset(world, token, password)
        assert (*code(answer), answer.json()["reason"]) == (422, "password_refused", reason)
    assert (await accounts.reset(world, token)).status_code == 204


async def test_a_link_dies_with_a_change_of_the_password(world: World, sam: Actor) -> None:
    token = await accounts.reset_token(world, sam.email)
    body = {"current_password": PASSWORD, "new_password": NEXT_PASSWORD}
    assert (await sam.post("/api/auth/change-password", body)).status_code == 204
    assert code(await accounts.reset(world, token)) == (400, "mail_token_invalid")


async def test_who_has_no_password_gets_one_this_way(world: World) -> None:
    ada = await world.member("Ada Adams")
    await world.write(accounts.change_user, ada.email, password_hash=None)
    assert (await ada.get("/api/users/me")).json()["has_password"] is False
    assert (await accounts.log_in(world, ada.email, NEXT_PASSWORD)).status_code == 401
    await accounts.reset(world, await accounts.reset_token(world, ada.email))
    tokens = (await accounts.log_in(world, ada.email, NEXT_PASSWORD)).json()
    assert (await accounts.me(world, tokens["access_token"])).json()["has_password"] is True


async def test_a_second_factor_survives_and_allows_eight_characters(world: World, sam: Actor) -> None:
    await world.write(_add_second_factor, sam.user_id)
    token = await accounts.reset_token(world, sam.email)
    assert (await accounts.reset(world, token, "kv7 Zq2!")).status_code == 204
    assert await world.db.read(lambda session: session.get(TotpSecret, sam.user_id)) is not None


async def test_the_other_links_of_the_account_end(world: World) -> None:
    await accounts.sign_up(world)
    verification = await accounts.mailed_token(world)
    assert (await accounts.reset(world, await accounts.reset_token(world))).status_code == 204
    assert code(await accounts.verify(world, verification)) == (400, "mail_token_invalid")
    assert {token.password_hash for token in await world.db.read(accounts.mail_tokens)} == {None}


def _add_second_factor(session: WriteSession, user_id: UserId) -> None:
    row = {"user_id": user_id, "sealed_secret": "x", "confirmed_at": session.now, "created_at": session.now}
    session.execute(insert(TotpSecret).values(row))
