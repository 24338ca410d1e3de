"""What can go wrong, on demand: each fault waits in the books for calls or events that it fits."""

import secrets
from enum import StrEnum
from fnmatch import fnmatchcase

from app.sandbox.books import Books, Record
from app.sandbox.stripe.refusals import Refusal

_KIND = "stripe.fault"


class Fault(StrEnum):
    """The first six happen to calls, the others to webhooks."""

    LOST_AFTER = "lost_after"  # it happens, and the answer is lost
    LOST_BEFORE = "lost_before"  # it never arrives
    ERROR = "error"  # 500, which a key remembers like any other answer
    RATE_LIMIT = "rate_limit"  # 429
    LOCK = "lock"  # 409: somebody else has it
    REFUSE = "refuse"  # 400, with no reason that a program understands
    DROP = "drop"  # never sent
    DUPLICATE = "duplicate"  # sent twice
    REORDER = "reorder"  # sent after the next one


_OF_CALLS = frozenset({Fault.LOST_AFTER, Fault.LOST_BEFORE, Fault.ERROR, Fault.RATE_LIMIT, Fault.LOCK, Fault.REFUSE})
_OF_WEBHOOKS = frozenset(Fault) - _OF_CALLS


class Faults:
    def __init__(self, books: Books) -> None:
        self._books = books

    def add(self, kind: str, *, match: str = "*", times: int = 1) -> Record:
        """Let the next so many calls (`POST /v1/transfers`) or events (`charge.refunded`) suffer; `*` fits anything.

        Raises `Refusal` for a kind that there is not."""
        if kind not in set(Fault):
            raise Refusal(f"Faults are {', '.join(Fault)}.", param="kind")
        fault: Record = {"id": f"fault_{secrets.token_hex(8)}", "kind": kind, "match": match, "times": times}
        self._books.put(_KIND, fault["id"], fault)
        return fault

    def all(self) -> list[Record]:
        return self._books.all(_KIND)

    def clear(self) -> None:
        for fault in self.all():
            self._books.delete(_KIND, fault["id"])

    def call_fault(self, call: str) -> Fault | None:
        """What happens to this call, which uses the fault up."""
        return self._take(_OF_CALLS, call)

    def webhook_fault(self, event_type: str) -> Fault | None:
        """What happens to the webhook of this event, which uses the fault up."""
        return self._take(_OF_WEBHOOKS, event_type)

    def _take(self, kinds: frozenset[Fault], subject: str) -> Fault | None:
        with self._books.transaction():
            for fault in self.all():
                if fault["kind"] in kinds and fnmatchcase(subject, fault["match"]):
                    self._use(fault)
                    return Fault(fault["kind"])
        return None

    def _use(self, fault: Record) -> None:
        if fault["times"] > 1:
            self._books.put(_KIND, fault["id"], fault | {"times": fault["times"] - 1})
        else:
            self._books.delete(_KIND, fault["id"])
