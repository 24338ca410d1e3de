"""argon2id with OWASP's parameters (m=19 MiB, t=2, p=1), in a bounded pool and never on the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
_WORKERS = 2  # bounds the memory too: each hash takes 19 MiB while it runs


class Passwords:
    """Hashes and checks passwords. One per process."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="argon2")
        _stand_in()  # made now, so that the first unknown address does not take longer than the next

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._pool, _HASHER.hash, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is right. Without a hash the same time is spent and the answer is no."""
        check = partial(_check, password_hash, password)
        is_right = await asyncio.get_running_loop().run_in_executor(self._pool, check)
        return is_right and password_hash is not None

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


@cache
def _stand_in() -> str:
    """The hash that is checked when there is no account: it costs what a real one costs."""
    return _HASHER.hash("no account has this password")


def _check(password_hash: str | None, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash or _stand_in(), password)
    except (VerificationError, InvalidHashError):
        return False
