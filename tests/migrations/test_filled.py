"""A database that is in use can be migrated: no row is lost, and each still refers to what it referred to."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import MetaData, Table, insert, select

from app.core.config import Settings
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.db.session import WriteSession
from tests.support.clock import ManualClock
from tests.support.databases import upgrade

T = TypeVar("T")
Rows = dict[str, dict[str, Any]]
_SOLD = {"buyer_id": "usr_1", "amount_cents": 9}
_PEOPLE = {"teacher_id": "usr_1", "student_id": "usr_1"}
_TIMES = {"starts_at": 1, "ends_at": 2, "occupied_from": 1, "occupied_until": 2}
_COURSE = {"level": "beginner", "session_count": 1, "session_duration_minutes": 60}
_LABELS: dict[str, Any] = {"topics": [], "tags": []}
MONEY: Rows = {
    "users": {"id": "usr_1"},
    "purchases": {"id": "pur_1", "creator_id": "usr_1", "teacher_id": "usr_1", "status": "paid", **_SOLD},
    "transactions": {"id": "trx_1", "purchase_id": "pur_1", "status": "completed", **_SOLD},
    "payment_splits": {"transaction_id": "trx_1", "share": "platform", "amount_cents": 9},
    "ledger_accounts": {"id": "platform::usd", "kind": "platform"},
    "ledger_entries": {"id": "sale:trx_1"},
    "ledger_postings": {"entry_id": "sale:trx_1", "account_id": "platform::usd"},
}
SESSIONS: Rows = {
    "topics": {"id": "top_1"},
    "courses": {"id": "crs_1", "creator_id": "usr_1", "topic_id": "top_1", **_COURSE},
    "course_listings": {"course_id": "crs_1", "creator_id": "usr_1", "slug": "zebra-club", "words": {}} | _LABELS,
    "enrollments": {"id": "enr_1", "course_id": "crs_1", "transaction_id": "trx_1", "status": "enrolled", **_PEOPLE},
    "sessions": {"id": "ses_1", "enrollment_id": "enr_1", "course_id": "crs_1", "status": "scheduled"}
    | _PEOPLE
    | _TIMES,
    "audit_entries": {
        "actor_id": "usr_1",
        "action": "session.resolved",
        "subject_type": "session",
        "subject_id": "ses_1",
    },
    "calendar_feeds": {"id": "fee_1", "user_id": "usr_1"},
    "session_walls": {"session_id": "ses_1", "user_id": "usr_1"},
    "recording_consents": {"session_id": "ses_1", "user_id": "usr_1"},
    "session_rooms": {"session_id": "ses_1"},
    "recordings": {"id": "rec_1", "session_id": "ses_1", "enrollment_id": "enr_1", "state": "waiting", **_PEOPLE},
    "refunds": {"id": "ref_1", "transaction_id": "trx_1", "status": "requested", "cause": "requested", "parts": {}}
    | _SOLD,
    "disputes": {"id": "dis_1", "transaction_id": "trx_1", "status": "inquiry", "parts": {}},
}


def at_once(settings: Settings, unit: Callable[[WriteSession], T]) -> T:
    """One unit of work, outside of any loop: Alembic wants one of its own."""

    async def run() -> T:
        db = Database(create_engines(settings), ManualClock(), EventBus())
        try:
            return await db.write(unit)
        finally:
            await db.engines.dispose()

    return asyncio.run(run())


def table_of(session: WriteSession, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=session.connection(), resolve_fks=False)


def fill(rows: Rows) -> Callable[[WriteSession], None]:
    """Insert these rows; what else their tables want is empty or zero."""

    def unit(session: WriteSession) -> None:
        for name, given in rows.items():
            table = table_of(session, name)
            wanted = [each for each in table.columns if not each.nullable and each.server_default is None]
            session.execute(insert(table).values({each.name: each.type.python_type() for each in wanted} | given))

    return unit


def missing(session: WriteSession) -> list[str]:
    """The tables that do not have exactly their row any more."""
    lost = []
    for name, given in (MONEY | SESSIONS).items():
        table = table_of(session, name)
        found = session.execute(select(*(table.c[column] for column in given))).mappings().all()
        lost += [] if [dict(row) for row in found] == [given] else [name]
    return lost


def sorted_titles(session: WriteSession) -> list[str]:
    """As they are until the one job that lists the courses anew has run."""
    listings, jobs = (table_of(session, name) for name in ("course_listings", "jobs"))
    rebuilding = select(jobs.c.state).where(jobs.c.kind == "catalogue.rebuild")
    assert session.scalars(rebuilding).all() == ["queued"]
    return list(session.scalars(select(listings.c.sort_title)))


def deciders(session: WriteSession) -> list[str]:
    """Who decided how the sessions ended, as the audit log kept it."""
    return list(session.scalars(select(table_of(session, "sessions").c.resolved_by_user_id)))


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_a_filled_database_is_migrated(blank_settings: Settings) -> None:
    where = {"data_dir": str(blank_settings.data_dir), "database_url": blank_settings.database_url}
    upgrade("0015", **where)  # the next one makes tables of money anew on SQLite, 0019 and later ones others
    at_once(blank_settings, fill(MONEY))
    upgrade("0018", **where)
    at_once(blank_settings, fill(SESSIONS))
    upgrade(**where)
    assert at_once(blank_settings, missing) == []
    assert at_once(blank_settings, sorted_titles) == ["zebra club"]
    assert at_once(blank_settings, deciders) == ["usr_1"]


def test_a_revision_that_leaves_a_reference_without_its_row_is_undone(tmp_path: Path) -> None:
    """On SQLite, which cannot hold references while it makes tables anew."""
    upgrade("0020", data_dir=str(tmp_path), database_url="")
    with sqlite3.connect(tmp_path / "peerloop.db") as connection:
        connection.execute("INSERT INTO calendar_feeds VALUES ('fee_1', 'usr_1', 0)")
    with pytest.raises(SystemExit, match="a row of calendar_feeds refers to a row of users that is not there"):
        upgrade(data_dir=str(tmp_path), database_url="")
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0020",)
    connection.close()
