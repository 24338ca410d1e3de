"""A SQLite database copied to Postgres: every row, or none."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.core.config import Settings
from app.main import create_app
from app.orm_registry import metadata
from app.sandbox.demo.cast import PASSWORD, SAM
from tests.conftest import make_settings
from tests.support.clock import ManualClock
from tests.support.databases import Postgres
from tests.support.learning import Classroom, booked
from tests.support.world import World
from tests.test_cli import Run, run

__all__ = ["run"]

_REFUSE = "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
_BEFORE = "CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
_PATIENCE_S = 30


@pytest.fixture
def target(postgres: Postgres) -> Iterator[str]:
    """The address of a database without tables."""
    name = postgres.create_database("template1")
    yield postgres.url(name)
    postgres.drop_database(name)


async def answer(url: str, statement: str) -> Any:
    """The first value that Postgres answers."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def ask(url: str, statement: str) -> Any:
    return asyncio.run(answer(url, statement))


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[World]:
    clock = ManualClock()
    app = create_app(settings, clock=clock, in_process=True)
    async with app.router.lifespan_context(app), World.of(app, clock) as world:
        yield world
    app.state.twins.books.close()


def change(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "peerloop.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def watch_inserts(run: Run, url: str, table: str, body: str) -> None:
    """Have Postgres do something with each row that comes into the table."""
    assert run("migrate", database_url=url).exit_code == 0
    ask(url, _REFUSE.format(name="watch", body=body))
    ask(url, _BEFORE.format(name="watch", table=table))


def rows_there(url: str) -> int:
    return sum(ask(url, f'SELECT count(*) FROM "{name}"') for name in metadata.tables)  # noqa: S608 - our tables


async def test_the_copy_is_served_like_the_original(run: Run, tmp_path: Path, target: str) -> None:
    await asyncio.to_thread(run, "demo")
    assert (await asyncio.to_thread(run, "database", "copy", target_database_url=target)).exit_code == 0
    async with served(make_settings(tmp_path / "new", database_url=target)) as world:
        log_in = await world.http.post("/api/auth/login", json={"email": SAM.email, "password": PASSWORD})
        assert log_in.status_code == 200
        found = (await world.http.get("/api/courses", params={"q": "calude"})).json()["items"]
        assert found[0]["slug"] == "intro-to-claude-code"
        room = await Classroom.open(world)
        await booked(await room.student(), "2026-12-03T10:00:00Z")
        await world.settle()


async def test_every_row_goes_over(run: Run, sqlite_settings: Settings, target: str) -> None:
    """Also one that refers to a later one of its table, documents in other words, and the document `null`."""
    async with served(sqlite_settings) as world:
        room = await Classroom.open(world)
        student = await room.student()
        first, second = [await booked(student, f"2026-12-0{day}T10:00:00Z") for day in (3, 4)]
        await world.settle()
    change(
        sqlite_settings.data_dir,
        f"UPDATE sessions SET rebooked_as_session_id = '{max(first, second)}' WHERE id = '{min(first, second)}'",  # noqa: S608
        f"UPDATE sessions SET taught = 'null' WHERE id = '{first}'",  # noqa: S608
        'UPDATE course_listings SET words = \'{"b": 1.50, "a": [1e2, null, "\u00e9"]}\'',
    )
    done = await asyncio.to_thread(run, "database", "copy", target_database_url=target)
    assert done.exit_code == 0, done.stderr
    with closing(sqlite3.connect(sqlite_settings.data_dir / "peerloop.db")) as connection:
        counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in metadata.tables}  # noqa: S608
    assert f"{sum(counts.values()):,} rows of {len(counts)} tables were copied" in done.stdout
    assert {name: await answer(target, f'SELECT count(*) FROM "{name}"') for name in counts} == counts  # noqa: S608
    assert await answer(target, "SELECT count(*) FROM sessions WHERE taught = 'null'") == 1
    assert await answer(target, "SELECT count(rebooked_as_session_id) FROM sessions") == 1


def test_a_target_with_rows_is_refused(run: Run, target: str) -> None:
    run("demo")
    assert run("database", "copy", target_database_url=target).exit_code == 0
    there = rows_there(target)
    done = run("database", "copy", target_database_url=target)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "The target is not empty" in done.stderr
    assert rows_there(target) == there


def test_what_a_server_has_open_is_not_copied(run: Run, tmp_path: Path, target: str) -> None:
    run("demo")
    with closing(sqlite3.connect(tmp_path / "peerloop.db")) as server:
        server.execute("SELECT count(*) FROM users").fetchone()
        done = run("database", "copy", target_database_url=target)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "Stop the API first" in done.stderr
    assert run("database", "copy", target_database_url=target).exit_code == 0


def test_a_row_that_postgres_does_not_take_stops_all(run: Run, tmp_path: Path, target: str) -> None:
    run("demo")
    change(tmp_path, "UPDATE users SET bio = 'a' || char(0) || 'b' WHERE email LIKE 'sam%'")
    done = run("database", "copy", target_database_url=target)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Postgres does not take a row of users" in done.stderr
    assert rows_there(target) == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("NEW.term := NEW.term || '!'; RETURN NEW;", "A row of search_spellings is not the same"),
        ("IF NEW.term = 'claude' THEN RETURN NULL; END IF; RETURN NEW;", "A row of search_spellings is not the same"),
        ("RETURN NULL;", "Rows of search_spellings are missing"),
    ],
    ids=["changed", "one lost", "all lost"],
)
def test_a_difference_is_found_before_anything_counts(run: Run, target: str, body: str, said: str) -> None:
    run("demo")
    watch_inserts(run, target, "search_spellings", body)
    done = run("database", "copy", target_database_url=target)
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert rows_there(target) == 0


def test_a_copy_that_is_killed_leaves_nothing_and_can_be_repeated(run: Run, tmp_path: Path, target: str) -> None:
    run("demo")
    watch_inserts(run, target, "course_terms", "PERFORM pg_advisory_xact_lock(7); RETURN NEW;")
    asyncio.run(_kill_in_the_middle(tmp_path, target))
    assert rows_there(target) == 0
    assert run("database", "copy", target_database_url=target).exit_code == 0


async def _kill_in_the_middle(folder: Path, url: str) -> None:
    """While it waits for a lock that we have, with half of the tables copied."""
    holder = await asyncpg.connect(url)
    await holder.execute("SELECT pg_advisory_lock(7)")
    environment = os.environ | {"PEERLOOP_DATA_DIR": str(folder), "PEERLOOP_TARGET_DATABASE_URL": url}
    command = [sys.executable, "-m", "app.cli", "database", "copy"]
    copying = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: ASYNC220, S603
    deadline = time.monotonic() + _PATIENCE_S
    while not await holder.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    copying.send_signal(signal.SIGKILL)
    copying.wait()
    await holder.close()


def test_the_short_limits_of_a_role_are_not_for_a_copy(run: Run, target: str) -> None:
    run("demo")
    is_limited = "current_setting('statement_timeout') <> '0'"
    watch_inserts(run, target, "users", f"IF {is_limited} THEN RAISE 'limited'; END IF; RETURN NEW;")
    ask(target, f"ALTER DATABASE {ask(target, 'SELECT current_database()')} SET statement_timeout = '15s'")
    assert ask(target, f"SELECT {is_limited}")
    done = run("database", "copy", target_database_url=target)
    assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize("url", ["", "mysql://db.peerloop.example/live"])
def test_without_a_target_nothing_is_tried(run: Run, url: str) -> None:
    done = run("database", "copy", target_database_url=url)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "PEERLOOP_TARGET_DATABASE_URL: must be set, and start with postgresql://\n"


def test_what_cannot_be_copied_is_said(run: Run, tmp_path: Path, target: str) -> None:
    for settings, said in (
        ({"database_url": target}, "PEERLOOP_DATABASE_URL is set"),
        ({}, "There is no database"),
    ):
        done = run("database", "copy", target_database_url=target, **settings)
        assert (done.exit_code, done.stdout) == (1, "")
        assert said in done.stderr
    run("demo")
    done = run("database", "copy", target_database_url="postgresql://nobody@127.0.0.1:1/live")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "The target cannot be used" in done.stderr
    change(tmp_path, "UPDATE alembic_version SET version_num = '0001'")
    assert "of another version" in run("database", "copy", target_database_url=target).stderr
