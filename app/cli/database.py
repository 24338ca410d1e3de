"""The database as a whole."""

import asyncio
import os
import sys
from functools import partial

import typer
from pydantic import ValidationError

from app.cli.common import refuse, settings_or_exit
from app.core.config import Settings

database = typer.Typer(help="The database as a whole.", no_args_is_help=True)

_TARGET = "PEERLOOP_TARGET_DATABASE_URL"


@database.callback()
def _group() -> None:
    """So that `copy` is a command of it, although it is the only one."""


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
