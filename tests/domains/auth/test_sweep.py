"""What ended long ago is deleted, and nothing else."""

from app.domains.auth import service
from tests.domains.auth import accounts
from tests.domains.auth.accounts import code
from tests.support.world import World


async def test_log_ins_are_deleted_a_month_after_their_end(world: World) -> None:
    ada, bob = await world.member("Ada Adams"), await world.member("Bob Brown")
    await ada.post("/api/auth/logout")
    world.clock.advance(days=29)  # Bob's log-in expired after 7 days
    cleo = await world.member("Cleo Clark")
    assert await world.write(service.sweep_tokens) == 0
    world.clock.advance(days=1, microseconds=1)
    assert await world.write(service.sweep_tokens) == 2  # Ada's session and its refresh token
    assert await world.db.read(accounts.session_owners) == {bob.user_id, cleo.user_id}
    world.clock.advance(days=7)
    assert await world.write(service.sweep_tokens) == 2
    assert await world.db.read(accounts.session_owners) == {cleo.user_id}
    assert await world.db.read(accounts.unused_refresh_tokens) == 1


async def test_a_log_in_in_use_is_kept(world: World) -> None:
    sam = await world.member("Sam Sample")
    world.clock.advance(days=6)
    assert await world.write(service.sweep_tokens) == 0
    assert code(await sam.get("/api/users/me")) == (401, "not_authenticated")  # its access token is long over
    assert await world.db.read(accounts.session_owners) == {sam.user_id}


async def test_links_are_deleted_a_week_after_their_end(world: World) -> None:
    await accounts.sign_up(world)
    await accounts.verify(world, await accounts.mailed_token(world))
    world.clock.advance(days=8)
    assert await world.write(service.sweep_tokens) == 0
    world.clock.advance(microseconds=1)
    assert await world.write(service.sweep_tokens) == 1
    assert await world.db.read(accounts.mail_tokens) == []


async def test_the_newest_sign_up_waits_for_its_owner(world: World) -> None:
    await accounts.sign_up(world)
    world.clock.advance(minutes=1)
    await accounts.resend(world)
    world.clock.advance(days=60)
    assert await world.write(service.sweep_tokens) == 1
    (kept,) = await world.db.read(accounts.mail_tokens)
    assert kept.signup is not None
