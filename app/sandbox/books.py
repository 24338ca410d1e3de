"""What the twins remember, in one SQLite file of their own: a kill in the middle loses nothing here either."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Record = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
  kind TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL DEFAULT 0);
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook on its way. The twin that made it signs it afresh for each attempt when `headers` says how."""

    id: int
    url: str
    headers: dict[str, str]
    body: bytes
    attempts: int


class Books:
    """Records by kind and id, and the queue of webhooks to deliver. Synchronous: it serves one developer."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA busy_timeout=5000")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: an object and the webhook that announces it are written together. May be nested."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def get(self, kind: str, record_id: str) -> Record | None:
        row = self._connection.execute(
            "SELECT body FROM records WHERE kind = ? AND id = ?", (kind, record_id)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, kind: str, record_id: str, body: Record) -> None:
        """Insert or replace a record; its position among its kind stays that of the first insert."""
        self._connection.execute(
            "INSERT INTO records (kind, id, position, body) VALUES (?, ?, "
            "(SELECT coalesce(max(position), 0) + 1 FROM records), ?) "
            "ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, record_id, json.dumps(body)),
        )

    def all(self, kind: str) -> list[Record]:
        """Every record of a kind, oldest first."""
        rows = self._connection.execute("SELECT body FROM records WHERE kind = ? ORDER BY position", (kind,))
        return [json.loads(row[0]) for row in rows]

    def delete(self, kind: str, record_id: str) -> None:
        self._connection.execute("DELETE FROM records WHERE kind = ? AND id = ?", (kind, record_id))

    def queue_delivery(self, url: str, headers: dict[str, str], body: bytes) -> None:
        self._connection.execute(
            "INSERT INTO deliveries (url, headers, body) VALUES (?, ?, ?)", (url, json.dumps(headers), body)
        )

    def due_deliveries(self, at: float, limit: int = 20) -> list[Delivery]:
        rows = self._connection.execute(
            "SELECT id, url, headers, body, attempts FROM deliveries WHERE next_at <= ? ORDER BY id LIMIT ?",
            (at, limit),
        )
        return [Delivery(row[0], row[1], json.loads(row[2]), row[3], row[4]) for row in rows]

    def finish_delivery(self, delivery: Delivery) -> None:
        self._connection.execute("DELETE FROM deliveries WHERE id = ?", (delivery.id,))

    def postpone_delivery(self, delivery: Delivery, until: float) -> None:
        self._connection.execute(
            "UPDATE deliveries SET attempts = attempts + 1, next_at = ? WHERE id = ?", (until, delivery.id)
        )

    def clear(self) -> None:
        """Forget everything (`peerloop demo` starts from here)."""
        self._connection.executescript("DELETE FROM records; DELETE FROM deliveries;")

    def close(self) -> None:
        self._connection.close()
