"""Counting goes on while the shared store is away, and comes back to it."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.core.errors import ProviderUnavailable
from app.edge.buckets import Buckets
from app.providers.kv.memory import MemoryKeyValueStore
from app.providers.kv.port import Rate, Verdict
from tests.support.clock import ManualClock

TWO = Rate(2, timedelta(hours=1))


class Faulty(MemoryKeyValueStore):
    """A store that can be away, and counts how often it is asked."""

    is_away = lets_wait = False
    asked = 0

    async def hit(self, key: str, rate: Rate) -> Verdict:
        self.asked += 1
        if self.lets_wait:
            await asyncio.sleep(0)
        if self.is_away:
            raise ProviderUnavailable from ConnectionRefusedError("hunter2")
        return await super().hit(key, rate)


@pytest.fixture
def shared(clock: ManualClock) -> Faulty:
    return Faulty(clock)


@pytest.fixture
def buckets(clock: ManualClock, shared: Faulty) -> Buckets:
    return Buckets(clock, local=MemoryKeyValueStore(clock), shared=shared)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.WARNING, "app.edge.buckets"):
        yield caplog


async def allowed(buckets: Buckets, count: int) -> list[bool]:
    return [(await buckets.hit("a", TWO)).is_allowed for _ in range(count)]


async def test_while_the_store_is_away_the_process_counts(buckets: Buckets, shared: Faulty) -> None:
    assert await allowed(buckets, 1) == [True]
    shared.is_away = True
    assert await allowed(buckets, 3) == [True, True, False]
    assert shared.asked == 2  # and is then left alone for a while


async def test_one_request_in_half_a_minute_looks_whether_it_is_back(
    buckets: Buckets, shared: Faulty, clock: ManualClock, log: pytest.LogCaptureFixture
) -> None:
    shared.is_away = True
    await allowed(buckets, 5)
    clock.advance(seconds=30)
    await allowed(buckets, 5)
    assert shared.asked == 2
    assert [record.getMessage() for record in log.records] == ["limits.store_away"] * 2
    assert "hunter2" not in log.text
    shared.is_away = False
    clock.advance(seconds=30)
    assert await allowed(buckets, 3) == [True, True, False]
    assert shared.asked == 5


async def test_many_that_wait_for_one_failure_are_one_line(
    buckets: Buckets, shared: Faulty, log: pytest.LogCaptureFixture
) -> None:
    shared.is_away, shared.lets_wait = True, True
    assert (await asyncio.gather(*(allowed(buckets, 1) for _ in range(9)))).count([True]) == 2
    assert (shared.asked, len(log.records)) == (9, 1)


async def test_a_clock_that_is_put_back_does_not_prolong_the_pause(
    buckets: Buckets, shared: Faulty, clock: ManualClock
) -> None:
    clock.advance(days=9)
    shared.is_away = True
    await allowed(buckets, 1)
    shared.is_away = False
    clock.advance(days=-9)
    await allowed(buckets, 1)
    assert shared.asked == 2


async def test_without_a_shared_store_the_process_counts(clock: ManualClock) -> None:
    assert await allowed(Buckets(clock, local=MemoryKeyValueStore(clock), shared=None), 3) == [True, True, False]
