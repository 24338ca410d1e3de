"""`Idempotency-Key`: the same request sent again gets the same answer and causes nothing twice.

The stored answer is written in the transaction of the effect itself, so a crash leaves both or neither. Keys belong
to a person and an operation; another body under the same key is refused; answers are kept at least 24 hours.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Concatenate, ParamSpec

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import Index, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core.errors import Conflict, Problem
from app.db.base import Base, Stamped
from app.db.database import Database
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.edge.deps import Db

P = ParamSpec("P")
_KEEP = timedelta(hours=48)


class IdempotencyKeyMissing(Problem):
    """Money moves or somebody's time is taken here; such an operation demands a key."""

    status, code = 400, "idempotency_key_missing"
    title = "This operation needs an Idempotency-Key."
    hint = "Send a fresh random value in the `Idempotency-Key` header, and the same one when you repeat the request."


class IdempotencyKeyReused(Conflict):
    """The key was used for another request."""

    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for a different request."
    hint = "Use a fresh key for a new request."


class StoredAnswer(Stamped, Base):
    """The answer that a key stands for."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_created_at", "created_at"),)

    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int] = mapped_column(default=0)
    body: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: str
    is_replay: bool

    def response(self) -> Response:
        headers = {"Idempotent-Replayed": "true"} if self.is_replay else {}
        return Response(self.body, self.status, headers, media_type="application/json")


@dataclass(frozen=True, slots=True)
class Idempotency:
    """One request's key. Routes call `run` with the unit of work that makes the effect."""

    db: Database
    key: str | None
    operation: str
    request_hash: str

    async def run(
        self,
        caller: str,
        status: int,
        model: type[BaseModel],
        unit: Callable[Concatenate[WriteSession, P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Response:
        """Run `unit` at most once for this caller and key; answer its result as `model`, or the first run's answer."""

        def once(session: WriteSession) -> _Answer:
            stored = self._claim(session, caller)
            if stored is not None:
                return stored
            body = model.model_validate(unit(session, *args, **kwargs)).model_dump_json()
            self._store(session, caller, status, body)
            return _Answer(status, body, is_replay=False)

        return (await self.db.write(once)).response()

    async def replay(self, caller: str) -> Response | None:
        """The stored answer, for operations that call a provider before their effect."""
        answer = await self.db.read(self._stored, caller)
        return answer.response() if answer else None

    def _claim(self, session: WriteSession, caller: str) -> _Answer | None:
        """Insert the key first: a rival with the same key waits for this transaction, then finds the answer."""
        if self.key is None:
            return None
        row = {
            "scope": self._scope(caller),
            "key": self.key,
            "request_hash": self.request_hash,
            "status": 0,
            "body": "",
            "created_at": session.now,
        }
        return None if insert_or_skip(session, StoredAnswer, row) else self._stored(session, caller)

    def _stored(self, session: ReadSession, caller: str) -> _Answer | None:
        row = session.execute(
            select(StoredAnswer.request_hash, StoredAnswer.status, StoredAnswer.body).where(
                StoredAnswer.scope == self._scope(caller), StoredAnswer.key == self.key
            )
        ).one_or_none()
        if row is None:
            return None
        if row.request_hash != self.request_hash:
            raise IdempotencyKeyReused
        return _Answer(row.status, row.body, is_replay=True)

    def _store(self, session: WriteSession, caller: str, status: int, body: str) -> None:
        if self.key is not None:
            session.change(
                update(StoredAnswer)
                .where(StoredAnswer.scope == self._scope(caller), StoredAnswer.key == self.key)
                .values(status=status, body=body)
            )

    def _scope(self, caller: str) -> str:
        return f"{caller}:{self.operation}"


_KEY = Header(
    alias="Idempotency-Key",
    min_length=8,
    max_length=255,
    pattern=r"^[\x21-\x7e]+$",
    description="A fresh random value; the same one when the request is repeated. Kept for at least 24 hours.",
    examples=["5f0c9f1e-6f0a-4c0e-9d1b-2f6a3c1e8d77"],
)


async def _optional(request: Request, db: Db, idempotency_key: Annotated[str | None, _KEY] = None) -> Idempotency:
    digest = hashlib.sha256(request.url.path.encode() + b"\n" + await request.body()).hexdigest()
    return Idempotency(db, idempotency_key, request.scope["route"].operation_id, digest)


async def _required(found: Annotated[Idempotency, Depends(_optional)]) -> Idempotency:
    if found.key is None:
        raise IdempotencyKeyMissing
    return found


OptionalIdempotency = Annotated[Idempotency, Depends(_optional)]
RequiredIdempotency = Annotated[Idempotency, Depends(_required)]


def sweep_stored_answers(session: WriteSession) -> int:
    """Delete answers older than 48 hours."""
    return session.change(delete(StoredAnswer).where(StoredAnswer.created_at < session.now - _KEEP))


def forget_caller(session: WriteSession, caller: str, now: Mapping[str, str]) -> None:
    """Delete the answers that were stored for this caller. In those stored for others, what is about the caller (an
    object that says so with `id` or `user_id`) has these members `now`: they must still be answered, lest a repeated
    request have its effect twice."""
    session.change(delete(StoredAnswer).where(StoredAnswer.scope.startswith(f"{caller}:", autoescape=True)))
    answers = select(StoredAnswer.scope, StoredAnswer.key, StoredAnswer.body)
    for row in session.execute(answers.where(StoredAnswer.body.contains(caller, autoescape=True))).all():
        its = StoredAnswer.scope == row.scope, StoredAnswer.key == row.key
        session.change(update(StoredAnswer).where(*its).values(body=_renamed(row.body, caller, now)))


def _renamed(body: str, caller: str, now: Mapping[str, str]) -> str:
    def each(thing: dict[str, Any]) -> dict[str, Any]:
        is_about_them = caller in (thing.get("id"), thing.get("user_id"))
        return thing | {name: now[name] for name in thing if name in now and thing[name]} if is_about_them else thing

    return json.dumps(json.loads(body, object_hook=each), ensure_ascii=False, separators=(",", ":"))
