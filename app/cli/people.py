"""Members and their mails."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.core.config import Settings

if TYPE_CHECKING:
    pass

from app.cli.common import database, refuse, settings_or_exit

mail = typer.Typer(help="The mails that the service sends.", no_args_is_help=True)


def admin(address: Annotated[str, typer.Argument(help="The address of a member who has confirmed it.")]) -> None:
    """Make a member an administrator: the first one is made here, later ones by administrators."""
    if not asyncio.run(_appoint(settings_or_exit(), address)):
        raise refuse("No account has confirmed this address.")
    typer.echo("This member is an administrator from now on.")


async def _appoint(settings: Settings, address: str) -> bool:
    from app.domains.users.service import appoint  # noqa: PLC0415

    async with database(settings) as db:
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
    if not asyncio.run(_clear(settings_or_exit(), address)):
        raise refuse("No account has this address.")
    typer.echo("It is written to again.")


async def _clear(settings: Settings, address: str) -> bool:
    from app.domains.users.service import clear_email  # noqa: PLC0415

    async with database(settings) as db:
        return await db.write(clear_email, address)
