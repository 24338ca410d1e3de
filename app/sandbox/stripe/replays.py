"""Idempotency keys: the answer to the first request under a key is the answer to all of them, for a day."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from app.core.clock import Clock
from app.sandbox.books import Books, Record
from app.sandbox.stripe.refusals import Refusal

_KIND = "stripe.idempotency_key"
_LIFE_S = 24 * 60 * 60
_LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """An object or an error, and whether it was answered before."""

    body: Record
    status: int = 200
    is_replayed: bool = False


class Replays:
    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    def once(self, key: str | None, request: Record, execute: Callable[[], Answer]) -> Answer:
        """Execute, or answer what the key answered before. What raises leaves nothing behind its key.

        Raises `Refusal` when the key was used for another request.
        """
        if key is None:
            return execute()
        if not 1 <= len(key) <= _LONGEST_KEY:
            raise Refusal("Idempotency keys have 1 to 255 characters.", kind="idempotency_error")
        with self._books.transaction():
            return self._replay(key, _fingerprint(request)) or self._first(key, _fingerprint(request), execute)

    def _replay(self, key: str, fingerprint: str) -> Answer | None:
        use = self._books.get(_KIND, key)
        if use is None or self._now() - use["at"] >= _LIFE_S:
            return None
        if use["fingerprint"] != fingerprint:
            raise Refusal(
                "Keys for idempotent requests can only be used with the same parameters they were first used with.",
                kind="idempotency_error",
            )
        return Answer(use["body"], use.get("status", 200), is_replayed=True)

    def _first(self, key: str, fingerprint: str, execute: Callable[[], Answer]) -> Answer:
        answer = execute()
        use = {"fingerprint": fingerprint, "body": answer.body, "status": answer.status, "at": self._now()}
        self._books.put(_KIND, key, use)
        return answer

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _fingerprint(request: Record) -> str:
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
