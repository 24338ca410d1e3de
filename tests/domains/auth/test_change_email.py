"""Moving an account to another address: proven first, told to the old one, and nobody learns who has an account."""

import asyncio

import httpx
import pytest

from app.db.session import ReadSession
from app.domains.auth import service
from app.domains.auth.events import EmailChangeAsked, EmailChanged, EmailVerified, SignupRepeated
from app.domains.auth.models import MailToken
from app.domains.auth.types import MailTokenPurpose
from tests.domains.auth import accounts
from tests.domains.auth.accounts import code, comparable
from tests.support.world import PASSWORD, Actor, World

NEW = "sam@sample.example"
WRONG = "an entirely wrong password"
SQUATTERS = "quite another horse's sample staple"


@pytest.fixture
async def sam(world: World) -> Actor:
    actor = await world.member("Sam Sample")
    await accounts.set_password(world, actor.email)
    return actor


async def ask(actor: Actor, new_email: str = NEW, password: str | None = PASSWORD) -> httpx.Response:
    body = {"new_email": new_email} | ({"password": password} if password else {})
    return await actor.post("/api/auth/change-email", body)


async def link_of(world: World, actor: Actor, new_email: str = NEW) -> str:
    """Ask for the change and take the mailed token."""
    assert (await ask(actor, new_email)).status_code == 202
    return await accounts.mailed_token(world, actor.email, MailTokenPurpose.CHANGE_EMAIL)


async def confirm(actor: Actor, token: str) -> httpx.Response:
    return await actor.post("/api/auth/confirm-email", {"token": token})


async def test_the_old_address_counts_until_the_new_one_is_proven(world: World, sam: Actor) -> None:
    asked, changed = accounts.record(world, EmailChangeAsked), accounts.record(world, EmailChanged)
    token = await link_of(world, sam, "  Sam@SAMPLE.example ")
    assert len(asked) == 1
    assert (await sam.get("/api/users/me")).json()["email"] == sam.email
    assert (await confirm(sam, token)).status_code == 204
    assert [event.user_id for event in changed] == [sam.user_id]
    row = await world.db.read(_mail_token, changed[0].mail_token_id)
    assert row is not None
    assert (row.previous_email, row.new_email) == (sam.email, NEW)
    me = (await sam.get("/api/users/me")).json()  # auth sessions stay
    assert (me["email"], me["is_email_verified"]) == (NEW, True)
    assert (await accounts.log_in(world, sam.email)).status_code == 401
    assert (await accounts.log_in(world, NEW)).status_code == 200


async def test_without_the_password_nothing_is_mailed(world: World, sam: Actor) -> None:
    asked = accounts.record(world, EmailChangeAsked)
    for password in (None, WRONG):
        assert code(await ask(sam, password=password)) == (403, "wrong_password")
    assert asked == []


async def test_who_has_no_password_must_have_logged_in_lately(world: World, sam: Actor) -> None:
    await world.write(accounts.change_user, sam.email, password_hash=None)
    await world.write(accounts.prove_ago, sam.user_id, minutes=15)
    assert (await ask(sam, password=None)).status_code == 202
    assert code(await ask(sam)) == (403, "password_not_set")
    await world.write(accounts.prove_ago, sam.user_id, minutes=15, seconds=1)
    assert code(await ask(sam, password=None)) == (401, "step_up_needed")


async def test_the_answer_does_not_tell_whether_the_address_is_taken(world: World, sam: Actor) -> None:
    ada, bob = await world.member("Ada Adams"), await world.member("Bob Brown", is_verified=False)
    asked, told = accounts.record(world, EmailChangeAsked), accounts.record(world, SignupRepeated)
    answers = [await ask(sam, email) for email in (ada.email, bob.email, NEW, sam.email, NEW)]
    assert answers[0].status_code == 202
    assert all(comparable(answer) == comparable(answers[0]) for answer in answers)
    assert (len(asked), told) == (2, [SignupRepeated(ada.user_id)])


async def test_three_links_an_hour_and_only_the_newest_works(world: World, sam: Actor) -> None:
    asked = accounts.record(world, EmailChangeAsked)
    links = [await link_of(world, sam, f"sam{number}@sample.example") for number in range(5)]
    assert len(asked) == 3
    assert code(await confirm(sam, links[0])) == (400, "mail_token_invalid")
    assert (await confirm(sam, links[2])).status_code == 204
    assert code(await confirm(sam, links[2])) == (400, "mail_token_invalid")
    assert (await accounts.log_in(world, "sam2@sample.example")).status_code == 200


async def test_a_link_works_for_a_day_and_for_nothing_else(world: World, sam: Actor) -> None:
    token = await link_of(world, sam)
    assert code(await accounts.verify(world, token)) == (400, "mail_token_invalid")
    assert code(await accounts.reset(world, token)) == (400, "mail_token_invalid")
    reset = await accounts.reset_token(world, sam.email)
    assert code(await confirm(sam, reset)) == (400, "mail_token_invalid")
    world.clock.advance(hours=24)
    later = await world.log_in(sam.user_id, sam.email)
    assert code(await confirm(later, token)) == (400, "mail_token_invalid")


async def test_a_reset_link_of_the_old_address_dies(world: World, sam: Actor) -> None:
    reset = await accounts.reset_token(world, sam.email)
    assert (await confirm(sam, await link_of(world, sam))).status_code == 204
    assert code(await accounts.reset(world, reset)) == (400, "mail_token_invalid")


async def test_an_address_taken_meanwhile_is_refused_and_the_account_stays(world: World, sam: Actor) -> None:
    token = await link_of(world, sam)
    await accounts.sign_up(world, NEW)
    await accounts.verify(world, await accounts.mailed_token(world, NEW))
    assert code(await confirm(sam, token)) == (409, "email_taken")
    assert (await sam.get("/api/users/me")).json()["email"] == sam.email
    assert (await accounts.log_in(world, sam.email)).status_code == 200


async def test_who_never_proved_an_address_gives_way_to_who_does(world: World, sam: Actor) -> None:
    await accounts.sign_up(world, NEW, password=SQUATTERS)
    squatters = await accounts.mailed_token(world, NEW)
    inside = (await accounts.log_in(world, NEW, SQUATTERS)).json()["access_token"]
    assert (await confirm(sam, await link_of(world, sam))).status_code == 204
    me = (await sam.get("/api/users/me")).json()
    assert (me["email"], me["name"]) == (NEW, "Sam Sample")
    header = {"Authorization": f"Bearer {inside}"}
    assert (await world.http.get("/api/users/me", headers=header)).status_code == 401
    assert (await accounts.log_in(world, NEW, SQUATTERS)).status_code == 401
    assert code(await accounts.verify(world, squatters)) == (400, "mail_token_invalid")


async def test_an_administrator_gives_way_to_nobody(world: World, sam: Actor) -> None:
    admin = await world.member("Ada Admin", is_verified=False, is_admin=True)
    assert code(await confirm(sam, await link_of(world, sam, admin.email))) == (409, "email_taken")


async def test_two_who_prove_one_address_at_once_do_not_both_have_it(world: World, sam: Actor) -> None:
    await accounts.sign_up(world, NEW, password=SQUATTERS)
    theirs, ours = await accounts.mailed_token(world, NEW), await link_of(world, sam)
    proven, moved = await asyncio.gather(accounts.verify(world, theirs), confirm(sam, ours))
    assert sorted((proven.is_success, moved.is_success)) == [False, True]
    living = [user for user in await world.db.read(accounts.users) if user.email == NEW]
    assert [user.is_email_verified for user in living] == [True]


async def test_of_many_accounts_that_want_one_address_one_gets_it(world: World, sam: Actor) -> None:
    others = [await world.member(f"Other {letter}") for letter in "abcd"]
    for other in others:
        await world.write(accounts.change_user, other.email, password_hash=None)
        await ask(other, password=None)
    links = [(each, await accounts.mailed_token(world, each.email, MailTokenPurpose.CHANGE_EMAIL)) for each in others]
    changed = accounts.record(world, EmailChanged)
    answers = await asyncio.gather(*(confirm(*link) for link in [(sam, await link_of(world, sam)), *links]))
    assert sorted(answer.status_code for answer in answers) == [204] + [409] * 4
    assert {code(answer) for answer in answers if answer.is_error} == {(409, "email_taken")}
    emails = [user.email for user in await world.db.read(accounts.users)]
    assert (len(emails), emails.count(NEW)) == (5, 1)
    assert len(changed) == 1


async def test_many_uses_of_one_link_move_the_account_once(world: World, sam: Actor) -> None:
    token = await link_of(world, sam)
    answers = await asyncio.gather(*(confirm(sam, token) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [204] + [400] * 19


async def test_an_unproven_account_has_nothing_mailed_to_another_address(world: World) -> None:
    sid = await world.member("Sid Squatter", is_verified=False)
    await accounts.set_password(world, sid.email)
    assert code(await ask(sid)) == (403, "email_not_verified")
    assert await world.mails_to("") == []


async def test_a_link_leads_nobody_into_the_account_of_somebody_else(world: World, sam: Actor) -> None:
    """A stranger gives the victim's address as the new one of an account that the stranger knows the password of."""
    token, victim = await link_of(world, sam), await world.member("Vic Victim")
    assert (await world.http.post("/api/auth/confirm-email", json={"token": token})).status_code == 401
    assert code(await confirm(victim, token)) == (400, "mail_token_invalid")
    assert (await sam.get("/api/users/me")).json()["email"] == sam.email
    assert (await confirm(sam, token)).status_code == 204  # nobody else used it up


async def test_an_address_that_was_never_proven_is_not_told(world: World) -> None:
    nia = await world.member("Nia Newcomer", is_verified=False)
    await world.write(service.ask_email_change, nia.user_id, "none", NEW)
    token = await accounts.mailed_token(world, nia.email, MailTokenPurpose.CHANGE_EMAIL)
    proven, changed = accounts.record(world, EmailVerified), accounts.record(world, EmailChanged)
    assert (await confirm(nia, token)).status_code == 204
    assert (len(proven), changed) == (1, [])
    (row,) = await world.db.read(accounts.mail_tokens)
    assert row.previous_email is None


def _mail_token(session: ReadSession, token_id: str) -> MailToken | None:
    return session.get(MailToken, token_id)
