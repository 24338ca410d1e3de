"""Logging in: all failures look alike, and hashing never holds up the loop."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

import httpx
import pytest

from app.domains.auth.passwords import Passwords
from tests.domains.auth import accounts
from tests.domains.auth.accounts import EMAIL, code, comparable
from tests.support.world import PASSWORD, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
T = TypeVar("T")
WRONG = "an entirely wrong password"


async def log_in_by_form(world: World, username: str, password: str) -> httpx.Response:
    form = {"grant_type": "password", "username": username, "password": password, "scope": "", "client_id": ""}
    return await world.http.post("/api/auth/token", data=form)


async def test_every_failure_looks_the_same(world: World) -> None:
    await accounts.sign_up(world)
    without_password = await world.member("Ada Adams")
    failures = [
        await accounts.log_in(world, EMAIL, WRONG),
        await accounts.log_in(world, "nobody@peerloop.example", WRONG),
        await accounts.log_in(world, "nobody@peerloop.example", PASSWORD),
        await accounts.log_in(world, without_password.email, "none"),
        await accounts.log_in(world, EMAIL, PASSWORD.upper()),
        await log_in_by_form(world, EMAIL, WRONG),
        await log_in_by_form(world, "no address", WRONG),
    ]
    assert code(failures[0]) == (401, "login_failed")
    assert failures[0].headers["WWW-Authenticate"] == "Bearer"
    assert all(comparable(failure) == comparable(failures[0]) for failure in failures)


async def test_a_suspended_account_learns_so_only_with_its_password(world: World) -> None:
    await accounts.sign_up(world)
    await world.write(accounts.change_user, EMAIL, suspended_at=world.clock.now())
    assert code(await accounts.log_in(world)) == (403, "account_suspended")
    assert code(await accounts.log_in(world, password=WRONG)) == (401, "login_failed")


async def test_swagger_s_form_logs_in(world: World) -> None:
    await accounts.sign_up(world)
    tokens = (await log_in_by_form(world, EMAIL.upper(), PASSWORD)).json()
    assert tokens["token_type"] == "bearer"
    assert (await accounts.me(world, tokens["access_token"])).json()["email"] == EMAIL


@on_sqlite
async def test_a_form_that_is_incomplete_or_hostile_is_refused(world: World) -> None:
    for form in (
        {},
        {"username": EMAIL},
        {"username": "a" * 255, "password": WRONG},
        {"username": EMAIL, "password": "p" * 257},
    ):
        answer = await world.http.post("/api/auth/token", data=form)
        assert code(answer) == (422, "invalid_request")
        assert WRONG not in answer.text
    assert code(await log_in_by_form(world, f"{EMAIL}\x00", PASSWORD)) == (400, "malformed_request")


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [
        {"email": EMAIL},
        {"email": EMAIL, "password": ""},
        {"email": EMAIL, "password": {"$ne": WRONG}},
        {"email": EMAIL, "password": [WRONG]},
        {"email": EMAIL, "password": WRONG, "mode": "root"},
        {"email": WRONG, "password": WRONG},
        {"email": EMAIL, "password": WRONG, "password2": WRONG},
        {"email": EMAIL, "password": WRONG * 20},
    ],
)
async def test_a_bad_body_is_refused_without_an_echo(world: World, body: dict[str, object]) -> None:
    answer = await world.http.post("/api/auth/login", json=body)
    assert code(answer) == (422, "invalid_request")
    assert WRONG not in answer.text


async def test_each_log_in_is_a_session_of_its_own(world: World) -> None:
    await accounts.sign_up(world)
    one, other = (await accounts.log_in(world)).json(), (await accounts.log_in(world)).json()
    await world.http.post("/api/auth/logout", headers={"Authorization": f"Bearer {one['access_token']}"})
    assert (await accounts.me(world, one["access_token"])).status_code == 401
    assert (await accounts.me(world, other["access_token"])).status_code == 200


async def test_hashing_leaves_the_loop_free_and_takes_two_threads() -> None:
    passwords, done, threads = Passwords(), asyncio.Event(), set(threading.enumerate())

    async def count_turns() -> int:
        turns = 0
        while not done.is_set():
            await asyncio.sleep(0)
            turns += 1
        return turns

    turns = asyncio.create_task(count_turns())
    hashes = await asyncio.gather(*(passwords.hash(f"{PASSWORD} {number}") for number in range(10)))
    hashers = {thread.name for thread in threading.enumerate() if thread not in threads}
    done.set()
    assert await turns > 100  # were it done on the loop, there would be one turn for each hash
    assert len(set(hashes)) == 10
    assert hashers == {"argon2_0", "argon2_1"}
    passwords.close()


async def test_too_many_waiting_passwords_answer_busy(world: World) -> None:
    await accounts.sign_up(world)
    passwords, release = world.app.state.passwords, threading.Event()
    for _ in range(2):
        passwords._pool.submit(release.wait)
    queue = [asyncio.create_task(passwords.hash(PASSWORD)) for _ in range(52)]
    await asyncio.sleep(0)  # all of them stand in line
    for answer in (await accounts.log_in(world), await accounts.sign_up(world, "ada@peerloop.example")):
        assert code(answer) == (503, "unavailable")
    queue.pop().cancel()
    await asyncio.sleep(0)  # whoever leaves makes room
    waiting = asyncio.create_task(accounts.log_in(world))
    for task in queue:
        task.cancel()
    release.set()
    assert (await waiting).status_code == 200
    assert len(await world.db.read(accounts.users)) == 1


class Counting(Passwords):
    """Counts how often argon2 is asked to work."""

    count = 0

    async def run(self, work: Callable[[], T]) -> T:
        self.count += 1
        return await super().run(work)


@on_sqlite
async def test_every_failed_log_in_costs_one_hash(world: World) -> None:
    """So that its time tells as little as its answer; `bench/logins.py` measures how little that is."""
    await accounts.sign_up(world)
    without_password, suspended = await world.member("Ada Adams"), await world.member("Lou Lockout")
    await world.write(accounts.change_user, suspended.email, suspended_at=world.clock.now())
    world.app.state.passwords.close()
    passwords = world.app.state.passwords = Counting()
    for email in (EMAIL, "nobody@peerloop.example", without_password.email, suspended.email):
        before = passwords.count
        assert code(await accounts.log_in(world, email, WRONG)) == (401, "login_failed")
        assert passwords.count - before == 1, email


async def test_a_password_is_checked_against_its_hash_only() -> None:
    passwords = Passwords()
    made = await passwords.hash(PASSWORD)
    assert await passwords.matches(PASSWORD, made)
    assert not await passwords.matches(WRONG, made)
    for broken in (None, "", "none", made[:-1], made.replace("argon2id", "argon2i")):
        assert not await passwords.matches(PASSWORD, broken)
    assert not await passwords.matches("no account has this password", None)
    passwords.close()
