"""Domain events: how a lower tier tells a higher one what happened, inside the same transaction.

A unit of work calls `session.publish(SomethingHappened(...))`; the handlers that `app.wiring.handlers` subscribed run
at once, in the same session, and a failing handler rolls everything back. Effects outside the database are jobs.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

SessionT = TypeVar("SessionT")
EventT = TypeVar("EventT", bound="Event")


class Event:
    """Base of all domain events: frozen facts in the past tense, holding ids and values, never entities."""


class EventBus:
    """Which handlers follow which event. Filled once by `app.wiring.handlers`, then only read."""

    def __init__(self) -> None:
        self._handlers: dict[type[Event], list[Callable[[Any, Any], None]]] = defaultdict(list)

    def subscribe(self, event_type: type[EventT], handler: Callable[[SessionT, EventT], None]) -> None:
        self._handlers[event_type].append(handler)

    def publish(self, session: object, event: Event) -> None:
        for handler in self._handlers[type(event)]:
            handler(session, event)
