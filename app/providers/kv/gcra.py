"""The generic cell rate algorithm: one instant for each bucket, in integer microseconds.

A bucket's state is its theoretical arrival time: when it would be full again if nothing more came. A hit moves it on by
one interval and is allowed while it then lies at most one burst ahead (ITU-T I.371, Annex A, virtual scheduling). The
stores in a database and in Redis say the same in their own words; one test suite holds all of them to it.
"""

from datetime import timedelta
from typing import Final

from app.providers.kv.port import Rate, Verdict

MICROSECOND: Final = timedelta(microseconds=1)

MOST_BURSTS_AHEAD: Final = 2
"""A state further ahead was made before the clock was put back, and counts for nothing."""


def decide(arrival_us: int | None, now_us: int, rate: Rate) -> tuple[int, Verdict]:
    """The bucket's next state and the verdict about one hit now. Refused, the state stays as it is."""
    interval, burst = in_microseconds(rate)
    is_running = arrival_us is not None and now_us < arrival_us <= now_us + MOST_BURSTS_AHEAD * burst
    base = arrival_us if arrival_us is not None and is_running else now_us
    is_allowed = base + interval - now_us <= burst
    state = base + interval if is_allowed else base
    return state, verdict(state, now_us, rate, is_allowed=is_allowed)


def in_microseconds(rate: Rate) -> tuple[int, int]:
    """Interval and burst."""
    return rate.interval // MICROSECOND, rate.burst // MICROSECOND


def verdict(arrival_us: int, now_us: int, rate: Rate, *, is_allowed: bool) -> Verdict:
    """What the state after a hit, or at its refusal, means for the caller."""
    interval, burst = in_microseconds(rate)
    ahead = arrival_us - now_us
    room = burst - ahead
    return Verdict(
        is_allowed=is_allowed,
        remaining=max(0, room // interval),
        retry_after=max(0, interval - room) * MICROSECOND,
        reset_after=ahead * MICROSECOND,
    )
