"""What an operator looks after: the books and the jobs."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import database, read, refuse, settings_or_exit
from app.core.clock import utc_text
from app.core.config import Settings
from app.core.errors import Problem

if TYPE_CHECKING:
    from app.domains.books.types import Finding

_SHOWN = 50


def books() -> None:
    """Show the ledger's balances (credits negative) and their sum, which is zero; exit 1 when something in the books is
    not as it must be, or payouts are frozen."""
    from app.domains.books.service import show_books  # noqa: PLC0415
    from app.domains.payments.ledger import trial_balance  # noqa: PLC0415

    settings = settings_or_exit()
    found, verdict = asyncio.run(read(settings, trial_balance)), asyncio.run(read(settings, show_books))
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


def reconcile() -> None:
    """Compare the books with those of the payment service, write down and show each difference with the entry that
    would set it right; exit 1 when there is one. A development server must be running: its twin keeps the other
    books."""
    try:
        findings = asyncio.run(_reconcile(settings_or_exit()))
    except Problem as error:
        raise refuse(error.detail) from None
    for finding in findings:
        typer.echo(finding.sentence)
        for line in finding.proposal:
            typer.echo(f"    {line.account:<40} {line.amount_cents / 100:>12.2f}")
    typer.echo("1 difference." if len(findings) == 1 else f"{len(findings)} differences.")
    raise typer.Exit(1 if findings else 0)


async def _reconcile(settings: Settings) -> "list[Finding]":
    import httpx  # noqa: PLC0415

    from app.domains.books.jobs import differences  # noqa: PLC0415
    from app.domains.books.service import record_comparison  # noqa: PLC0415
    from app.wiring.providers import make_kv, make_providers  # noqa: PLC0415

    async with database(settings) as db, httpx.AsyncClient(timeout=30) as http:
        providers = make_providers(settings, http, make_kv(settings, db), db.clock)
        findings = await differences(db, providers.payments)
        await db.write(record_comparison, findings)
        await providers.storage.close()
    return findings


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
