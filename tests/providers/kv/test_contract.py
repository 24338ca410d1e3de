"""What every key-value store must do, whichever it is."""

import asyncio
from datetime import timedelta

import pytest

from app.providers.kv.port import MOST_VALUE_BYTES, KeyValueStore, Rate
from tests.support.clock import ManualClock

MINUTE = timedelta(minutes=1)
TEN = Rate(10, MINUTE)


async def test_a_value_is_kept_replaced_and_deleted(kv: KeyValueStore) -> None:
    assert await kv.get("a") is None
    await kv.put("a", "one")
    assert (await kv.get("a"), await kv.get("A"), await kv.get("a:b")) == ("one", None, None)
    await kv.put("a", "two")
    assert await kv.get("a") == "two"
    await kv.delete("a")
    await kv.delete("a")
    assert await kv.get("a") is None


async def test_a_value_ends_at_its_instant(kv: KeyValueStore, clock: ManualClock) -> None:
    await kv.put("a", "one", life=MINUTE)
    clock.advance(seconds=60, microseconds=-1)
    assert await kv.get("a") == "one"
    clock.advance(microseconds=1)
    assert (await kv.get("a"), await kv.take("a")) == (None, None)


async def test_the_newest_put_decides_the_end(kv: KeyValueStore, clock: ManualClock) -> None:
    await kv.put("longer", "one", life=MINUTE)
    await kv.put("longer", "two")
    await kv.put("shorter", "one")
    await kv.put("shorter", "two", life=MINUTE)
    clock.advance(days=400)
    assert (await kv.get("longer"), await kv.get("shorter")) == ("two", None)


async def test_a_life_of_nothing_is_over_at_once(kv: KeyValueStore) -> None:
    await kv.put("a", "one", life=timedelta(0))
    assert await kv.get("a") is None
    assert await kv.add("a", "two")


async def test_add_leaves_what_is_there_until_that_ends(kv: KeyValueStore, clock: ManualClock) -> None:
    assert await kv.add("a", "one", life=MINUTE)
    assert not await kv.add("a", "two")
    assert await kv.get("a") == "one"
    clock.advance(seconds=60)
    assert await kv.add("a", "three")
    clock.advance(days=400)
    assert not await kv.add("a", "four")
    assert await kv.get("a") == "three"


async def test_what_was_taken_is_gone(kv: KeyValueStore) -> None:
    await kv.put("a", "one")
    assert (await kv.take("a"), await kv.take("a"), await kv.get("a")) == ("one", None, None)
    assert await kv.add("a", "two")


async def test_of_fifty_takers_one_gets_it(kv: KeyValueStore) -> None:
    await kv.put("a", "one", life=MINUTE)
    taken = await asyncio.gather(*(kv.take("a") for _ in range(50)))
    assert sorted(taken, key=str) == [None] * 49 + ["one"]


@pytest.mark.parametrize("before", [None, "ended"])
async def test_of_fifty_adders_one_wins(kv: KeyValueStore, clock: ManualClock, before: str | None) -> None:
    if before is not None:
        await kv.put("a", before, life=MINUTE)
        clock.advance(minutes=1)
    won = await asyncio.gather(*(kv.add("a", str(number)) for number in range(50)))
    assert won.count(True) == 1
    assert await kv.get("a") == str(won.index(True))


async def test_of_a_hundred_hits_at_once_exactly_the_limit_is_allowed(kv: KeyValueStore) -> None:
    verdicts = await asyncio.gather(*(kv.hit("a", TEN) for _ in range(100)))
    assert sum(verdict.is_allowed for verdict in verdicts) == 10
    assert not (await kv.peek("a", TEN)).is_allowed


@pytest.mark.parametrize("limit", [1, 3, 7, 10, 11, 999])
async def test_a_burst_is_the_limit_even_if_it_does_not_divide_the_period(kv: KeyValueStore, limit: int) -> None:
    rate = Rate(limit, MINUTE)
    first = await kv.hit("a", rate)
    assert (first.is_allowed, first.remaining) == (True, limit - 1)
    for _ in range(limit - 1):
        last = await kv.hit("a", rate)
    refused = await kv.hit("a", rate)
    assert (refused.is_allowed, refused.remaining) == (False, 0)
    assert limit == 1 or (last.is_allowed and last.remaining == 0)


async def test_a_hit_comes_back_each_interval(kv: KeyValueStore, clock: ManualClock) -> None:
    for left in range(9, -1, -1):
        verdict = await kv.hit("a", TEN)
        assert (verdict.is_allowed, verdict.remaining) == (True, left)
        assert verdict.reset_after == timedelta(seconds=6) * (10 - left)
    refused = await kv.hit("a", TEN)
    assert (refused.is_allowed, refused.retry_after, refused.reset_after) == (False, timedelta(seconds=6), MINUTE)
    clock.advance(seconds=6, microseconds=-1)
    assert not (await kv.hit("a", TEN)).is_allowed
    clock.advance(microseconds=1)
    assert (await kv.hit("a", TEN)).is_allowed
    assert not (await kv.hit("a", TEN)).is_allowed
    clock.advance(minutes=1)
    assert (await kv.hit("a", TEN)).remaining == 9


async def test_a_refused_hit_changes_nothing(kv: KeyValueStore, clock: ManualClock) -> None:
    for _ in range(10):
        await kv.hit("a", TEN)
    for _ in range(50):
        assert (await kv.hit("a", TEN)).retry_after == timedelta(seconds=6)
    clock.advance(seconds=6)
    assert (await kv.hit("a", TEN)).is_allowed


async def test_a_peek_tells_and_does_not_count(kv: KeyValueStore) -> None:
    rate = Rate(2, MINUTE)
    assert [(await kv.peek("a", rate)).remaining for _ in range(5)] == [1] * 5
    await kv.hit("a", rate)
    told, is_so = await kv.peek("a", rate), await kv.hit("a", rate)
    assert told == is_so
    assert await kv.peek("a", rate) == await kv.hit("a", rate)


async def test_a_forgotten_bucket_is_full_again(kv: KeyValueStore) -> None:
    for key in ("a", "b"):
        for _ in range(10):
            await kv.hit(key, TEN)
    await kv.forget("a")
    await kv.forget("never-counted")
    assert (await kv.hit("a", TEN)).remaining == 9
    assert not (await kv.hit("b", TEN)).is_allowed


async def test_a_clock_that_is_put_back_shuts_nobody_out(kv: KeyValueStore, clock: ManualClock) -> None:
    clock.advance(days=90)
    for _ in range(11):
        await kv.hit("a", TEN)
    clock.advance(days=-90)
    assert (await kv.peek("a", TEN)).is_allowed
    assert (await kv.hit("a", TEN)).remaining == 9
    assert (await kv.hit("a", TEN)).remaining == 8


async def test_buckets_and_values_of_one_key_are_apart(kv: KeyValueStore) -> None:
    await kv.put("a", "one")
    assert (await kv.hit("a", TEN)).remaining == 9
    await kv.delete("a")
    assert (await kv.hit("a", TEN)).remaining == 8
    await kv.put("a", "two")
    await kv.forget("a")
    assert await kv.get("a") == "two"


HOSTILE = ["'; DROP TABLE key_values; --", "%00%", "*", "a" * 500, "{a}b", "\\x00", "../../etc/passwd", "__proto__"]


@pytest.mark.parametrize("text", [text.replace(" ", "_") for text in HOSTILE])
async def test_a_key_is_only_a_name(kv: KeyValueStore, text: str) -> None:
    await kv.put("other", "kept")
    await kv.put(text, "one")
    assert await kv.get(text) == "one"
    assert (await kv.hit(text, TEN)).remaining == 9
    assert await kv.take(text) == "one"
    await kv.delete(text)
    await kv.forget(text)
    assert await kv.get("other") == "kept"


@pytest.mark.parametrize("value", ["", "0", "0:1", "1:", ":", "None", "ü€😀\r\n\t", "a" * MOST_VALUE_BYTES, *HOSTILE])
async def test_a_value_comes_back_as_it_went(kv: KeyValueStore, value: str) -> None:
    await kv.put("a", value, life=MINUTE)
    assert await kv.get("a") == value
    assert not await kv.add("a", "other")
    assert await kv.take("a") == value


@pytest.mark.parametrize("key", ["", "a" * 513, "a b", "a\n", "ü", "a\x00", "\x7f"])
async def test_a_key_that_not_every_store_takes_is_refused(kv: KeyValueStore, key: str) -> None:
    calls = (kv.get, kv.take, kv.delete, kv.forget)
    for call in calls:
        with pytest.raises(ValueError, match="visible ASCII"):
            await call(key)
    for bucket in (kv.hit, kv.peek):
        with pytest.raises(ValueError, match="visible ASCII"):
            await bucket(key, TEN)
    for setter in (kv.put, kv.add):
        with pytest.raises(ValueError, match="visible ASCII"):
            await setter(key, "one")


@pytest.mark.parametrize("value", ["a\x00b", "\ud800", "a" * (MOST_VALUE_BYTES + 1), "€" * (MOST_VALUE_BYTES // 3 + 1)])
async def test_a_value_that_not_every_store_takes_is_refused(kv: KeyValueStore, value: str) -> None:
    for setter in (kv.put, kv.add):
        with pytest.raises(ValueError, match=r"64 KiB|surrogates"):
            await setter("a", value)
    assert await kv.get("a") is None
