"""argon2id with OWASP's parameters (m=19 MiB, t=2, p=1), in a bounded pool and never on the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

_WORKERS = 2  # bounds the memory too: each hash takes 19 MiB while it runs


class Passwords:
    """Hashes and checks passwords. One per process."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="argon2")
        self._stand_in = self._hasher.hash("no account has this password")

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.hash, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is right. Without a hash the same time is spent and the answer is no."""
        check = partial(self._check, password_hash or self._stand_in, password)
        is_right = await asyncio.get_running_loop().run_in_executor(self._pool, check)
        return is_right and password_hash is not None

    def _check(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
