"""Anybody can sign up with anybody's address. Only what the used link was mailed for counts; the others are out."""

import asyncio
from typing import Any

import pytest

from app.core.config import Settings
from app.domains.auth import service
from app.domains.auth.errors import LoginFailed
from app.domains.auth.types import Device, Signup
from tests.domains.auth import accounts
from tests.domains.auth.accounts import EMAIL, code, comparable
from tests.support.world import PASSWORD, World

STRANGERS = "the stranger's own password"


async def link_of(world: World, **signup: Any) -> str:
    """Sign up and take the mailed token."""
    assert (await accounts.sign_up(world, **signup)).status_code == 202
    return await accounts.mailed_token(world)


async def stranger_signs_up(world: World) -> str:
    return await link_of(world, password=STRANGERS, name="Mallory", timezone="Asia/Tokyo")


async def owner_signs_up(world: World) -> str:
    return await link_of(world, timezone="Europe/Berlin")


async def can_log_in(world: World, password: str) -> bool:
    return (await accounts.log_in(world, password=password)).status_code == 200


async def test_a_stranger_who_signed_up_first_is_out_once_the_owner_proves_her_address(world: World) -> None:
    early = await stranger_signs_up(world)
    pair = (await accounts.log_in(world, password=STRANGERS)).json()
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    assert (await world.http.patch("/api/users/me", json={"is_profile_public": True}, headers=headers)).is_success
    link = await owner_signs_up(world)
    assert (await accounts.verify(world, link, PASSWORD)).status_code == 204

    assert code(await accounts.me(world, pair["access_token"])) == (401, "not_authenticated")
    assert code(await accounts.refresh(world, pair["refresh_token"])) == (401, "refresh_token_invalid")
    assert not await can_log_in(world, STRANGERS)
    assert code(await accounts.verify(world, early)) == (400, "mail_token_invalid")
    tokens = (await accounts.log_in(world)).json()
    me = (await accounts.me(world, tokens["access_token"])).json()
    assert (me["name"], me["timezone"], me["is_profile_public"]) == ("Sam Sample", "Europe/Berlin", False)
    assert me["is_email_verified"]


async def test_a_stranger_who_signs_up_later_changes_nothing_for_the_owner_s_link(world: World) -> None:
    link = await owner_signs_up(world)
    pair = (await accounts.log_in(world)).json()
    before = await world.db.read(accounts.user)
    late = await stranger_signs_up(world)
    after = await world.db.read(accounts.user)
    assert (after.password_hash, after.name, after.timezone) == (before.password_hash, before.name, before.timezone)
    assert not await can_log_in(world, STRANGERS)
    assert (await accounts.verify(world, link, PASSWORD)).status_code == 204

    assert code(await accounts.verify(world, late)) == (400, "mail_token_invalid")
    assert not await can_log_in(world, STRANGERS)
    me = (await accounts.me(world, pair["access_token"])).json()  # whoever made the account stays logged in
    assert (me["name"], me["timezone"], me["is_email_verified"]) == ("Sam Sample", "Europe/Berlin", True)


async def test_who_signs_up_twice_gets_what_the_used_link_belongs_to(world: World) -> None:
    other = {"password": "another long password", "name": "Sammy Sample", "timezone": "Asia/Kathmandu"}
    for is_newest_used in (True, False):
        email = f"sam{is_newest_used}@peerloop.example".lower()
        await accounts.sign_up(world, email)
        first = await accounts.mailed_token(world, email)
        await accounts.sign_up(world, email, **other)
        newest = await accounts.mailed_token(world, email)
        used, left = (newest, first) if is_newest_used else (first, newest)
        right, wrong = (other["password"], PASSWORD) if is_newest_used else (PASSWORD, other["password"])
        assert (await accounts.verify(world, used, right)).status_code == 204
        assert code(await accounts.verify(world, left)) == (400, "mail_token_invalid")
        user = await world.db.read(accounts.user, email)
        expected = ("Sammy Sample", "Asia/Kathmandu") if is_newest_used else ("Sam Sample", "UTC")
        assert (user.name, user.timezone) == expected
        assert (await accounts.log_in(world, email, right)).status_code == 200
        assert (await accounts.log_in(world, email, wrong)).status_code == 401


@pytest.mark.parametrize("way", ["verify", "reset"])
async def test_where_a_stranger_logged_in_is_not_where_the_owner_does(world: World, way: str) -> None:
    await stranger_signs_up(world)
    body = {"email": EMAIL, "password": STRANGERS}
    headers = {"CF-Connecting-IP": "203.0.113.9"}
    assert (await world.http.post("/api/auth/login", json=body, headers=headers)).status_code == 200
    assert await world.db.read(service.was_used_from, EMAIL, "203.0.113.0/24")
    if way == "verify":
        await accounts.verify(world, await owner_signs_up(world), PASSWORD)
    else:
        await accounts.reset(world, await accounts.reset_token(world))
    assert not await world.db.read(service.was_used_from, EMAIL, "203.0.113.0/24")
    assert not await world.db.read(service.was_used_from, EMAIL, None)


async def test_changes_made_before_the_address_was_proven_stay(world: World) -> None:
    link = await owner_signs_up(world)
    headers = {"Authorization": f"Bearer {(await accounts.log_in(world)).json()['access_token']}"}
    await world.http.patch("/api/users/me", json={"timezone": "Asia/Tokyo"}, headers=headers)
    assert (await accounts.verify(world, link)).status_code == 204
    assert (await world.db.read(accounts.user)).timezone == "Asia/Tokyo"


async def test_a_fresh_link_is_for_the_newest_sign_up_at_that_time(world: World) -> None:
    await stranger_signs_up(world)
    await owner_signs_up(world)
    await accounts.resend(world)
    link = await accounts.mailed_token(world)
    world.clock.advance(hours=2)
    await stranger_signs_up(world)
    assert (await accounts.verify(world, link, PASSWORD)).status_code == 204
    assert await can_log_in(world, PASSWORD)
    assert not await can_log_in(world, STRANGERS)


async def test_a_fresh_link_is_for_the_newest_sign_up_even_after_the_sweep(world: World) -> None:
    await stranger_signs_up(world)
    world.clock.advance(minutes=1)
    await owner_signs_up(world)
    world.clock.advance(days=60)
    assert await world.write(service.sweep_tokens) == 1
    await accounts.resend(world)
    assert (await accounts.verify(world, await accounts.mailed_token(world), PASSWORD)).status_code == 204
    assert await can_log_in(world, PASSWORD)
    assert not await can_log_in(world, STRANGERS)


async def test_a_log_in_under_way_does_not_outlive_the_proof(world: World, settings: Settings) -> None:
    """The password is read, checked for a while, and only then is the session begun."""
    await stranger_signs_up(world)
    found = await world.db.read(service.find_credentials, EMAIL)
    await accounts.verify(world, await owner_signs_up(world), PASSWORD)
    with pytest.raises(LoginFailed):
        await world.write(service.log_in, found, settings.refresh_token_life, Device())


async def test_of_two_links_used_at_once_exactly_one_wins(world: World) -> None:
    links = [(await stranger_signs_up(world), STRANGERS), (await owner_signs_up(world), PASSWORD)]
    answers = await asyncio.gather(*(accounts.verify(world, *link) for link in links * 5))
    assert sorted(answer.status_code for answer in answers) == [204] + [400] * 9
    assert await can_log_in(world, PASSWORD) != await can_log_in(world, STRANGERS)


async def test_a_proven_address_leaves_nothing_of_other_sign_ups_behind(world: World) -> None:
    await stranger_signs_up(world)
    await accounts.verify(world, await owner_signs_up(world), PASSWORD)
    tokens = await world.db.read(accounts.mail_tokens)
    assert len(tokens) == 2
    assert all(token.used_at is not None and token.signup is None for token in tokens)
    assert all((token.password_hash, token.name, token.timezone) == (None, None, None) for token in tokens)


async def test_where_several_signed_up_the_link_alone_puts_nobody_s_password_in_force(world: World) -> None:
    """The mails of both sign-ups go to the owner, who cannot tell them apart."""
    mine, strangers = await owner_signs_up(world), await stranger_signs_up(world)
    for link in (mine, strangers):
        assert code(await accounts.verify(world, link)) == (403, "password_needed")
    assert code(await accounts.verify(world, strangers, PASSWORD)) == (403, "wrong_password")
    assert not (await world.db.read(accounts.user)).is_email_verified
    assert (await accounts.verify(world, mine, PASSWORD)).status_code == 204
    assert await can_log_in(world, PASSWORD)


async def test_a_sign_up_of_which_only_the_account_is_left_counts_as_another(world: World) -> None:
    await owner_signs_up(world)
    world.clock.advance(minutes=1)
    strangers = await stranger_signs_up(world)
    world.clock.advance(days=60)
    assert await world.write(service.sweep_tokens) > 0
    await accounts.resend(world)
    for link in (strangers, await accounts.mailed_token(world)):
        assert (await accounts.verify(world, link)).status_code in {400, 403}
    assert not await can_log_in(world, STRANGERS)


async def test_who_signs_up_again_with_the_same_password_needs_only_the_link(world: World) -> None:
    first, second = await owner_signs_up(world), await owner_signs_up(world)
    assert (await accounts.verify(world, second)).status_code == 204
    assert code(await accounts.verify(world, first)) == (400, "mail_token_invalid")
    assert await can_log_in(world, PASSWORD)


async def test_a_password_that_is_given_must_be_right_even_where_none_is_needed(world: World) -> None:
    link = await owner_signs_up(world)
    assert code(await accounts.verify(world, link, STRANGERS)) == (403, "wrong_password")
    assert code(await accounts.verify(world, link[:-1], PASSWORD)) == (400, "mail_token_invalid")
    assert (await accounts.verify(world, link, PASSWORD)).status_code == 204


async def test_a_password_changed_before_the_proof_is_the_one_that_the_link_puts_in_force(world: World) -> None:
    link = await owner_signs_up(world)
    token = (await accounts.log_in(world)).json()["access_token"]
    body = {"current_password": PASSWORD, "new_password": accounts.NEXT_PASSWORD}
    headers = {"Authorization": f"Bearer {token}"}
    assert (await world.http.post("/api/auth/change-password", json=body, headers=headers)).status_code == 204
    assert (await accounts.verify(world, link)).status_code == 204
    assert await can_log_in(world, accounts.NEXT_PASSWORD)
    assert (await accounts.me(world, token)).status_code == 200


async def test_a_reset_gives_an_unproven_account_to_whoever_reads_its_mailbox(world: World) -> None:
    early = await stranger_signs_up(world)
    pair = (await accounts.log_in(world, password=STRANGERS)).json()
    await world.write(accounts.change_user, EMAIL, bio="Mallory was here", is_profile_public=True)
    handle = (await world.db.read(accounts.user)).handle
    link = await accounts.reset_token(world)
    assert (await accounts.reset(world, link, PASSWORD)).status_code == 204

    assert code(await accounts.me(world, pair["access_token"])) == (401, "not_authenticated")
    assert code(await accounts.verify(world, early, STRANGERS)) == (400, "mail_token_invalid")
    assert not await can_log_in(world, STRANGERS)
    assert await can_log_in(world, PASSWORD)
    user = await world.db.read(accounts.user)
    assert (user.name, user.timezone, user.bio, user.is_profile_public) == ("New member", "UTC", None, False)
    assert user.is_email_verified
    assert user.handle != handle
    assert not any(word in user.handle for word in ("mallory", "sample"))  # nor anything of the address


# The mailbox of somebody whose address a stranger knows.


async def test_an_address_gets_three_links_an_hour_and_the_answers_do_not_tell(world: World) -> None:
    answers = [await accounts.sign_up(world) for _ in range(3)] + [await accounts.resend(world) for _ in range(3)]
    answers.append(await accounts.sign_up(world))
    assert all(comparable(answer) == comparable(answers[0]) for answer in answers)
    assert len(await world.mails_to(EMAIL)) == 3
    await accounts.sign_up(world, "ada@peerloop.example")
    assert len(await world.mails_to("ada@peerloop.example")) == 1
    world.clock.advance(hours=1)
    await accounts.resend(world)
    assert len(await world.mails_to(EMAIL)) == 4
    assert (await accounts.verify(world, await accounts.mailed_token(world))).status_code == 204


async def test_who_uses_the_hour_s_links_up_does_not_hide_the_owner_s_sign_up(world: World) -> None:
    links = [await stranger_signs_up(world) for _ in range(3)]
    assert (await accounts.sign_up(world)).status_code == 202
    assert len(await world.mails_to(EMAIL)) == 3
    for link in links:
        assert code(await accounts.verify(world, link)) == (403, "password_needed")
    world.clock.advance(hours=1)
    await accounts.resend(world)  # for the newest sign-up, which got no mail
    assert (await accounts.verify(world, await accounts.mailed_token(world), PASSWORD)).status_code == 204
    assert await can_log_in(world, PASSWORD)
    assert not await can_log_in(world, STRANGERS)


async def test_sign_ups_that_are_not_mailed_are_few_and_none_is_a_link(world: World) -> None:
    for number in range(6):
        await accounts.sign_up(world, password=f"{STRANGERS} {number}")
        await accounts.sign_up(world, password=f"{STRANGERS} {number}")
    kept = await world.db.read(accounts.mail_tokens)
    assert len(kept) == 3 + 4  # of the second and third password one mail each, then once for each password
    unmailed = await accounts.mailed_token(world)
    assert code(await accounts.verify(world, unmailed, f"{STRANGERS} 5")) == (400, "mail_token_invalid")
    for number in range(30):
        signup = Signup(f"hash {number}", "Mallory", "UTC")
        await world.write(service.sign_up, EMAIL, signup)
    assert len({token.password_hash for token in await world.db.read(accounts.mail_tokens)}) == 20


async def test_a_stranger_s_resets_do_not_use_up_the_verification_links(world: World) -> None:
    await accounts.sign_up(world)
    for _ in range(4):
        await accounts.forgot(world)
    for _ in range(2):
        await accounts.resend(world)
    subjects = [mail["subject"] for mail in await world.mails_to(EMAIL)]
    assert subjects.count("Confirm your e-mail address") == 3
    assert "Set a new password" in subjects


async def test_many_at_once_get_three_links_too(world: World) -> None:
    await accounts.sign_up(world)
    await asyncio.gather(*(accounts.resend(world) for _ in range(20)))
    assert len(await world.db.read(accounts.mail_tokens)) == 3
