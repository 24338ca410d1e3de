"""What commands have in common."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

import typer

from app.core.config import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from app.db.database import Database
    from app.db.session import ReadSession

T = TypeVar("T")


def settings_or_exit() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def refuse(reason: str) -> typer.Exit:
    typer.echo(reason, err=True)
    return typer.Exit(1)


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator["Database"]:
    from app.core.events import EventBus  # noqa: PLC0415
    from app.db.database import Database  # noqa: PLC0415
    from app.db.engines import create_engines  # noqa: PLC0415
    from app.main import default_clock  # noqa: PLC0415 - and with it every table and mapper
    from app.wiring.handlers import keep_catalogue  # noqa: PLC0415

    engines, events = create_engines(settings), EventBus()
    keep_catalogue(events)
    try:
        yield Database(engines, default_clock(settings), events)
    finally:
        await engines.dispose()


async def read(settings: Settings, unit: Callable[["ReadSession"], T]) -> T:
    async with database(settings) as db:
        return await db.read(unit)
