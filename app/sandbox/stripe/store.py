"""What all parts of the twin share: the objects of the account and of those connected to it, its time, its events."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from app.core.clock import Clock
from app.sandbox.books import Books, Record
from app.sandbox.stripe.events import Events
from app.sandbox.stripe.refusals import no_such


class Store:
    """`account` names a connected account whose own objects are meant: its balance, payouts and events."""

    def __init__(self, books: Books, events: Events, clock: Clock) -> None:
        self._books = books
        self.events = events
        self._clock = clock

    def now(self) -> int:
        return int(self._clock.now().timestamp())

    def transaction(self) -> AbstractContextManager[None]:
        """Each change and the events that announce it are one."""
        return self._books.transaction()

    def get(self, resource: str, object_id: str, account: str | None = None) -> Record | None:
        record = self._books.get(_kind(resource, account), object_id)
        return self._aged(record) if record else None

    def find(self, resource: str, object_id: str, *, param: str = "id", account: str | None = None) -> Record:
        """Raises `Refusal`."""
        record = self.get(resource, object_id, account)
        if record is None:
            raise no_such(resource, object_id, param=param)
        return record

    def all(self, resource: str, account: str | None = None) -> list[Record]:
        """Oldest first."""
        return [self._aged(record) for record in self._books.all(_kind(resource, account))]

    def some(self, resource: str, is_wanted: Callable[[Record], bool]) -> list[Record]:
        return [record for record in self.all(resource) if is_wanted(record)]

    def keep(self, record: Record, account: str | None = None) -> None:
        """Insert or replace an object of Stripe's."""
        self._books.put(_kind(record["object"], account), record["id"], record)

    def note(self, kind: str, record_id: str, record: Record) -> None:
        """Insert or replace something that is no object of Stripe's."""
        self._books.put(_kind(kind, None), record_id, record)

    def announce(self, kind: str, subject: Record, account: str | None = None) -> None:
        """Tell the world, in the caller's transaction."""
        self.events.announce(kind, subject, self.now(), account)

    def _aged(self, record: Record) -> Record:
        if record.get("object") == "balance_transaction":
            return record | {"status": "available" if record["available_on"] <= self.now() else "pending"}
        return record


def _kind(resource: str, account: str | None) -> str:
    return f"stripe.{resource}@{account}" if account else f"stripe.{resource}"
