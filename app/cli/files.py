"""The files of members."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.core.config import Settings, SettingsError
from app.core.errors import Problem

if TYPE_CHECKING:
    from app.domains.files.jobs import Strays

from app.cli.common import database, refuse, settings_or_exit

files = typer.Typer(help="The files of members.", no_args_is_help=True)


@files.command()
def check() -> None:
    """Name objects that belong to no file or recording, and objects of these that are not there; exit 1 when there are
    any."""
    found = asyncio.run(_find_strays(settings_or_exit()))
    for key in found.unknown:
        typer.echo(f"belongs to no file  {key}")
    for key in found.missing:
        typer.echo(f"is not there        {key}")
    typer.echo(f"{len(found.unknown)} objects belong to no file; {len(found.missing)} are not there.")
    raise typer.Exit(1 if found.unknown or found.missing else 0)


async def _find_strays(settings: Settings) -> "Strays":
    from app.domains.files.jobs import find_strays  # noqa: PLC0415
    from app.domains.recordings.jobs import find_strays as find_stray_recordings  # noqa: PLC0415
    from app.wiring.providers import make_storage  # noqa: PLC0415

    async with database(settings) as db:
        store = make_storage(settings, db.clock)
        try:
            found = await find_strays(db, store)
            unknown, missing = await find_stray_recordings(db, store)
            return replace(found, unknown=found.unknown + unknown, missing=found.missing + missing)
        finally:
            await store.close()


@files.command()
def copy(
    state: Annotated[Path, typer.Option(help="Where to note what is done; the same one goes on.")],
    to_folder: Annotated[Path | None, typer.Option(help="Copy to `objects` in this folder, and not to S3.")] = None,
    at_once: Annotated[int, typer.Option(min=1, max=64, help="How many objects.")] = 8,
    delete_gone: Annotated[bool, typer.Option(help="Delete there what was copied before and is deleted here.")] = False,
) -> None:
    """Copy all files to the S3 store of PEERLOOP_TARGET_S3_…, read each back, and compare. Exit 1 when some failed."""
    source = settings_or_exit()
    from app.copying import StateMismatch, route_of, target_of  # noqa: PLC0415
    from app.copying import copy as copy_all  # noqa: PLC0415

    try:
        target = target_of(to_folder)
        route_of(source, target)
        with typer.progressbar(length=1, label="Copying", file=sys.stderr) as bar:

            def begin(length: int) -> Callable[[], None]:
                bar.length = length
                return partial(bar.update, 1)

            tally = asyncio.run(copy_all(source, target, state, at_once=at_once, begin=begin, deletes_gone=delete_gone))
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except StateMismatch:
        typer.echo(f"{state} is not of a copy between these two stores.", err=True)
        raise typer.Exit(2) from None
    except Problem as error:
        raise refuse(error.detail) from None
    for key, reason in tally.failed.items():
        typer.echo(f"{key}: {reason}", err=True)
    typer.echo(f"{tally.copied} copied, {tally.already_there} were there, {len(tally.failed)} failed.")
    if tally.gone:
        done = "deleted there too" if delete_gone else "still there: with --delete-gone they go"
        typer.echo(f"{len(tally.gone)} that were copied before are deleted here, and {done}.")
    raise typer.Exit(1 if tally.failed else 0)
