"""How often the wrong password, or another wrong proof, may be given for one account.

Counted are failures, for the account and the network they come from: whoever guesses shuts out his own network and not
the owner. A second count, of all networks together, stops who has many of them; it does not hold for networks that the
owner is known to use. Counts are kept in the key-value store, so that a restart gives nobody fresh tries.
"""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import Depends

from app.core.errors import Problem, TooManyRequests
from app.edge.buckets import Buckets
from app.edge.deps import state
from app.providers.kv.port import Rate

MOST_IN_A_DAY: Final = 100
"""Failures for one account from networks that it was never used from (NIST SP 800-63B-4, 3.2.2: at most 100 in a
row)."""

_QUARTER, _DAY = timedelta(minutes=15), timedelta(days=1)


class Attempts:
    """One per process. `most_failures` are allowed for an account from one network in 15 minutes."""

    def __init__(self, buckets: Buckets, most_failures: int) -> None:
        self._buckets = buckets
        self._near = Rate(most_failures, _QUARTER)
        self._far = Rate(max(MOST_IN_A_DAY, most_failures), _DAY)
        self._under_way: Counter[str] = Counter()

    async def forgive(self, account: str) -> None:
        """Forget the failures of all networks together: the owner has proven who they are in another way. Those of one
        network stay, so that whoever guesses from there is still shut out."""
        await self._buckets.forget(_far_key(account))

    @asynccontextmanager
    async def guard(
        self, account: str, network: str | None, failure: type[Problem], *, is_home: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[None]:
        """Around one attempt: what raises `failure` is counted, what goes well empties the network's count. `is_home`
        tells whether the account was used from this network before; it is asked only when the day's count is full.
        `account` is what the caller named, so that one that does not exist behaves the same.

        Raises `TooManyRequests` before anything is tried or written.
        """
        far = _far_key(account)
        near = f"{far}:{network}"
        async with self._room(near, self._near) as here, self._room(far, self._far) as anywhere:
            if not here.has_room:
                raise TooManyRequests(here.wait)
            if not anywhere.has_room and not await is_home():
                raise TooManyRequests(anywhere.wait)
            try:
                yield
            except failure:
                await self._buckets.hit(near, self._near)
                await self._buckets.hit(far, self._far)
                raise
            if not here.is_untouched:
                await self._buckets.forget(near)

    @asynccontextmanager
    async def _room(self, key: str, rate: Rate) -> AsyncIterator["_Room"]:
        """Attempts under way count as failures until they end: many at once must not all find the same room."""
        self._under_way[key] += 1
        rank = self._under_way[key]
        try:
            seen = await self._buckets.peek(key, rate)
            room = seen.remaining + seen.is_allowed
            yield _Room(has_room=rank <= room, is_untouched=room == rate.limit, wait=seen.retry_after)
        finally:
            self._under_way[key] -= 1
            if not self._under_way[key]:
                del self._under_way[key]


def _far_key(account: str) -> str:
    return f"failures:{hashlib.sha256(account.lower().encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class _Room:
    """Whether one more failure would be allowed, whether there was none yet, and how long to wait for the next."""

    has_room: bool
    is_untouched: bool
    wait: timedelta


AttemptsDep = Annotated[Attempts, Depends(state("attempts"))]
