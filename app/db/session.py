"""The two session types that units of work receive."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import CursorResult, Row
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import TypedReturnsRows

from app.core.events import Event, EventBus

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_BUS, _NOW, _WAKE, _LAST, _AFTER = "bus", "now", "wake", "last", "after"


class ReadSession(Session):
    """A consistent snapshot for reading. The engine behind it refuses writes."""

    @property
    def now(self) -> datetime:
        """The one instant of this unit of work."""
        instant: datetime = self.info[_NOW]
        return instant

    def rows(self, statement: TypedReturnsRows[*Ts], **values: object) -> Sequence[Row[*Ts]]:
        """All that the statement finds with these values of its parameters."""
        return self.execute(statement, values).all()

    @property
    def on_postgres(self) -> bool:
        return self.get_bind().dialect.name == "postgresql"


class WriteSession(ReadSession):
    """One transaction. Units flush and publish; only `Database.write` commits."""

    def publish(self, event: Event) -> None:
        """Tell the subscribed handlers; they run now, in this transaction."""
        bus: EventBus = self.info[_BUS]
        bus.publish(self, event)

    def change(self, statement: UpdateBase) -> int:
        """Run an INSERT, UPDATE or DELETE and answer how many rows it touched: the guard of every state change."""
        result = self.execute(statement, execution_options={"synchronize_session": False})
        assert isinstance(result, CursorResult)  # noqa: S101 - narrows the type; DML always answers a cursor
        return result.rowcount

    def wake_runner(self) -> None:
        """Ask `Database.write` to wake the job runner once this transaction is committed."""
        self.info[_WAKE] = True

    def at_the_end(self, do: Callable[["WriteSession", set[T]], None], thing: T) -> None:
        """Have something done in this transaction when the unit is through, once for all things that were named for it:
        what locks rows that many units come to is to lock them in one order, and last."""
        self.info.setdefault(_LAST, {}).setdefault(do, set()).add(thing)

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Have this process alone do something once this transaction is committed, such as to forget what it kept in
        memory. It must not fail."""
        self.info.setdefault(_AFTER, []).append(effect)


def session_info(now: datetime, bus: EventBus) -> dict[Any, Any]:
    """What `Database` puts into a session before a unit runs."""
    return {_NOW: now, _BUS: bus}


def do_the_last(session: WriteSession) -> None:
    """What the unit that ran with this session wanted done at its end."""
    for do, things in session.info.pop(_LAST, {}).items():
        do(session, things)


def wants_runner(info: Mapping[Any, Any]) -> bool:
    """Whether the unit that ran with this asked for the job runner."""
    return bool(info.get(_WAKE))


def run_effects(info: Mapping[Any, Any]) -> None:
    """What the unit that ran with this wanted done after its commit."""
    for effect in info.get(_AFTER, ()):
        effect()
