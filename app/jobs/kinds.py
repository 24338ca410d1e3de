"""Kinds of jobs: a name, the payload's type, and how to enqueue one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from app.db.session import WriteSession
from app.jobs import repository


class JobPayload(BaseModel):
    """Base of all payloads: ids and plain values, no personal data."""

    model_config = ConfigDict(frozen=True, extra="forbid")


PayloadT = TypeVar("PayloadT", bound=JobPayload)


@dataclass(frozen=True, slots=True)
class JobKind(Generic[PayloadT]):
    """A kind of job. `lease_s` must exceed the longest time its remote call may take by twenty seconds. Of a kind that
    may take long a process has at most `at_once` in hand, so that mails and payments never wait for all of them."""

    name: str
    payload: type[PayloadT]
    max_attempts: int = 12
    lease_s: int = 60
    at_once: int | None = None

    def enqueue(
        self, session: WriteSession, payload: PayloadT, *, dedupe: str | None = None, run_at: datetime | None = None
    ) -> None:
        """Insert the job in the caller's transaction. With `dedupe`, a second one of that key is not inserted."""
        repository.insert_job(
            session,
            kind=self.name,
            payload=payload.model_dump(mode="json"),
            dedupe_key=f"{self.name}:{dedupe}" if dedupe else None,
            run_at=run_at or session.now,
        )
        session.wake_runner()

    def enqueue_one(self, session: WriteSession, payload: PayloadT, *, run_at: datetime | None = None) -> None:
        """See to it that a job of this kind begins after this transaction. One that waits already is enough: it is held
        until this transaction ends. Transactions that run at the same time may each insert one."""
        if not repository.hold_queued(session, self.name, by=run_at or session.now):
            self.enqueue(session, payload, run_at=run_at)
