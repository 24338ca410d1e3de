"""Forgets everything a development installation has gathered. The server must not be running."""

from pathlib import Path
from shutil import rmtree

from sqlalchemy import MetaData, text

from app.core.clock import DevelopmentClock
from app.core.config import Settings
from app.db.engines import sqlite_path
from app.db.session import WriteSession

_SIDE_FILES = ("", "-wal", "-shm")  # a log left behind would be played into the next database of that name


def forget_files(settings: Settings) -> None:
    """Delete the SQLite database, the twins' books and the folder of files, and let the clock run as the machine's
    does."""
    _delete(sqlite_path(settings))
    _delete(settings.data_dir / "sandbox.db")
    rmtree(settings.data_dir / "objects", ignore_errors=True)
    DevelopmentClock(settings.data_dir / "clock").reset()


def _delete(database: Path) -> None:
    for suffix in _SIDE_FILES:
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def forget_rows(session: WriteSession, metadata: MetaData) -> None:
    """Delete every row on Postgres, whose database is not ours to delete. The ledger's triggers refuse that of anybody,
    so they rest meanwhile; the whole is one transaction."""
    names = [table.name for table in metadata.sorted_tables]
    for statement in (
        *(f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in names),
        f"TRUNCATE {', '.join(names)}",
        *(f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in names),
    ):
        session.execute(text(statement))
