"""`peerloop`: run the service, and what a developer or operator needs beside it.

What is slow to import is imported by the command that needs it, so that `peerloop clock` answers at once.
"""

import asyncio
import json
import os
import re
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, TypeVar
from urllib.parse import urlsplit

import typer

from app.core.clock import DevelopmentClock, utc_text
from app.core.config import Settings, SettingsError, load_settings
from app.core.errors import Problem

if TYPE_CHECKING:
    from app.db.database import Database
    from app.db.session import ReadSession
    from app.domains.books.types import Finding
    from app.domains.files.jobs import Strays

T = TypeVar("T")

app = typer.Typer(
    help="The backend of PeerLoop.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)

mail = typer.Typer(help="The mails that the service sends.", no_args_is_help=True)
app.add_typer(mail, name="mail")

files = typer.Typer(help="The files of members.", no_args_is_help=True)
app.add_typer(files, name="files")

_DURATION = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s)?")
_SHOWN = 50
_CLOCK_YEARS = range(2000, 2100)
_OWN_MACHINE = frozenset({None, "localhost", "127.0.0.1", "::1"})


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def _refuse(reason: str) -> typer.Exit:
    typer.echo(reason, err=True)
    return typer.Exit(1)


def _refuse_while_serving(settings: Settings) -> None:
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104 - compared, not bound
    try:
        socket.create_connection((host, settings.port), timeout=0.5).close()
    except OSError:
        return
    raise _refuse(f"Something is answering on {host}:{settings.port}. Stop it first, or set PEERLOOP_PORT.")


@app.command()
def serve() -> None:
    """Serve the API until it is told to stop."""
    settings = _settings()
    from app.main import serve as run  # noqa: PLC0415

    run(settings)


@app.command()
def dev() -> None:
    """Migrate, fill an empty database with demo data, and serve with the local twins."""
    settings = _settings()
    if settings.environment == "production":
        raise _refuse("`dev` is not for production: use `serve`.")
    _refuse_while_serving(settings)
    migrate()
    if asyncio.run(_seed_if_empty(settings)):
        typer.echo("Filled the new database with demo data.")
    _welcome(settings)
    # A fresh interpreter in this very process: what migrating and seeding took in memory is given back.
    os.execv(sys.executable, [sys.executable, "-m", "app.main"])  # noqa: S606 - our own module


def _welcome(settings: Settings) -> None:
    from app.sandbox.demo.cast import CAST, PASSWORD  # noqa: PLC0415

    typer.echo(f"\n  Swagger UI     {settings.public_url}/docs")
    typer.echo(f"  ReDoc          {settings.public_url}/redoc")
    typer.echo(f"  Sandbox inbox  {settings.public_url}/sandbox/inbox/")
    typer.echo(f"\n  Demo users, all with the password: {PASSWORD}")
    for member in CAST:
        typer.echo(f"    {member.email:<36} {member.about}")
    typer.echo("\n  Stop with Ctrl-C. `peerloop demo` starts afresh; `peerloop clock --forward 1d` moves time.\n")


@app.command()
def migrate() -> None:
    """Bring the database to the newest revision."""
    _settings()
    from app.db.migrations import migrate as upgrade  # noqa: PLC0415

    upgrade()


@app.command()
def demo(
    yes: Annotated[bool, typer.Option("--yes", help="Also empty a Postgres database on another machine.")] = False,
) -> None:
    """Forget everything and fill the database with demo data. Only in development, and not while serving."""
    settings = _settings()
    if settings.environment != "development":
        raise _refuse(f"`demo` deletes everything; it works in development only, and this is {settings.environment}.")
    if settings.database_url and urlsplit(settings.database_url).hostname not in _OWN_MACHINE and not yes:
        raise _refuse("PEERLOOP_DATABASE_URL is on another machine. Add --yes to delete everything in it.")
    _refuse_while_serving(settings)
    from app.sandbox.demo.reset import forget_files  # noqa: PLC0415

    forget_files(settings)
    migrate()
    asyncio.run(_reseed(settings))
    typer.echo("Everything is as new: demo users, courses and hours.")


async def _reseed(settings: Settings) -> None:
    from app.orm_registry import metadata  # noqa: PLC0415
    from app.sandbox.demo.reset import forget_rows  # noqa: PLC0415

    if settings.database_url:
        async with _database(settings) as db:
            await db.write(forget_rows, metadata)
    await _seed_if_empty(settings)


async def _seed_if_empty(settings: Settings) -> bool:
    """Whether there was nobody, so that the cast moved in."""
    from app.domains.auth.passwords import Passwords  # noqa: PLC0415
    from app.sandbox.demo.seed import is_empty, seed  # noqa: PLC0415
    from app.wiring import make_storage  # noqa: PLC0415

    async with _database(settings) as db:
        if not await db.read(is_empty):
            return False
        passwords, store = Passwords(), make_storage(settings, db.clock)
        await seed(db, passwords, store)
        await store.close()
        passwords.close()
    return True


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator["Database"]:
    from app.core.events import EventBus  # noqa: PLC0415
    from app.db.database import Database  # noqa: PLC0415
    from app.db.engines import create_engines  # noqa: PLC0415
    from app.main import default_clock  # noqa: PLC0415 - and with it every table and mapper
    from app.wiring import keep_catalogue  # noqa: PLC0415

    engines, events = create_engines(settings), EventBus()
    keep_catalogue(events)
    try:
        yield Database(engines, default_clock(settings), events)
    finally:
        await engines.dispose()


@app.command()
def clock(
    to: Annotated[str | None, typer.Option(help="Set it to an instant: 2026-12-01T15:00:00Z.")] = None,
    forward: Annotated[str | None, typer.Option(help="Move it forward: 3d4h, 30m, 90s.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Back to the machine's time.")] = False,
) -> None:
    """Show or move the time that a development server, its jobs and the local twins live in."""
    settings = _settings()
    if settings.environment == "production":
        raise _refuse("The clock cannot be moved in production.")
    if sum((to is not None, forward is not None, reset)) > 1:
        raise typer.BadParameter("give one of --to, --forward and --reset")
    moving = DevelopmentClock(settings.data_dir / "clock")
    if to is not None:
        _move(moving, _instant(to))
    elif forward is not None:
        _move(moving, moving.now() + _duration(forward))
    elif reset:
        moving.reset()
    typer.echo(f"It is {utc_text(moving.now(), 'seconds')}.")


def _move(moving: DevelopmentClock, instant: datetime) -> None:
    if instant.year not in _CLOCK_YEARS:
        raise typer.BadParameter(f"the clock runs from {_CLOCK_YEARS.start} to {_CLOCK_YEARS.stop - 1}")
    moving.move_to(instant)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter("an instant looks like 2026-12-01T15:00:00Z") from None
    raise typer.BadParameter("an instant needs an offset, best Z: 2026-12-01T15:00:00Z")


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    if not text or found is None:
        raise typer.BadParameter("a duration looks like 3d4h, 30m or 90s")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


@app.command()
def openapi(
    check: Annotated[Path | None, typer.Option(help="Compare with this file; exit 1 when it differs.")] = None,
    write: Annotated[Path | None, typer.Option(help="Write to this file.")] = None,
) -> None:
    """Print the OpenAPI document, the same wherever it is made."""
    document = _openapi_text()
    if write is not None:
        write.write_text(document, encoding="utf-8")
    if check is not None and (not check.exists() or check.read_text(encoding="utf-8") != document):
        raise _refuse(f"{check} is out of date: run `peerloop openapi --write {check}` and look at what changed.")
    if write is None and check is None:
        typer.echo(document, nl=False)


def _openapi_text() -> str:
    """With the defaults of all settings, not those of the environment, and with no file left behind."""
    from app.main import create_app  # noqa: PLC0415

    with TemporaryDirectory() as folder:
        settings = Settings.model_construct(environment="test", data_dir=Path(folder))
        made = create_app(settings, in_process=True)
        text = json.dumps(made.openapi(), indent=2, ensure_ascii=False) + "\n"
        made.state.twins.books.close()
        made.state.passwords.close()
    return text


@app.command()
def key() -> None:
    """Print a new private key for PEERLOOP_JWT_PRIVATE_KEY."""
    from app.domains.auth.tokens import new_private_key  # noqa: PLC0415

    typer.echo(new_private_key(), nl=False)


@app.command()
def admin(address: Annotated[str, typer.Argument(help="The address of a member who has confirmed it.")]) -> None:
    """Make a member an administrator: the first one is made here, later ones by administrators."""
    if not asyncio.run(_appoint(_settings(), address)):
        raise _refuse("No account has confirmed this address.")
    typer.echo("This member is an administrator from now on.")


async def _appoint(settings: Settings, address: str) -> bool:
    from app.domains.users.service import appoint  # noqa: PLC0415

    async with _database(settings) as db:
        return await db.write(appoint, address)


@mail.command()
def preview(
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("var/mail-preview"),
) -> None:
    """Write every mail with fictional values to a folder, as HTML and as plain text; open its index.html."""
    from app.sandbox.demo.mails import write_previews  # noqa: PLC0415

    typer.echo(f"{write_previews(out)} mails are in {out}. Open {out / 'index.html'}.")


@mail.command()
def clear(address: Annotated[str, typer.Argument(help="The address of an account.")]) -> None:
    """Write to an address again that bounced or complained: its owner says that it works."""
    if not asyncio.run(_clear(_settings(), address)):
        raise _refuse("No account has this address.")
    typer.echo("It is written to again.")


async def _clear(settings: Settings, address: str) -> bool:
    from app.domains.users.service import clear_email  # noqa: PLC0415

    async with _database(settings) as db:
        return await db.write(clear_email, address)


@files.command()
def check() -> None:
    """Name objects that belong to no file, and objects of files that are not there; exit 1 when there are any."""
    found = asyncio.run(_find_strays(_settings()))
    for key in found.unknown:
        typer.echo(f"belongs to no file  {key}")
    for key in found.missing:
        typer.echo(f"is not there        {key}")
    typer.echo(f"{len(found.unknown)} objects belong to no file; {len(found.missing)} are not there.")
    raise typer.Exit(1 if found.unknown or found.missing else 0)


async def _find_strays(settings: Settings) -> "Strays":
    from app.domains.files.jobs import find_strays  # noqa: PLC0415
    from app.wiring import make_storage  # noqa: PLC0415

    async with _database(settings) as db:
        store = make_storage(settings, db.clock)
        try:
            return await find_strays(db, store)
        finally:
            await store.close()


@files.command()
def copy(
    state: Annotated[Path, typer.Option(help="Where to note what is done; the same one goes on.")],
    to_folder: Annotated[Path | None, typer.Option(help="Copy to `objects` in this folder, and not to S3.")] = None,
    at_once: Annotated[int, typer.Option(min=1, max=64, help="How many objects.")] = 8,
) -> None:
    """Copy all files to the S3 store of PEERLOOP_TARGET_S3_…, read each back, and compare. Exit 1 when some failed."""
    source = _settings()
    from app.copying import StateMismatch, route_of, target_of  # noqa: PLC0415
    from app.copying import copy as copy_all  # noqa: PLC0415

    try:
        target = target_of(to_folder)
        route_of(source, target)
        with typer.progressbar(length=1, label="Copying", file=sys.stderr) as bar:

            def begin(length: int) -> Callable[[], None]:
                bar.length = length
                return partial(bar.update, 1)

            tally = asyncio.run(copy_all(source, target, state, at_once=at_once, begin=begin))
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except StateMismatch:
        typer.echo(f"{state} is not of a copy between these two stores.", err=True)
        raise typer.Exit(2) from None
    except Problem as error:
        raise _refuse(error.detail) from None
    for key, reason in tally.failed.items():
        typer.echo(f"{key}: {reason}", err=True)
    typer.echo(f"{tally.copied} copied, {tally.already_there} were there, {len(tally.failed)} failed.")
    raise typer.Exit(1 if tally.failed else 0)


@app.command()
def books() -> None:
    """Show the ledger's balances (credits negative) and their sum, which is zero; exit 1 when something in the books is
    not as it must be, or payouts are frozen."""
    from app.domains.books.service import show_books  # noqa: PLC0415
    from app.domains.payments.ledger import trial_balance  # noqa: PLC0415

    settings = _settings()
    found, verdict = asyncio.run(_read(settings, trial_balance)), asyncio.run(_read(settings, show_books))
    for account, balance in found.balances.items():
        typer.echo(f"{account:<60} {balance / 100:>12.2f}")
    typer.echo(f"{'sum':<60} {sum(found.balances.values()) / 100:>12.2f}")
    for fault in verdict.faults:
        typer.echo(fault)
    if verdict.frozen_at is not None:
        typer.echo(
            f"Payouts are frozen since {utc_text(verdict.frozen_at, 'seconds')}: {'; '.join(verdict.frozen_faults)}"
        )
    raise typer.Exit(0 if verdict.is_sound and verdict.frozen_at is None else 1)


@app.command()
def reconcile() -> None:
    """Compare the books with those of the payment service, write down and show each difference with the entry that would
    set it right; exit 1 when there is one. A development server must be running: its twin keeps the other books."""
    try:
        findings = asyncio.run(_reconcile(_settings()))
    except Problem as error:
        raise _refuse(error.detail) from None
    for finding in findings:
        typer.echo(finding.sentence)
        for line in finding.proposal:
            typer.echo(f"    {line.account:<40} {line.amount_cents / 100:>12.2f}")
    typer.echo(f"{len(findings)} differences.")
    raise typer.Exit(1 if findings else 0)


async def _reconcile(settings: Settings) -> "list[Finding]":
    import httpx  # noqa: PLC0415

    from app.domains.books.jobs import differences  # noqa: PLC0415
    from app.domains.books.service import record_findings  # noqa: PLC0415
    from app.wiring import make_kv, make_providers  # noqa: PLC0415

    async with _database(settings) as db, httpx.AsyncClient(timeout=30) as http:
        providers = make_providers(settings, http, make_kv(settings, db), db.clock)
        findings = await differences(db, providers.payments)
        await db.write(record_findings, findings)
        await providers.storage.close()
    return findings


@app.command()
def jobs(
    requeue: Annotated[str | None, typer.Option(help="Give the buried job of this id another life.")] = None,
) -> None:
    """Count the jobs by state and name the buried ones, which need a person."""
    settings = _settings()
    if requeue is not None and not asyncio.run(_requeue(settings, requeue)):
        raise _refuse("There is no buried job of that id.")
    from app.jobs import repository  # noqa: PLC0415
    from app.jobs.models import JobState  # noqa: PLC0415

    counts = asyncio.run(_read(settings, repository.count_by_state))
    for state in JobState:
        typer.echo(f"{state:<8} {counts.get(state, 0)}")
    for job_id, kind, error in asyncio.run(_read(settings, partial(repository.buried, limit=_SHOWN))):
        typer.echo(f"{job_id} {kind} {error}")


async def _requeue(settings: Settings, job_id: str) -> bool:
    from app.jobs.repository import requeue  # noqa: PLC0415

    async with _database(settings) as db:
        return await db.write(requeue, job_id)


async def _read(settings: Settings, unit: Callable[["ReadSession"], T]) -> T:
    async with _database(settings) as db:
        return await db.read(unit)


if __name__ == "__main__":
    app()
