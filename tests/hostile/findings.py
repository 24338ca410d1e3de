"""What a hostile request may be answered with, what it must leave alone, and the list of where that failed."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import select

from app.db.kv import KeyValue, RateLimitState
from app.db.session import ReadSession
from app.orm_registry import metadata
from tests.hostile.mutations import MARKER
from tests.support.world import World

PROBLEM = "application/problem+json"
MOST_BYTES = 4096
Verdict = tuple[int, str]
Snapshot = dict[str, tuple[int, str]]


@dataclass(slots=True)
class Findings:
    """Answers by case, and every fault found in them. Collected, so that one run shows all."""

    faults: list[str] = field(default_factory=list)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def refused(self, case: str, answer: httpx.Response, *statuses: int) -> None:
        """The answer must be a short problem that repeats nothing; of these statuses, if any are named."""
        self.faults += [f"{case}: {fault}" for fault in problem_faults(answer)]
        if statuses and answer.status_code not in statuses:
            self.faults.append(f"{case}: {answer.status_code} {answer.text[:200]}, not one of {statuses}")
        self.note(case, answer)

    def accepted(self, case: str, answer: httpx.Response) -> None:
        """The control: what was not tampered with works."""
        if not answer.is_success and not answer.is_redirect:
            self.faults.append(f"{case}: refused with {answer.status_code} {answer.text[:300]}")
        self.note(case, answer)

    def note(self, case: str, answer: httpx.Response) -> None:
        """Remember the verdict, which must be the same on the other database."""
        assert case not in self.verdicts, case
        self.verdicts[case] = answer.status_code, comparable(answer)

    def same(self, case: str, found: object, wanted: object) -> None:
        if found != wanted:
            self.faults.append(f"{case}: {found!r}, not {wanted!r}")


def problem_faults(answer: httpx.Response) -> list[str]:
    """Everything that is wrong with an answer that should be a refusal."""
    if not 400 <= answer.status_code < 500:
        return [f"answered {answer.status_code} {answer.text[:200]}"]
    body = _json(answer)
    checks = {
        "is no problem": answer.headers.get("content-type") != PROBLEM or not isinstance(body, dict),
        "is too long": len(answer.content) >= MOST_BYTES,
        "repeats what was sent": MARKER in answer.text,
        "has no code": not (isinstance(body, dict) and body.get("code")),
        "has no request id": not (isinstance(body, dict) and body.get("request_id")),
        "has another status inside": not (isinstance(body, dict) and body.get("status") == answer.status_code),
    }
    return [f"{name} ({answer.status_code} {answer.text[:200]})" for name, is_wrong in checks.items() if is_wrong]


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def comparable(answer: httpx.Response) -> str:
    """A problem without what differs from request to request; of another answer only its type."""
    body = _json(answer)
    if not isinstance(body, dict) or answer.headers.get("content-type") != PROBLEM:
        return str(answer.headers.get("content-type", ""))
    return json.dumps({key: value for key, value in body.items() if key != "request_id"}, sort_keys=True)


async def snapshot(world: World) -> Snapshot:
    """Row count and digest of every table but those of counts, which failed log-ins are meant to change, and of what
    lives for minutes; and of what the outside services hold."""
    return await world.db.read(_tables) | {"twins": _twins(world)}


def _tables(session: ReadSession) -> Snapshot:
    return {
        table.name: _digest(sorted(repr(tuple(row)) for row in session.execute(select(table))))
        for table in metadata.sorted_tables
        if table not in {RateLimitState.__table__, KeyValue.__table__}
    }


def _twins(world: World) -> tuple[int, str]:
    connection = world.app.state.twins.books._connection
    rows = [connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("records", "deliveries")]  # noqa: S608
    return _digest(sorted(repr(row) for found in rows for row in found))


def _digest(rows: list[str]) -> tuple[int, str]:
    return len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()


def changed(before: Snapshot, after: Snapshot) -> dict[str, tuple[int, int]]:
    """The tables whose content differs, with their row counts."""
    return {name: (before[name][0], after[name][0]) for name in before if before[name] != after[name]}
