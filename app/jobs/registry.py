"""Which function carries out which kind of job, and which kinds run on a schedule. Filled by `app.wiring.jobs`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from app.db.database import Database
from app.db.session import WriteSession
from app.jobs import repository
from app.jobs.kinds import JobKind, PayloadT

P = ParamSpec("P")
T = TypeVar("T")


class LeaseLost(Exception):
    """Another worker took the job over; whatever this one was about to record is dropped."""


@dataclass(slots=True)
class JobContext:
    """What a handler has: the database, the job's own id (the idempotency key of its remote call), and `apply`."""

    db: Database
    job_id: str
    token: str
    is_finished: bool = False

    async def apply(self, unit: Callable[Concatenate[WriteSession, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Record the outcome and finish the job in one transaction, if this worker still holds it."""

        def finish_with(session: WriteSession) -> T:
            if not repository.finish(session, self.job_id, self.token):
                raise LeaseLost
            return unit(session, *args, **kwargs)

        result = await self.db.write(finish_with)
        self.is_finished = True
        return result


Handler = Callable[[JobContext, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job without a payload of its own, enqueued every so often."""

    kind: JobKind[Any]
    every: timedelta


@dataclass(slots=True)
class Registry:
    """The job kinds this process can carry out."""

    handlers: dict[str, tuple[JobKind[Any], Handler]] = field(default_factory=dict)
    schedules: list[Schedule] = field(default_factory=list)

    def register(self, kind: JobKind[PayloadT], handler: Callable[[JobContext, PayloadT], Awaitable[None]]) -> None:
        if kind.name in self.handlers:
            raise ValueError(f"two handlers for {kind.name}")
        self.handlers[kind.name] = (kind, handler)

    def every(self, period: timedelta, kind: JobKind[Any]) -> None:
        self.schedules.append(Schedule(kind, period))

    @property
    def kinds(self) -> Mapping[str, JobKind[Any]]:
        return {name: kind for name, (kind, _) in self.handlers.items()}
