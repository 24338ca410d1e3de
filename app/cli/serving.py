"""Serving, and the database that is served."""

import asyncio
import os
import socket
import sys
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qsl, unquote, urlsplit

import typer

from app.core.config import Settings

if TYPE_CHECKING:
    pass

from app.cli.common import database, refuse, settings_or_exit

_OWN_MACHINE = frozenset({None, "localhost", "127.0.0.1", "::1"})
_HOSTS = frozenset({"host", "hostaddr"})


def serve() -> None:
    """Serve the API until it is told to stop."""
    settings = settings_or_exit()
    from app.main import serve as run  # noqa: PLC0415

    run(settings)


def dev() -> None:
    """Migrate, fill an empty database with demo data, and serve with the local twins."""
    settings = settings_or_exit()
    if settings.environment == "production":
        raise refuse("`dev` is not for production: use `serve`.")
    _refuse_while_serving(settings)
    _migrate(settings)
    if asyncio.run(_seed_if_empty(settings)):
        typer.echo("Filled the new database with demo data.")
    _welcome(settings)
    # A fresh interpreter in this very process: what migrating and seeding took in memory is given back.
    os.execv(sys.executable, [sys.executable, "-m", "app.main"])  # noqa: S606 - our own module


def _refuse_while_serving(settings: Settings) -> None:
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104 - compared, not bound
    try:
        socket.create_connection((host, settings.port), timeout=0.5).close()
    except OSError:
        return
    raise refuse(f"Something is answering on {host}:{settings.port}. Stop it first, or set PEERLOOP_PORT.")


def _welcome(settings: Settings) -> None:
    from app.sandbox.demo.cast import CAST, PASSWORD  # noqa: PLC0415

    typer.echo(f"\n  Swagger UI     {settings.public_url}/docs")
    typer.echo(f"  ReDoc          {settings.public_url}/redoc")
    typer.echo(f"  Sandbox inbox  {settings.public_url}/sandbox/inbox/")
    typer.echo(f"\n  Demo users, all with the password: {PASSWORD}")
    for member in CAST:
        typer.echo(f"    {member.email:<36} {member.about}")
    typer.echo("\n  Stop with Ctrl-C. `peerloop demo` starts afresh; `peerloop clock --forward 1d` moves time.\n")


def migrate() -> None:
    """Bring the database to the newest revision."""
    _migrate(settings_or_exit())


def _migrate(settings: Settings) -> None:
    from app.db.migrations import migrate as upgrade  # noqa: PLC0415

    upgrade(settings)


def demo(
    yes: Annotated[bool, typer.Option("--yes", help="Also empty a Postgres database on another machine.")] = False,
) -> None:
    """Forget everything and fill the database with demo data. Only in development, and not while serving."""
    settings = settings_or_exit()
    if settings.environment != "development":
        raise refuse(f"`demo` deletes everything; it works in development only, and this is {settings.environment}.")
    if not (yes or _is_on_this_machine(settings.database_url)):
        raise refuse("PEERLOOP_DATABASE_URL is on another machine. Add --yes to delete everything in it.")
    _refuse_while_serving(settings)
    from app.sandbox.demo.reset import forget_files  # noqa: PLC0415

    forget_files(settings)
    _migrate(settings)
    asyncio.run(_reseed(settings))
    typer.echo("Everything is as new: demo users, courses and hours.")


def _is_on_this_machine(url: str) -> bool:
    """Of all hosts that the address names, as itself or by a parameter. What begins with a slash is a socket here."""
    parts = urlsplit(url)
    named = [parts.netloc.rpartition("@")[2], *(value for key, value in parse_qsl(parts.query) if key in _HOSTS)]
    hosts = [unquote(host) for names in named for host in names.split(",")]
    return all(host.startswith("/") or urlsplit(f"//{host}").hostname in _OWN_MACHINE for host in hosts)


async def _reseed(settings: Settings) -> None:
    from app.orm_registry import metadata  # noqa: PLC0415
    from app.sandbox.demo.reset import forget_rows  # noqa: PLC0415

    if settings.database_url:
        async with database(settings) as db:
            await db.write(forget_rows, metadata)
    await _seed_if_empty(settings)


async def _seed_if_empty(settings: Settings) -> bool:
    """Whether there was nobody, so that the cast moved in."""
    from app.domains.auth.passwords import Passwords  # noqa: PLC0415
    from app.sandbox.demo.seed import is_empty, seed  # noqa: PLC0415
    from app.wiring.providers import make_storage  # noqa: PLC0415

    async with database(settings) as db:
        if not await db.read(is_empty):
            return False
        passwords, store = Passwords(), make_storage(settings, db.clock)
        await seed(db, passwords, store)
        await store.close()
        passwords.close()
    return True
