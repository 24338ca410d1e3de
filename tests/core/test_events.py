"""The event bus."""

from dataclasses import dataclass

import pytest

from app.core.events import Event, EventBus


@dataclass(frozen=True, slots=True)
class LampLit(Event):
    room: str


@dataclass(frozen=True, slots=True)
class LampDimmed(LampLit):
    pass


def test_handlers_run_at_once_in_the_order_they_subscribed() -> None:
    bus, seen = EventBus(), list[tuple[str, object, str]]()
    bus.subscribe(LampLit, lambda session, event: seen.append(("first", session, event.room)))
    bus.subscribe(LampLit, lambda session, event: seen.append(("second", session, event.room)))
    bus.publish("session", LampLit("hall"))
    assert seen == [("first", "session", "hall"), ("second", "session", "hall")]


def test_an_event_reaches_only_those_who_asked_for_it() -> None:
    bus, seen = EventBus(), list[object]()
    bus.subscribe(LampLit, lambda _session, event: seen.append(event))
    bus.publish(None, LampDimmed("hall"))
    assert seen == []


def test_an_event_nobody_follows_is_no_error() -> None:
    EventBus().publish(None, LampLit("hall"))


def test_a_failing_handler_stops_the_publisher() -> None:
    bus, seen = EventBus(), list[object]()

    def fail(_session: object, _event: LampLit) -> None:
        raise LookupError("no lamp")

    bus.subscribe(LampLit, fail)
    bus.subscribe(LampLit, lambda _session, event: seen.append(event))
    with pytest.raises(LookupError):
        bus.publish(None, LampLit("hall"))
    assert seen == []
