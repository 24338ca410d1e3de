"""Guessing is stopped where it comes from; the owner is not stopped with it."""

import asyncio

import pytest

from app.core.errors import NotAuthenticated, Problem, TooManyRequests
from app.edge.attempts import MOST_IN_A_DAY, Attempts
from app.edge.buckets import Buckets
from app.providers.kv.memory import MemoryKeyValueStore
from tests.support.clock import ManualClock

OWNER, ATTACKER = "198.51.100.0/24", "203.0.113.0/24"
EMAIL = "sam.sample@peerloop.example"


class Wrong(Problem):
    """The password was not the right one."""


@pytest.fixture
def attempts(clock: ManualClock) -> Attempts:
    store = MemoryKeyValueStore(clock)
    return Attempts(Buckets(clock, local=store, shared=store), 5)


async def try_once(
    attempts: Attempts, network: str, *, is_right: bool, account: str = EMAIL, homes: tuple[str, ...] = ()
) -> None:
    async def is_home() -> bool:
        return network in homes

    async with attempts.guard(account, network, Wrong, is_home=is_home):
        await asyncio.sleep(0)
        if not is_right:
            raise Wrong


async def guess(
    attempts: Attempts, network: str, *, is_right: bool = False, account: str = EMAIL, homes: tuple[str, ...] = ()
) -> str:
    """How one attempt ends: `in`, `wrong`, or after how many seconds it may be made."""
    try:
        await try_once(attempts, network, is_right=is_right, account=account, homes=homes)
    except Wrong:
        return "wrong"
    except TooManyRequests as refusal:
        return str(refusal.context["retry_after"])
    return "in"


async def guesses(attempts: Attempts, count: int, network: str = ATTACKER) -> list[str]:
    return [await guess(attempts, network) for _ in range(count)]


async def test_after_five_failures_a_network_waits(attempts: Attempts, clock: ManualClock) -> None:
    assert await guesses(attempts, 7) == ["wrong"] * 5 + ["180"] * 2
    assert await guess(attempts, ATTACKER, is_right=True) == "180"
    clock.advance(minutes=3)
    assert await guesses(attempts, 2) == ["wrong", "180"]
    clock.advance(minutes=15)
    assert await guesses(attempts, 6) == ["wrong"] * 5 + ["180"]


async def test_the_owner_logs_in_from_elsewhere(attempts: Attempts) -> None:
    await guesses(attempts, 9)
    assert await guess(attempts, OWNER, is_right=True) == "in"
    assert await guess(attempts, ATTACKER, account="ada@peerloop.example") == "wrong"


async def test_a_success_empties_the_count_of_its_network_only(attempts: Attempts) -> None:
    for network in (OWNER, ATTACKER):
        await guesses(attempts, 4, network)
    assert await guess(attempts, OWNER, is_right=True) == "in"
    assert await guesses(attempts, 6, OWNER) == ["wrong"] * 5 + ["180"]
    assert await guesses(attempts, 2) == ["wrong", "180"]


async def test_an_address_is_one_account_however_it_is_spelled(attempts: Attempts) -> None:
    for number in range(5):
        await guess(attempts, ATTACKER, account=EMAIL.upper() if number % 2 else EMAIL)
    assert await guess(attempts, ATTACKER) == "180"


async def test_many_at_once_get_no_more_than_one_after_the_other(attempts: Attempts) -> None:
    ends = await asyncio.gather(*(guess(attempts, ATTACKER) for _ in range(50)))
    assert sorted(ends, key=len)[-5:] == ["wrong"] * 5
    assert ends.count("wrong") == 5
    assert await guess(attempts, ATTACKER) == "180"


async def test_attempts_under_way_leave_nothing_behind(attempts: Attempts) -> None:
    await asyncio.gather(*(guess(attempts, ATTACKER, is_right=bool(number % 2)) for number in range(20)))
    assert not attempts._under_way


async def test_other_errors_are_no_failures(attempts: Attempts) -> None:
    for _ in range(9):
        with pytest.raises(NotAuthenticated):
            async with attempts.guard(EMAIL, ATTACKER, Wrong, is_home=NotImplemented):
                raise NotAuthenticated
    assert await guesses(attempts, 6) == ["wrong"] * 5 + ["180"]


async def test_many_networks_get_a_hundred_a_day_and_the_owner_s_own_is_not_shut(
    attempts: Attempts, clock: ManualClock
) -> None:
    ends = [await guess(attempts, f"10.0.{number}.0/24") for number in range(150)]
    assert ends[:MOST_IN_A_DAY] == ["wrong"] * MOST_IN_A_DAY
    assert set(ends[MOST_IN_A_DAY:]) == {"864"}
    assert await guess(attempts, "10.1.1.0/24", is_right=True) == "864"
    assert await guess(attempts, OWNER, is_right=True, homes=(OWNER,)) == "in"
    assert [await guess(attempts, OWNER, homes=(OWNER,)) for _ in range(6)] == ["wrong"] * 5 + ["180"]
    clock.advance(days=1, minutes=15)
    assert await guess(attempts, "10.1.1.0/24", is_right=True) == "in"
