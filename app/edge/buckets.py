"""Counting in a store that may be away: a broken store of counts must not take the API down."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from app.core.clock import Clock
from app.core.errors import ProviderUnavailable, Unavailable
from app.providers.kv.port import KeyValueStore, Rate, Verdict

T = TypeVar("T")
_PAUSE = timedelta(seconds=30)  # a store that hangs costs a second: one request in this time, not each

logger = logging.getLogger(__name__)


@contextmanager
def forgetting() -> Iterator[None]:
    """Around emptying buckets because of what went well. It did, and is answered so, whatever the store says: counts
    that stay only shorten somebody's next tries."""
    try:
        yield
    except (ProviderUnavailable, Unavailable) as error:
        logger.warning("limits.not_forgotten", extra={"fields": {"error": type(error.__cause__).__name__}})


class Buckets:
    """The buckets of `shared`, if there is one; else, and for half a minute after it failed, those of `local`. Each
    process then allows as much as all of them would together."""

    def __init__(self, clock: Clock, *, local: KeyValueStore, shared: KeyValueStore | None) -> None:
        self._clock = clock
        self._local = local
        self._shared = shared
        self._failed_at: datetime | None = None

    async def hit(self, key: str, rate: Rate) -> Verdict:
        return await self._ask(lambda store: store.hit(key, rate))

    async def peek(self, key: str, rate: Rate) -> Verdict:
        return await self._ask(lambda store: store.peek(key, rate))

    async def forget(self, key: str) -> None:
        with forgetting():
            await self._ask(lambda store: store.forget(key))

    async def _ask(self, question: Callable[[KeyValueStore], Awaitable[T]]) -> T:
        if self._shared is None or self._is_pausing():
            return await question(self._local)
        is_trial = self._failed_at is not None
        if is_trial:
            self._failed_at = self._clock.now()  # this request alone finds out whether the store is back
        try:
            answer = await question(self._shared)
        except ProviderUnavailable as error:
            if is_trial or self._failed_at is None:  # others may have been waiting for the same failure
                logger.warning("limits.store_away", extra={"fields": {"error": type(error.__cause__).__name__}})
            self._failed_at = self._clock.now()
            return await question(self._local)
        self._failed_at = None
        return answer

    def _is_pausing(self) -> bool:
        """Either way, for a development clock can be put back."""
        return self._failed_at is not None and abs(self._clock.now() - self._failed_at) < _PAUSE
