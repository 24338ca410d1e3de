"""The generic cell rate algorithm: one instant for each bucket, in integer microseconds.

A bucket's state is its theoretical arrival time: when it would be empty if every hit so far took one interval. A hit is
allowed while that lies at most one period ahead (ITU-T I.371, Annex A; "leaky bucket as a meter").
"""

from datetime import timedelta

from app.providers.kv.port import Rate, Verdict

_MICROSECOND = timedelta(microseconds=1)


def decide(arrival_us: int | None, now_us: int, rate: Rate) -> tuple[int, Verdict]:
    """The bucket's next state and the verdict about one hit now. Refused, the state stays as it is."""
    interval, period = rate.interval // _MICROSECOND, rate.period // _MICROSECOND
    base = max(arrival_us or 0, now_us)
    after = base + interval
    if after - now_us > period:
        return base, _verdict(base, now_us, rate, is_allowed=False)
    return after, _verdict(after, now_us, rate, is_allowed=True)


def _verdict(arrival_us: int, now_us: int, rate: Rate, *, is_allowed: bool) -> Verdict:
    interval, period = rate.interval // _MICROSECOND, rate.period // _MICROSECOND
    room = period - (arrival_us - now_us)
    wait = max(0, interval - room)
    return Verdict(
        is_allowed=is_allowed,
        remaining=max(0, room // interval),
        retry_after=wait * _MICROSECOND,
        reset_after=(arrival_us - now_us) * _MICROSECOND,
    )
