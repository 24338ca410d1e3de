"""The store of one process stays small and quick whatever it is flooded with."""

import sys
import time
from datetime import timedelta

from app.providers.kv.memory import _MOST_BUCKETS, _MOST_VALUES, MemoryKeyValueStore
from app.providers.kv.port import Rate
from tests.support.clock import ManualClock

RATE = Rate(10, timedelta(minutes=1))


def sizes(store: MemoryKeyValueStore) -> tuple[int, int, int]:
    """Buckets, values, and the longer of the two lists of ends."""
    return (
        len(store._arrivals),
        len(store._values),
        max(len(store._arrivals._ends), len(store._values._ends)),
    )


async def seconds_of_hits(store: MemoryKeyValueStore, clock: ManualClock, name: str, count: int) -> float:
    started = time.perf_counter()
    for number in range(count):
        clock.advance(microseconds=1)
        await store.hit(f"{name}:{number}", RATE)
    return time.perf_counter() - started


async def test_a_flood_of_keys_stays_within_bounds_and_each_hit_costs_the_same(clock: ManualClock) -> None:
    store = MemoryKeyValueStore(clock)
    into_empty = await seconds_of_hits(store, clock, "first", 20_000)
    await seconds_of_hits(store, clock, "filling", _MOST_BUCKETS)
    into_full = await seconds_of_hits(store, clock, "last", 20_000)
    assert sizes(store)[0] == _MOST_BUCKETS
    assert sizes(store)[2] <= 2 * _MOST_BUCKETS + 64
    assert into_full < 10 * into_empty + 1  # a sweep of all at each would take a thousand times as long


async def test_a_flood_does_not_free_whom_it_should_hold(clock: ManualClock) -> None:
    store = MemoryKeyValueStore(clock)
    for _ in range(10):
        await store.hit("attacker", RATE)
    await seconds_of_hits(store, clock, "flood", _MOST_BUCKETS + 1000)
    assert not (await store.peek("attacker", RATE)).is_allowed


async def test_what_has_ended_makes_room(clock: ManualClock) -> None:
    store = MemoryKeyValueStore(clock)
    await seconds_of_hits(store, clock, "first", 1000)
    for number in range(1000):
        await store.put(f"value:{number}", "one", life=timedelta(minutes=number % 2 + 1))
    clock.advance(seconds=60)
    await store.hit("last", RATE)
    await store.put("last", "one")
    assert sizes(store)[:2] == (1, 501)


async def test_values_without_an_end_are_bounded_too(clock: ManualClock) -> None:
    store = MemoryKeyValueStore(clock)
    for number in range(_MOST_VALUES + 500):
        await store.put(f"value:{number}", "one")
    assert sizes(store)[1] == _MOST_VALUES


async def test_coming_and_going_leaves_nothing_behind(clock: ManualClock) -> None:
    store = MemoryKeyValueStore(clock)
    for number in range(5000):
        await store.add("same", "one", life=timedelta(hours=1))
        await store.take("same")
        await store.hit("same", RATE)
        await store.forget("same")
        await store.put(f"other:{number}", "one", life=timedelta(hours=1))
        await store.delete(f"other:{number}")
    assert sizes(store) < (1, 1, 100)
    assert sizes(store)[2] < 100


async def test_an_end_that_is_moved_is_kept_to(clock: ManualClock) -> None:
    store = MemoryKeyValueStore(clock)
    for minutes in (1, 3, 2):
        await store.put("a", "one", life=timedelta(minutes=minutes))
    clock.advance(seconds=119)
    await store.put("b", "one")
    assert await store.get("a") == "one"
    clock.advance(seconds=1)
    await store.put("c", "one")
    assert sizes(store)[1] == 2


async def test_a_full_store_takes_some_twenty_megabytes(clock: ManualClock) -> None:
    store = MemoryKeyValueStore(clock)
    await seconds_of_hits(store, clock, "limit:default:2001:db8:1234:5678::/64", _MOST_BUCKETS)
    shelf = store._arrivals
    entry = shelf._things["limit:default:2001:db8:1234:5678::/64:1"]
    each = sum(map(sys.getsizeof, ("limit:default:2001:db8:1234:5678::/64:12345", entry, *entry, shelf._ends[0])))
    assert sys.getsizeof(shelf._things) + sys.getsizeof(shelf._ends) + each * len(shelf) < 30_000_000
