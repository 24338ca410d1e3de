"""Setting up, using up and removing an authenticator app."""

import asyncio
import base64
import re
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from app.db.session import ReadSession
from app.domains.mfa import service
from app.domains.mfa.errors import TooManyCodes
from app.domains.mfa.models import RecoveryCode, TotpSecret
from app.domains.mfa.tokens import TotpSeal, matching_step, new_recovery_codes, new_totp_secret, recovery_code_hash
from app.domains.users.types import SecurityChange, UserId
from tests.domains.auth import accounts
from tests.domains.auth.accounts import code
from tests.domains.mfa import factors
from tests.domains.mfa.factors import WRONG, code_of
from tests.support.clock import START
from tests.support.world import PASSWORD, Actor, World

SHORT = "fourteen chars"


def stored(session: ReadSession, user_id: UserId) -> TotpSecret | None:
    return session.get(TotpSecret, user_id)


def recovery_rows(session: ReadSession) -> list[RecoveryCode]:
    return list(session.scalars(select(RecoveryCode)))


async def state(actor: Actor) -> tuple[bool, int]:
    body = (await actor.get("/api/auth/second-factor")).json()
    return body["totp"], body["recovery_codes_left"]


async def test_an_app_is_set_up_in_two_steps(world: World) -> None:
    sam, heard = await world.member("Sam Sample"), factors.listen(world)
    assert await state(sam) == (False, 0)
    begun = await sam.post("/api/auth/totp")
    assert begun.status_code == 201
    made = begun.json()
    assert len(base64.b32decode(made["secret"])) == 20
    assert unquote(made["uri"]).startswith(
        f"otpauth://totp/PeerLoop:{sam.email}?secret={made['secret']}&issuer=PeerLoop"
    )
    assert made["qr_code"].startswith("data:image/svg+xml;charset=utf-8,")
    assert "<script" not in unquote(made["qr_code"])
    assert await state(sam) == (False, 0)
    assert heard == []

    confirmed = await sam.post("/api/auth/totp/confirm", {"code": code_of(world, made["secret"])})
    assert confirmed.status_code == 200
    codes = confirmed.json()["recovery_codes"]
    assert len(set(codes)) == 10
    assert all(re.fullmatch("[0-9a-hjkmnp-tv-z]{5}(-[0-9a-hjkmnp-tv-z]{5}){2}", item) for item in codes)
    assert await state(sam) == (True, 10)
    assert heard == [SecurityChange.TOTP_ENABLED]


async def test_an_unconfirmed_secret_is_replaced_and_a_confirmed_one_is_not(world: World) -> None:
    sam = await world.member("Sam Sample")
    first = (await sam.post("/api/auth/totp")).json()["secret"]
    second = (await sam.post("/api/auth/totp")).json()["secret"]
    assert first != second
    assert code(await sam.post("/api/auth/totp/confirm", {"code": code_of(world, first)})) == (403, "code_refused")
    right = {"code": code_of(world, second)}
    assert (await sam.post("/api/auth/totp/confirm", right)).status_code == 200
    assert code(await sam.post("/api/auth/totp/confirm", right)) == (409, "totp_already_enabled")
    assert code(await sam.post("/api/auth/totp")) == (409, "totp_already_enabled")


async def test_nothing_is_confirmed_or_removed_that_was_not_begun(world: World) -> None:
    sam = await world.member("Sam Sample")
    await accounts.set_password(world, sam.email)
    assert code(await sam.post("/api/auth/totp/confirm", {"code": WRONG})) == (409, "totp_not_begun")
    body = {"code": WRONG, "password": PASSWORD}
    assert code(await sam.post("/api/auth/totp/disable", body)) == (409, "totp_not_enabled")
    assert code(await sam.post("/api/auth/recovery-codes")) == (409, "totp_not_enabled")
    await sam.post("/api/auth/totp")
    assert code(await sam.post("/api/auth/totp/disable", body)) == (409, "totp_not_enabled")


async def test_of_many_who_begin_or_confirm_at_once_one_secret_is_left(world: World) -> None:
    sam, heard = await world.member("Sam Sample"), factors.listen(world)
    begun = await asyncio.gather(*(sam.post("/api/auth/totp") for _ in range(10)))
    assert {answer.status_code for answer in begun} == {201}
    row = await world.db.read(stored, sam.user_id)
    assert row is not None
    secret = world.app.state.totp_seal.open(row.sealed_secret, sam.user_id)
    assert secret in [answer.json()["secret"] for answer in begun]
    body = {"code": code_of(world, secret)}
    answers = await asyncio.gather(*(sam.post("/api/auth/totp/confirm", body) for _ in range(4)))
    assert min(answer.status_code for answer in answers) == 200
    assert [answer.is_success for answer in answers].count(True) == 1
    assert heard == [SecurityChange.TOTP_ENABLED]
    assert len(await world.db.read(recovery_rows)) == 10


async def test_setting_up_needs_a_confirmed_address_and_a_recent_log_in(world: World) -> None:
    """Somebody who signed up with a stranger's address must not leave an app behind that shuts its owner out."""
    stranger, sam = await world.member("Mallory", is_verified=False), await world.member("Sam Sample")
    assert code(await stranger.post("/api/auth/totp")) == (403, "email_not_verified")
    assert code(await stranger.post("/api/auth/totp/confirm", {"code": WRONG})) == (403, "email_not_verified")
    await world.write(accounts.change_session, sam.user_id, authenticated_at=world.clock.now().replace(hour=8))
    for path, body in (
        ("totp", {}),
        ("totp/confirm", {"code": WRONG}),
        ("totp/disable", {"code": WRONG}),
        ("recovery-codes", {}),
    ):
        assert code(await sam.post(f"/api/auth/{path}", body)) == (401, "step_up_needed"), path
    assert (await sam.get("/api/auth/second-factor")).status_code == 200


# What is stored.


async def test_nothing_stored_makes_or_is_a_code(world: World) -> None:
    owner = await factors.owner(world)
    row = await world.db.read(stored, owner.actor.user_id)
    assert row is not None
    assert owner.secret not in base64.b64decode(row.sealed_secret).decode("latin-1")
    rows = await world.db.read(recovery_rows)
    assert {row.code_hash for row in rows} == {
        recovery_code_hash(item, owner.actor.user_id) for item in owner.recovery_codes
    }
    assert all(len(row.code_hash) == 64 for row in rows)


def test_a_sealed_secret_opens_for_its_owner_under_the_same_secret_only() -> None:
    seal, secret = TotpSeal("s" * 32), new_totp_secret()
    sealed = seal.seal(secret, "usr_1")
    assert seal.open(sealed, "usr_1") == secret
    assert sealed != seal.seal(secret, "usr_1")
    assert seal.open(sealed, "usr_2") is None
    assert TotpSeal("t" * 32).open(sealed, "usr_1") is None
    raw = bytearray(base64.b64decode(sealed))
    raw[-1] ^= 1
    assert seal.open(base64.b64encode(raw).decode(), "usr_1") is None


def test_codes_are_those_of_the_specification() -> None:
    """RFC 6238, appendix B, cut to six digits; its secret is the text of twenty digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    for seconds, expected in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")):
        now = START.fromtimestamp(seconds, START.tzinfo)
        assert matching_step(secret, expected, now, after=0) == seconds // 30


def test_recovery_codes_have_no_letter_that_reads_like_a_digit() -> None:
    assert not set("ilou") & set("".join(new_recovery_codes() * 3))


# Using codes up.


async def spend(world: World, owner: factors.Owner, text: str) -> bool:
    return await world.write(service.spend_code, world.app.state.totp_seal, owner.actor.user_id, text)


@pytest.mark.parametrize(("steps", "works"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_code_works_one_step_early_and_late(world: World, steps: int, works: bool) -> None:
    owner = await factors.owner(world)
    world.clock.advance(seconds=60)
    assert await spend(world, owner, owner.code(steps=steps)) is works


async def test_the_window_ends_with_the_step(world: World) -> None:
    owner = await factors.owner(world)
    world.clock.move_to(world.clock.now().replace(second=0))
    early, late = owner.code(), owner.code(steps=1)
    world.clock.advance(seconds=59, microseconds=999_999)
    assert await spend(world, owner, early)  # its step ended half a minute ago
    world.clock.advance(seconds=30)
    assert await spend(world, owner, late)
    other = owner.code()
    world.clock.advance(seconds=60)
    assert not await spend(world, owner, other)


async def test_each_step_works_once_and_none_before_it(world: World) -> None:
    owner = await factors.owner(world)
    world.clock.advance(minutes=1)
    before, now, after = owner.code(steps=-1), owner.code(), owner.code(steps=1)
    assert await spend(world, owner, now)
    assert not await spend(world, owner, now)
    assert not await spend(world, owner, before)
    assert await spend(world, owner, after)
    assert not await spend(world, owner, now)


async def test_the_code_that_confirmed_the_app_logs_nobody_in(world: World) -> None:
    sam = await world.member("Sam Sample")
    secret = (await sam.post("/api/auth/totp")).json()["secret"]
    used = code_of(world, secret)
    await sam.post("/api/auth/totp/confirm", {"code": used})
    assert not await world.write(service.spend_code, world.app.state.totp_seal, sam.user_id, used)


async def test_an_unconfirmed_secret_makes_no_code(world: World) -> None:
    sam = await world.member("Sam Sample")
    secret = (await sam.post("/api/auth/totp")).json()["secret"]
    assert not await world.write(service.spend_code, world.app.state.totp_seal, sam.user_id, code_of(world, secret))


async def test_twenty_uses_of_one_code_at_once_are_one(world: World) -> None:
    owner, heard = await factors.owner(world), factors.listen(world)
    for text in (owner.code(), owner.recovery_codes[0].replace("-", "")):
        spent = await asyncio.gather(*(spend(world, owner, text) for _ in range(20)))
        assert spent.count(True) == 1
    assert heard == [SecurityChange.RECOVERY_CODE_USED]


async def test_codes_of_others_do_not_work(world: World) -> None:
    sam, ada = await factors.owner(world), await factors.owner(world, "Ada Adams")
    assert not await spend(world, sam, ada.code())
    assert not await spend(world, sam, ada.recovery_codes[0].replace("-", ""))
    assert await spend(world, ada, ada.recovery_codes[0].replace("-", ""))


async def test_under_another_secret_of_the_service_only_recovery_codes_work(world: World) -> None:
    owner = await factors.owner(world)
    world.app.state.totp_seal = TotpSeal("another secret of the service, long enough")
    assert not await spend(world, owner, owner.code())
    assert await spend(world, owner, owner.recovery_codes[0].replace("-", ""))


# Removing it, and new recovery codes.


async def test_it_is_removed_with_a_code_and_the_password(world: World) -> None:
    owner, heard = await factors.owner(world), factors.listen(world)
    assert code(await owner.disable(owner.code())) == (403, "wrong_password")
    assert code(await owner.disable(owner.code(), password="another long password")) == (403, "wrong_password")
    assert code(await owner.disable(WRONG, password=PASSWORD)) == (403, "code_refused")
    assert await state(owner.actor) == (True, 10)
    assert (await owner.disable(owner.code(), password=PASSWORD)).status_code == 204
    assert await state(owner.actor) == (False, 0)
    assert heard == [SecurityChange.TOTP_DISABLED]
    assert (await accounts.log_in(world, owner.actor.email)).status_code == 200
    assert await world.db.read(recovery_rows) == []
    assert (await owner.actor.post("/api/auth/totp")).status_code == 201


async def test_a_recovery_code_removes_it_too_in_any_spelling(world: World) -> None:
    owner = await factors.owner(world)
    spelled = owner.recovery_codes[3].upper().replace("0", "O").replace("1", "L")
    assert (await owner.disable(spelled, password=PASSWORD)).status_code == 204


async def test_a_password_that_may_not_stand_alone_keeps_it(world: World) -> None:
    owner = await factors.owner(world)
    await accounts.set_password(world, owner.actor.email, SHORT)
    assert code(await owner.disable(owner.code(), password=SHORT)) == (409, "password_too_short_alone")
    assert await state(owner.actor) == (True, 10)
    await accounts.set_password(world, owner.actor.email, f"{SHORT}!")
    assert (await owner.disable(owner.code(), password=f"{SHORT}!")).status_code == 204


async def test_who_has_no_password_needs_none(world: World) -> None:
    owner = await factors.owner(world)
    await world.write(accounts.change_user, owner.actor.email, password_hash=None)
    assert (await owner.disable(owner.code())).status_code == 204


async def test_new_recovery_codes_replace_the_old(world: World) -> None:
    owner, heard = await factors.owner(world), factors.listen(world)
    used, old = owner.recovery_codes[:2]
    assert await spend(world, owner, used.replace("-", ""))
    assert await state(owner.actor) == (True, 9)
    answers = await asyncio.gather(*(owner.actor.post("/api/auth/recovery-codes") for _ in range(4)))
    assert await state(owner.actor) == (True, 10)
    assert not await spend(world, owner, old.replace("-", ""))
    working = [await spend(world, owner, answer.json()["recovery_codes"][0].replace("-", "")) for answer in answers]
    assert working.count(True) == 1
    assert heard.count(SecurityChange.RECOVERY_CODES_RENEWED) == 4


# Guessing.


async def test_five_wrong_codes_then_none_is_looked_at(world: World) -> None:
    owner = await factors.owner(world)
    for _ in range(5):
        assert code(await owner.disable(WRONG, password=PASSWORD)) == (403, "code_refused")
    refused = await owner.disable(owner.code(), password=PASSWORD)
    assert code(refused) == (429, "too_many_codes")
    assert refused.json()["retry_after"] == 180
    world.clock.advance(seconds=180)
    assert (await owner.disable(owner.code(), password=PASSWORD)).status_code == 204


async def test_a_right_code_clears_the_count_of_its_owner_only(world: World) -> None:
    owner = await factors.owner(world)
    challenge = await owner.challenge()
    for _ in range(4):
        assert code(await owner.answer(challenge, WRONG)) == (401, "second_factor_refused")
    assert (await owner.answer(challenge, owner.code())).status_code == 200
    for _ in range(5):
        assert code(await owner.disable(WRONG, password=PASSWORD)) == (403, "code_refused")
    assert code(await owner.disable(WRONG, password=PASSWORD)) == (429, "too_many_codes")


async def test_many_guesses_at_once_are_no_way_around(world: World) -> None:
    owner = await factors.owner(world)
    guesses = [f"{number:06}" for number in range(20) if f"{number:06}" != owner.code()]
    answers = await asyncio.gather(*(owner.disable(guess, password=PASSWORD) for guess in guesses))
    assert [answer.status_code for answer in answers].count(403) == 5
    assert {code(answer) for answer in answers} == {(403, "code_refused"), (429, "too_many_codes")}


async def test_a_patient_guesser_ends_after_a_hundred(world: World) -> None:
    owner = await factors.owner(world)
    seal, user_id = world.app.state.totp_seal, owner.actor.user_id
    looked_at = 0
    for _ in range(200):
        try:
            async with service.limited_codes(world.app.state.kv, user_id, "x" * 6):
                looked_at += 1
                assert await world.write(service.spend_code, seal, user_id, "x" * 6)
        except (AssertionError, TooManyCodes):
            world.clock.advance(minutes=3)
    assert looked_at == 101  # one came back meanwhile
