"""The command line, with what can be tried without serving."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from jose import jwk
from typer.testing import CliRunner, Result

from app.cli import app
from app.core.config import Settings
from app.domains.notifications.types import Template
from app.providers.storage.port import ObjectStore
from app.wiring.providers import make_storage
from tests.support.clock import ManualClock
from tests.support.databases import Postgres

Run = Callable[..., Result]
ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command in a development installation of its own."""
    base = {"PEERLOOP_ENVIRONMENT": "development", "PEERLOOP_DATA_DIR": str(tmp_path), "PEERLOOP_DATABASE_URL": ""}
    base["PEERLOOP_PORT"] = str(free_port())

    def invoke(*arguments: str, **settings: str) -> Result:
        given = {f"PEERLOOP_{name.upper()}": value for name, value in settings.items()}
        return CliRunner().invoke(app, list(arguments), env=base | given)

    return invoke


def test_help_lists_the_commands(run: Run) -> None:
    shown = run("--help").output
    assert all(
        name in shown
        for name in ("serve", "dev", "migrate", "demo", "clock", "openapi", "key", "jobs", "books", "mail", "files")
    )


@pytest.mark.parametrize("command", ["serve", "dev", "migrate", "demo", "clock", "jobs", "books"])
def test_wrong_settings_are_one_line_each(run: Run, command: str) -> None:
    done = run(command, port="0", secret="short")
    assert (done.exit_code, done.stdout) == (2, "")
    assert sorted(line.partition(":")[0] for line in done.stderr.splitlines()) == ["PEERLOOP_PORT", "PEERLOOP_SECRET"]


def test_the_clock_is_shown_moved_and_reset(run: Run) -> None:
    assert run("clock", "--to", "2031-12-01T15:00:00Z").stdout == "It is 2031-12-01T15:00:00Z.\n"
    shown = run("clock", "--forward", "3d4h").stdout
    assert shown.startswith("It is 2031-12-04T19:00:0")
    assert run("clock").stdout[:24] == shown[:24]
    assert run("clock", "--to", "2030-01-01T01:00:00+01:00").stdout == "It is 2030-01-01T00:00:00Z.\n"
    reset = datetime.fromisoformat(run("clock", "--reset").stdout.removeprefix("It is ").removesuffix(".\n"))
    assert abs(reset - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("duration", "seconds"), [("90s", 90), ("30m", 1800), ("2h", 7200), ("1d", 86400), ("1d1h1m1s", 90061), ("0m", 0)]
)
def test_durations(run: Run, duration: str, seconds: int) -> None:
    run("clock", "--to", "2031-01-01T00:00:00Z")
    moved = run("clock", "--forward", duration).stdout.removeprefix("It is ").removesuffix(".\n")
    since = datetime.fromisoformat(moved) - datetime(2031, 1, 1, tzinfo=UTC)
    assert 0 <= since.total_seconds() - seconds <= 5


@pytest.mark.parametrize(
    "arguments",
    [
        ("--to", "tomorrow"),
        ("--to", "2031-12-01T15:00:00"),
        ("--to", "9999-12-31T23:59:59Z"),
        ("--to", "0001-01-01T00:00:00Z"),
        ("--to", "0001-01-01T00:00:00+14:00"),
        ("--forward", ""),
        ("--forward", "3"),
        ("--forward", "h"),
        ("--forward", "-3h"),
        ("--forward", "1h1d"),
        ("--forward", "9999d"),
        ("--forward", "99999999999d"),
        ("--to", "2031-01-01T00:00:00Z", "--reset"),
        ("--to", "2031-01-01T00:00:00Z", "--forward", "1h"),
        ("--forward", "1h", "--reset"),
    ],
)
def test_impossible_times_are_refused_and_move_nothing(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    run("clock", "--to", "2080-01-01T00:00:00Z")
    before = (tmp_path / "clock").read_text(encoding="ascii")
    done = run("clock", *arguments)
    assert (done.exit_code, (tmp_path / "clock").read_text(encoding="ascii")) == (2, before)
    assert "Traceback" not in done.output


def production(key: str) -> dict[str, str]:
    return {
        "environment": "production",
        "public_url": "https://api.peerloop.example",
        "app_url": "https://peerloop.example",
        "secret": "x" * 40,
        "jwt_private_key": key,
        "stripe_key": "sk_live_x",
        "stripe_webhook_secret": "whsec_0123456789abcdef",
        "stripe_connect_webhook_secret": "whsec_fedcba9876543210",
        "plugnmeet_url": "https://video.peerloop.example",
        "plugnmeet_key": "k",
        "plugnmeet_secret": "x" * 20,
        "resend_key": "re_x",
        "resend_webhook_secret": "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyE=",
    }


def test_production_and_tests_are_left_alone(run: Run, tmp_path: Path) -> None:
    live = production(run("key").stdout)
    for command in ("dev", "demo", "clock"):
        done = run(command, **live)
        assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1), done.output
    assert run("demo", environment="test").exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_a_fresh_p256_key(run: Run) -> None:
    one, other = run("key").stdout, run("key").stdout
    assert one != other
    assert jwk.construct(one, "ES256").public_key().to_dict()["crv"] == "P-256"


def test_demo_fills_and_starts_afresh(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sandbox.db-wal").write_text("stale")
    run("clock", "--to", "2031-01-01T00:00:00Z")
    for _ in range(2):
        done = run("demo")
        assert (done.exit_code, done.stderr) == (0, ""), done.output
    assert sorted(file.name for file in tmp_path.iterdir() if file.suffix != ".db") == ["objects"]
    assert run("jobs").stdout.splitlines()[1:] == ["running  0", "done     0", "dead     0"]
    with sqlite3.connect(tmp_path / "peerloop.db") as connection:
        assert connection.execute("SELECT count(*) FROM course_listings").fetchone() == (4,)
    connection.close()


def test_every_mail_can_be_previewed_without_a_database(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "mails"
    done = run("mail", "preview", "--out", str(out))
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    assert list(tmp_path.iterdir()) == [out]
    index = (out / "index.html").read_text(encoding="utf-8")
    for template in Template:
        text, page = ((out / f"{template}.{ending}").read_text(encoding="utf-8") for ending in ("txt", "html"))
        assert text.startswith("Hello")
        assert page.startswith("<!doctype html>")
        assert f'href="{template}.html"' in index
        assert f'href="{template}.txt"' in index


def test_an_address_is_cleared_by_hand(run: Run, tmp_path: Path) -> None:
    run("demo")

    def statuses(*statements: str) -> list[tuple[str]]:
        with sqlite3.connect(tmp_path / "peerloop.db") as connection:
            for statement in statements:
                connection.execute(statement)
            found = connection.execute("SELECT DISTINCT email_status FROM users").fetchall()
        connection.close()
        return found

    statuses("UPDATE users SET email_status = 'bounced' WHERE email = 'sam.sample@peerloop.example'")
    assert run("mail", "clear", "nobody@peerloop.example").exit_code == 1
    assert sorted(statuses()) == [("bounced",), ("ok",)]
    assert run("mail", "clear", "Sam.Sample@peerloop.example").exit_code == 0
    assert statuses() == [("ok",)]


def test_the_first_administrator_is_appointed_and_written_down(run: Run, tmp_path: Path) -> None:
    run("demo")
    for unproven in ("nobody@peerloop.example", "nia.newcomer@peerloop.example"):
        assert run("admin", unproven).exit_code == 1
    assert run("admin", "Sam.Sample@peerloop.example").exit_code == 0
    with sqlite3.connect(tmp_path / "peerloop.db") as connection:
        admins = connection.execute("SELECT handle FROM users WHERE is_admin ORDER BY handle").fetchall()
        entries = connection.execute("SELECT action, reason FROM audit_entries WHERE actor_id IS NULL").fetchall()
    connection.close()
    assert ("sam_sample",) in admins
    assert entries == [("user.capabilities_changed", "appointed at the console")]


def test_the_books_are_shown_and_checked(run: Run, tmp_path: Path) -> None:
    run("demo")
    assert run("books").exit_code == 0
    with sqlite3.connect(tmp_path / "peerloop.db") as connection:
        columns = "id, kind, currency, balance_cents"
        connection.execute(f"INSERT INTO ledger_accounts ({columns}) VALUES ('x', 'stripe', 'usd', 5)")  # noqa: S608
    connection.close()
    done = run("books")
    assert (done.exit_code, done.stdout.split()[:2]) == (1, ["x", "0.05"])
    assert done.stdout.splitlines()[-2:] == ["x: balance 5, postings 0", "all balances together are 5"]


def test_files_without_a_row_are_named_and_demo_forgets_them(run: Run, tmp_path: Path) -> None:
    run("migrate")
    sound = run("files", "check")
    assert (sound.exit_code, sound.stdout) == (0, "0 objects belong to no file; 0 are not there.\n")
    store = make_storage(Settings(environment="test", data_dir=tmp_path), ManualClock())
    asyncio.run(_put(store, "files/usr_nobody/feed"))
    done = run("files", "check")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (1, "belongs to no file  files/usr_nobody/feed")
    run("demo")
    assert run("files", "check").exit_code == 0


async def _put(store: ObjectStore, key: str) -> None:
    await store.put(key, b"stray", content_type="text/plain")


def test_demo_empties_postgres_too(run: Run, postgres: Postgres) -> None:
    name = postgres.create_database()
    for _ in range(2):
        done = run("demo", database_url=postgres.url(name))
        assert (done.exit_code, done.stdout) == (0, "Everything is as new: demo users, courses and hours.\n"), done
    postgres.drop_database(name)


@pytest.mark.parametrize(
    "address",
    [
        "db.peerloop.example/live",
        "user:secret@db.peerloop.example:5432/live",
        "/live?host=db.peerloop.example",
        "localhost/live?host=db.peerloop.example",
        "/live?hostaddr=192.0.2.7",
        "localhost:5432,db.peerloop.example:5432/live",
        "/live?host=/run/postgresql,db.peerloop.example",
    ],
)
def test_demo_asks_before_it_empties_another_machine(run: Run, address: str) -> None:
    done = run("demo", database_url=f"postgresql://{address}")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "--yes" in done.stderr


@pytest.mark.parametrize("command", ["demo", "dev"])
def test_a_running_server_is_not_disturbed(run: Run, tmp_path: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = run(command, port=str(server.getsockname()[1]))
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert list(tmp_path.iterdir()) == []


def test_migrate_makes_the_tables(run: Run) -> None:
    assert run("migrate").exit_code == 0
    assert run("jobs").exit_code == 0


def test_the_document_is_the_same_in_every_environment(run: Run, tmp_path: Path) -> None:
    document = run("openapi").stdout
    assert json.loads(document)["openapi"].startswith("3.1")
    assert run("openapi", public_url="https://elsewhere.example", environment="test").stdout == document
    assert list(tmp_path.iterdir()) == []


def test_a_document_is_written_and_compared(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    assert run("openapi", "--check", str(file)).exit_code == 1
    assert (run("openapi", "--write", str(file)).exit_code, file.exists()) == (0, True)
    assert run("openapi", "--check", str(file)).exit_code == 0
    file.write_text(file.read_text(encoding="utf-8") + " ", encoding="utf-8")
    done = run("openapi", "--check", str(file))
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"--write {file}" in done.stderr


def test_dev_serves_demo_data_and_stops_on_sigterm(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {"DATA_DIR": str(tmp_path), "PORT": str(port), "PUBLIC_URL": url, "ENVIRONMENT": "development"}
    environment = os.environ | {f"PEERLOOP_{name}": value for name, value in settings.items()}
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", "dev"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert len(_wait_for(f"{url}/api/courses")["items"]) == 4
        finally:
            server.send_signal(signal.SIGTERM)
            output, _ = server.communicate(timeout=30)
    assert f"{url}/docs" in output
    assert "sam.sample@peerloop.example" in output
    assert server.returncode in {0, -signal.SIGTERM}


def _wait_for(url: str) -> dict[str, list[object]]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            body: dict[str, list[object]] = httpx.get(url).json()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return body
    raise TimeoutError(url)
