"""The clock of development."""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from app.core.clock import DevelopmentClock, utc_text

if TYPE_CHECKING:
    pass

from app.cli.common import refuse, settings_or_exit

_DURATION = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s)?")
_CLOCK_YEARS = range(2000, 2100)


def clock(
    to: Annotated[str | None, typer.Option(help="Set it to an instant: 2026-12-01T15:00:00Z.")] = None,
    forward: Annotated[str | None, typer.Option(help="Move it forward: 3d4h, 30m, 90s.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Back to the machine's time.")] = False,
) -> None:
    """Show or move the time that a development server, its jobs and the local twins live in."""
    settings = settings_or_exit()
    if settings.environment == "production":
        raise refuse("The clock cannot be moved in production.")
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
