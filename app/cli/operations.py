"""What an operator looks after: the books and the jobs."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app.core.config import Settings

if TYPE_CHECKING:
    pass

from app.cli.common import database, read, refuse, settings_or_exit

_SHOWN = 50


def books() -> None:
    """Show the ledger's balances (credits negative) and their sum, which is zero; exit 1 when they are not sound."""
    from app.domains.payments.ledger import trial_balance  # noqa: PLC0415

    found = asyncio.run(read(settings_or_exit(), trial_balance))
    for account, balance in found.balances.items():
        typer.echo(f"{account:<60} {balance / 100:>12.2f}")
    typer.echo(f"{'sum':<60} {sum(found.balances.values()) / 100:>12.2f}")
    for fault in found.faults:
        typer.echo(fault)
    raise typer.Exit(0 if found.is_sound else 1)


def jobs(
    requeue: Annotated[str | None, typer.Option(help="Give the buried job of this id another life.")] = None,
) -> None:
    """Count the jobs by state and name the buried ones, which need a person."""
    settings = settings_or_exit()
    if requeue is not None and not asyncio.run(_requeue(settings, requeue)):
        raise refuse("There is no buried job of that id.")
    from app.jobs import repository  # noqa: PLC0415
    from app.jobs.models import JobState  # noqa: PLC0415

    counts = asyncio.run(read(settings, repository.count_by_state))
    for state in JobState:
        typer.echo(f"{state:<8} {counts.get(state, 0)}")
    for job_id, kind, error in asyncio.run(read(settings, partial(repository.buried, limit=_SHOWN))):
        typer.echo(f"{job_id} {kind} {error}")


async def _requeue(settings: Settings, job_id: str) -> bool:
    from app.jobs.repository import requeue  # noqa: PLC0415

    async with database(settings) as db:
        return await db.write(requeue, job_id)
