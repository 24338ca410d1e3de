"""Logging in with a second factor: a challenge that works once, for five minutes, and only for who knows the code."""

import asyncio
from datetime import timedelta

import pytest

from app.domains.auth import service
from app.domains.auth.errors import SecondFactorNeeded
from app.domains.auth.tokens import password_mark
from app.domains.auth.types import Device, LoginMethod
from app.domains.mfa.errors import TooManyCodes
from app.domains.mfa.service import limited_codes
from app.domains.users.types import SecurityChange
from tests.domains.auth import accounts
from tests.domains.auth.accounts import SPA, code, comparable
from tests.domains.mfa import factors
from tests.domains.mfa.factors import WRONG, Owner
from tests.support.kept import key_values
from tests.support.world import PASSWORD, World

ENDED = (401, "log_in_challenge_ended")
REFUSED = (401, "second_factor_refused")


@pytest.fixture
async def sam(world: World) -> Owner:
    return await factors.owner(world)


async def is_logged_in(world: World, tokens: dict[str, str]) -> bool:
    return (await accounts.me(world, tokens["access_token"])).status_code == 200


async def test_the_password_alone_starts_nothing(world: World, sam: Owner) -> None:
    before = await world.db.read(factors.sessions_of, sam.actor.user_id)
    answer = await accounts.log_in(world, sam.actor.email)
    assert code(answer) == (401, "second_factor_needed")
    assert answer.json()["methods"] == ["totp", "recovery_code"]
    assert len(answer.json()["challenge"]) == 43
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert len(await world.db.read(factors.sessions_of, sam.actor.user_id)) == len(before)


async def test_a_code_finishes_the_log_in(world: World, sam: Owner) -> None:
    answer = await sam.answer(await sam.challenge(), sam.code())
    assert answer.status_code == 200
    assert set(answer.json()) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert await is_logged_in(world, answer.json())
    assert (await accounts.refresh(world, answer.json()["refresh_token"])).status_code == 200
    newest = (await world.db.read(factors.sessions_of, sam.actor.user_id))[-1]
    assert (newest.method, newest.authenticated_at) == (LoginMethod.PASSWORD, world.clock.now())


async def test_the_tokens_can_be_cookies(world: World, sam: Owner) -> None:
    answer = await sam.answer(await sam.challenge(mode="cookie"), sam.code(), mode="cookie")
    assert answer.json()["access_token"] is None
    assert "__Host-peerloop_access" in answer.headers["set-cookie"]


async def test_swagger_s_form_says_where_to_log_in(world: World, sam: Owner) -> None:
    form = {"grant_type": "password", "username": sam.actor.email, "password": PASSWORD}
    answer = await world.http.post("/api/auth/token", data=form)
    assert code(answer) == (401, "second_factor_needed")
    assert "/api/auth/login/second-factor" in answer.json()["hint"]
    assert (await sam.answer(answer.json()["challenge"], sam.code())).status_code == 200


async def test_without_the_password_nobody_learns_of_a_second_factor(world: World, sam: Owner) -> None:
    wrong = "an entirely wrong password"
    failures = [
        await accounts.log_in(world, sam.actor.email, wrong),
        await accounts.log_in(world, "nobody@peerloop.example", wrong),
    ]
    assert code(failures[0]) == (401, "login_failed")
    assert comparable(failures[0]) == comparable(failures[1])


async def test_a_recovery_code_logs_in_once_and_its_owner_is_told(world: World, sam: Owner) -> None:
    heard, recovery = factors.listen(world), sam.recovery_codes[0]
    assert (await sam.answer(await sam.challenge(), recovery)).status_code == 200
    assert heard == [SecurityChange.RECOVERY_CODE_USED]
    assert code(await sam.answer(await sam.challenge(), recovery)) == REFUSED
    assert (await sam.answer(await sam.challenge(), sam.recovery_codes[1].replace("-", "").upper())).status_code == 200


async def test_a_refused_recovery_code_tells_nobody(world: World, sam: Owner) -> None:
    heard = factors.listen(world)
    assert code(await sam.answer(await sam.challenge(), "00000-00000-00000")) == REFUSED
    assert heard == []


async def test_a_challenge_works_once(world: World, sam: Owner) -> None:
    challenge = await sam.challenge()
    assert (await sam.answer(challenge, sam.code())).status_code == 200
    assert code(await sam.answer(challenge, sam.code(steps=1))) == ENDED


async def test_of_many_answers_at_once_one_logs_in(world: World, sam: Owner) -> None:
    challenge = await sam.challenge()
    before = len(await world.db.read(factors.sessions_of, sam.actor.user_id))
    codes = [sam.code(), sam.code(steps=1), *sam.recovery_codes]
    answers = await asyncio.gather(*(sam.answer(challenge, text) for text in codes))
    assert [answer.status_code for answer in answers].count(200) == 1
    assert {code(answer) for answer in answers if not answer.is_success} == {ENDED}
    assert len(await world.db.read(factors.sessions_of, sam.actor.user_id)) == before + 1


async def test_one_code_for_many_challenges_logs_in_once(world: World, sam: Owner) -> None:
    challenges = [await sam.challenge() for _ in range(20)]
    answers = await asyncio.gather(*(sam.answer(challenge, sam.code()) for challenge in challenges))
    assert [answer.status_code for answer in answers].count(200) == 1


async def test_a_challenge_ends_after_five_minutes_also_when_it_was_refused_meanwhile(world: World, sam: Owner) -> None:
    kept, late = await sam.challenge(), await sam.challenge()
    world.clock.advance(minutes=4)
    assert code(await sam.answer(late, WRONG)) == REFUSED
    world.clock.advance(seconds=59, microseconds=999_999)
    assert (await sam.answer(kept, sam.code())).status_code == 200
    world.clock.advance(microseconds=1)
    assert code(await sam.answer(late, sam.code(steps=1))) == ENDED


async def test_the_fifth_wrong_code_ends_the_challenge(world: World, sam: Owner) -> None:
    challenge = await sam.challenge()
    for _ in range(4):
        assert code(await sam.answer(challenge, WRONG)) == REFUSED
    mark = password_mark((await world.db.read(accounts.user, sam.actor.email)).password_hash)
    await world.app.state.kv.forget(f"codes:{sam.actor.user_id}:{mark}")  # the count of the account is another matter
    assert code(await sam.answer(challenge, WRONG)) == REFUSED
    assert code(await sam.answer(challenge, sam.code())) == ENDED


async def test_a_fresh_challenge_is_no_way_around_the_count_of_the_account(world: World, sam: Owner) -> None:
    for _ in range(5):
        assert code(await sam.answer(await sam.challenge(), WRONG)) == REFUSED
    challenge = await sam.challenge()
    assert code(await sam.answer(challenge, sam.code())) == (429, "too_many_codes")
    world.clock.advance(minutes=3)
    assert (await sam.answer(challenge, sam.code())).status_code == 200


async def _guess(sam: Owner) -> str:
    """What a thief with the password does; a challenge that is left."""
    for _ in range(5):
        assert code(await sam.answer(await sam.challenge(), WRONG)) == REFUSED
    challenge = await sam.challenge()
    assert code(await sam.answer(challenge, sam.code())) == (429, "too_many_codes")
    return challenge


async def test_guesses_leave_recovery_codes_alone(sam: Owner) -> None:
    assert (await sam.answer(await _guess(sam), sam.recovery_codes[0])).status_code == 200


async def test_recovery_codes_are_counted_too(sam: Owner) -> None:
    for _ in range(5):
        assert code(await sam.answer(await sam.challenge(), "00000-00000-00000")) == REFUSED
    challenge = await sam.challenge()
    assert code(await sam.answer(challenge, sam.recovery_codes[0])) == (429, "too_many_codes")
    assert (await sam.answer(challenge, sam.code())).status_code == 200


async def test_guesses_at_log_ins_leave_who_is_logged_in_alone(sam: Owner) -> None:
    await _guess(sam)
    assert (await sam.actor.post("/api/auth/step-up", {"code": sam.code()})).status_code == 204
    assert (await sam.disable(sam.code(steps=1), password=PASSWORD)).status_code == 204


async def test_a_new_password_has_a_count_of_its_own(world: World, sam: Owner) -> None:
    await _guess(sam)
    await accounts.reset(world, await accounts.reset_token(world, sam.actor.email))
    fresh = await accounts.log_in(world, sam.actor.email, accounts.NEXT_PASSWORD)
    assert (await sam.answer(fresh.json()["challenge"], sam.code())).status_code == 200


async def test_new_passwords_without_end_do_not_give_guesses_without_end(world: World, sam: Owner) -> None:
    kv, user_id = world.app.state.kv, sam.actor.user_id
    for number in range(300):
        counted = limited_codes(kv, user_id, WRONG, password_mark=f"mark{number}")
        await counted.__aenter__()  # and never left well
    with pytest.raises(TooManyCodes):
        await limited_codes(kv, user_id, WRONG, password_mark="mark300").__aenter__()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_an_unknown_challenge_and_one_of_something_else_are_ended(world: World, sam: Owner) -> None:
    assert code(await sam.answer("A" * 43, sam.code())) == ENDED
    options = (await world.http.post("/api/auth/login/passkey/options")).json()
    assert code(await sam.answer(options["challenge"], sam.code())) == ENDED
    for hostile in ("A" * 42, "A" * 44, f"{'A' * 42}é", f"{'A' * 42}:"):
        assert code(await sam.answer(hostile, sam.code())) == (422, "invalid_request")


async def test_the_code_of_somebody_else_does_not_answer(world: World, sam: Owner) -> None:
    ada = await factors.owner(world, "Ada Adams")
    assert code(await sam.answer(await sam.challenge(), ada.code())) == REFUSED
    assert (await ada.answer(await ada.challenge(), ada.code())).status_code == 200


async def test_a_changed_password_ends_challenges(world: World, sam: Owner) -> None:
    challenge = await sam.challenge()
    await accounts.set_password(world, sam.actor.email, "another long password")
    assert code(await sam.answer(challenge, sam.code())) == ENDED
    await accounts.set_password(world, sam.actor.email, PASSWORD)
    assert (await sam.answer(await sam.challenge(), sam.code())).status_code == 200  # the code was not used up


async def test_a_suspended_person_does_not_finish(world: World, sam: Owner) -> None:
    challenge = await sam.challenge()
    await world.write(accounts.change_user, sam.actor.email, suspended_at=world.clock.now())
    assert code(await sam.answer(challenge, sam.code())) == (403, "account_suspended")


async def test_a_removed_app_ends_what_waits_for_its_code(world: World, sam: Owner) -> None:
    challenge = await sam.challenge()
    assert (await sam.disable(sam.code(), password=PASSWORD)).status_code == 204
    assert code(await sam.answer(challenge, sam.code(steps=1))) == REFUSED
    assert (await accounts.log_in(world, sam.actor.email)).status_code == 200


async def test_an_app_that_is_not_confirmed_changes_no_log_in(world: World) -> None:
    ada = await world.member("Ada Adams")
    await accounts.set_password(world, ada.email)
    await ada.post("/api/auth/totp")
    assert (await accounts.log_in(world, ada.email)).status_code == 200


async def test_other_ways_to_log_in_are_challenged_the_same(world: World, sam: Owner) -> None:
    """What sign-in with another provider uses: the method is kept for the session."""
    life = timedelta(days=7)
    pending = await world.write(service.begin_log_in, sam.actor.user_id, life, LoginMethod.GOOGLE, Device())
    with pytest.raises(SecondFactorNeeded) as needed:
        await service.unwrap_log_in(world.app.state.kv, world.clock.now(), pending)
    answer = await sam.answer(str(needed.value.context["challenge"]), sam.code())
    assert answer.status_code == 200
    assert (await world.db.read(factors.sessions_of, sam.actor.user_id))[-1].method == LoginMethod.GOOGLE
    ada = await world.member("Ada Adams")
    pair = await world.write(service.begin_log_in, ada.user_id, life, LoginMethod.GOOGLE, Device())
    assert (await service.unwrap_log_in(world.app.state.kv, world.clock.now(), pair)).user_id == ada.user_id


async def test_the_store_holds_nothing_that_finishes_a_log_in(world: World, sam: Owner) -> None:
    challenge = await sam.challenge()
    held = str(await world.db.read(key_values))
    assert challenge not in held
    assert "argon2" not in held
    assert sam.actor.user_id in held


async def test_a_page_of_another_origin_may_not_answer(world: World, sam: Owner) -> None:
    """There is no cookie to misuse yet; the browser's own rule keeps foreign pages from sending JSON."""
    answer = await world.http.options(
        "/api/auth/login/second-factor",
        headers={
            "Origin": SPA,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert "access-control-allow-origin" not in answer.headers


async def test_the_password_alone_changes_neither_password_nor_address(world: World, sam: Owner) -> None:
    await world.write(accounts.prove_ago, sam.actor.user_id, minutes=15, seconds=1)
    orders = {
        "/api/auth/change-email": {"new_email": "sam@sample.example", "password": PASSWORD},
        "/api/auth/change-password": {"current_password": PASSWORD, "new_password": accounts.NEXT_PASSWORD},
    }
    for path, body in orders.items():
        assert code(await sam.actor.post(path, body)) == (401, "step_up_needed")
    assert (await sam.actor.post("/api/auth/step-up", {"code": sam.code()})).status_code == 204
    for path, body in orders.items():
        assert (await sam.actor.post(path, body)).is_success
