"""argon2id with OWASP's parameters (m=19 MiB, t=2, p=1), in a bounded pool and never on the event loop.

Passwords are hashed in normalization form C (as RFC 8265, 4.2, has it), so that one keyboard's ü is another's; nothing
else about them is changed.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.errors import Unavailable

T = TypeVar("T")
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
_WORKERS = 2  # bounds the memory too: each hash takes 19 MiB while it runs
_MOST_WAITING = 50  # a second or two of work; whoever comes later would be gone before it is done


class Passwords:
    """Hashes and checks passwords. One per process. Both raise `Unavailable` when too many are waiting."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="argon2")
        self._unfinished = 0
        _stand_in()  # made now, so that the first unknown address does not take longer than the next

    async def hash(self, password: str) -> str:
        return await self.run(partial(_HASHER.hash, _normal(password)))

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is right. Without a hash the same time is spent and the answer is no."""
        is_right = await self.run(partial(_check, password_hash, _normal(password)))
        return is_right and password_hash is not None

    async def run(self, work: Callable[[], T]) -> T:
        """Do other work that takes long in the same threads."""
        if self._unfinished >= _WORKERS + _MOST_WAITING:
            raise Unavailable
        self._unfinished += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._unfinished -= 1

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


@cache
def _stand_in() -> str:
    """The hash that is checked when there is no account: it costs what a real one costs."""
    return _HASHER.hash("no account has this password")


def _check(password_hash: str | None, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash or _stand_in(), password)
    except (VerificationError, InvalidHashError):
        return False
