"""The database as a whole."""

import asyncio
import os
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from app.cli.common import refuse, settings_or_exit
from app.core.clock import SystemClock
from app.core.config import Settings

database = typer.Typer(help="The database as a whole.", no_args_is_help=True)

_TARGET = "PEERLOOP_TARGET_DATABASE_URL"


@database.command()
def backup(
    to: Annotated[typer.FileBinaryWrite, typer.Argument(help="Where to; - is standard output.", atomic=True)],
) -> None:
    """Write a checked copy of the SQLite database, also while the API runs. Exit 1 when it could not be made."""
    from app.db.backups import BackupRefused, back_up  # noqa: PLC0415

    try:
        with back_up(_sqlite_of(settings_or_exit())) as copy, copy.open("rb") as source:
            shutil.copyfileobj(source, to)
            to.flush()
    except BackupRefused as reason:
        raise refuse(str(reason)) from None
    typer.echo("The backup is whole.", err=True)


@database.command()
def restore(file: Annotated[typer.FileBinaryRead, typer.Argument(help="The backup; - is standard input.")]) -> None:
    """Put a backup in the place of the SQLite database, if it is whole. Stop the API first. The database that was there
    is kept beside it. Exit 1 when something is in the way; then nothing was changed."""
    from app.db.backups import BackupRefused  # noqa: PLC0415
    from app.db.backups import restore as put_back  # noqa: PLC0415

    try:
        former = put_back(_sqlite_of(settings_or_exit()), file, now=SystemClock().now())
    except BackupRefused as reason:
        raise refuse(f"{reason} Nothing was changed.") from None
    typer.echo("The backup is in its place.")
    if former is not None:
        typer.echo(f"What was there is kept as {former}: delete it when all is well.")


def _sqlite_of(settings: Settings) -> Path:
    from app.db.engines import sqlite_path  # noqa: PLC0415

    if settings.database_url:
        raise refuse("PEERLOOP_DATABASE_URL is set: backups of Postgres are its provider's.")
    return sqlite_path(settings)


@database.command()
def copy() -> None:
    """Copy the SQLite database to the empty Postgres of PEERLOOP_TARGET_DATABASE_URL and compare every row. Stop the
    API first. Exit 1 when something is in the way; then nothing was copied."""
    source, target = settings_or_exit(), _target()
    from app.db.copying import CannotCopy  # noqa: PLC0415

    try:
        counts = _copy(source, target)
    except CannotCopy as reason:
        raise refuse(f"{reason} Nothing was copied.") from None
    for name, count in counts.items():
        if count:
            typer.echo(f"{name:<32} {count:>12,}")
    typer.echo(f"{sum(counts.values()):,} rows of {len(counts)} tables were copied, and every one is the same there.")
    typer.echo("Now set PEERLOOP_DATABASE_URL and start: what is written from then on is in Postgres only.")


def _target() -> Settings:
    """The settings of the copy, which gives all connections that are needed by one address."""
    if url := os.environ.get(_TARGET):
        try:
            return Settings(database_url=url, database_url_direct="")
        except ValidationError:
            pass
    typer.echo(f"{_TARGET}: must be set, and start with postgresql://", err=True)
    raise typer.Exit(2)


def _copy(source: Settings, target: Settings) -> dict[str, int]:
    """How many rows of which table. Raises `CannotCopy`."""
    from app.db.copying import copy_rows, count_rows, open_source, prepare_target  # noqa: PLC0415
    from app.orm_registry import metadata  # noqa: PLC0415

    tables = metadata.sorted_tables
    with open_source(source) as rows:
        counts = count_rows(rows, tables)
        prepare_target(target)
        with typer.progressbar(length=2 * sum(counts.values()), label="Copying and comparing", file=sys.stderr) as bar:
            asyncio.run(copy_rows(rows, target, tables, partial(bar.update)))
    return counts
