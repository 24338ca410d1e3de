"""Lines of the ledger and of the audit log can be added and never changed, whatever the code above tries."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db.database import Database
from app.db.session import ReadSession, WriteSession

ENTRY = "INSERT INTO ledger_entries (id, kind, reference, created_at) VALUES ('sale:1', 'sale', 'trx_1', 0)"
ACCOUNT = "INSERT INTO ledger_accounts VALUES ('stripe::usd', 'stripe', NULL, 'usd', 0)"
AUDIT = (
    "INSERT INTO audit_entries (id, action, subject_type, subject_id, created_at) "
    "VALUES ('aud_1', 'user.suspended', 'user', 'usr_1', 0)"
)
POSTING = "INSERT INTO ledger_postings VALUES ('sale:1', 1, 'stripe::usd', 100, 'usd')"


def run(session: WriteSession, *statements: str) -> None:
    for statement in statements:
        session.execute(text(statement))


def contents(session: ReadSession) -> list[tuple[object, ...]]:
    tables = ("ledger_entries", "ledger_postings", "audit_entries")
    return [tuple(row) for table in tables for row in session.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET reference = 'trx_2'",
        "UPDATE ledger_postings SET amount_cents = 1",
        "DELETE FROM ledger_postings",
        "DELETE FROM ledger_entries",
        "UPDATE audit_entries SET actor_id = 'usr_2'",
        "DELETE FROM audit_entries",
        f"{AUDIT} ON CONFLICT (id) DO UPDATE SET action = 'user.unsuspended'",
        f"{POSTING} ON CONFLICT (entry_id, line) DO UPDATE SET amount_cents = 9",
    ],
)
async def test_a_line_is_never_changed(db: Database, statement: str) -> None:
    await db.write(run, ENTRY, ACCOUNT, POSTING, AUDIT)
    before = await db.read(contents)
    with pytest.raises(DBAPIError, match="append-only"):
        await db.write(run, statement)
    assert await db.read(contents) == before
    assert len(before) == 3


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.parametrize("table", ["ledger_postings", "audit_entries"])
async def test_postgres_refuses_truncate_too(db: Database, table: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        await db.write(run, f"TRUNCATE {table}")
