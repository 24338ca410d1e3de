"""The operator's commands about the books, against a twin that is really served."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from sqlalchemy import update
from typer.testing import CliRunner, Result

from app.cli import app as cli
from app.core.clock import utc_text
from app.db.session import WriteSession
from app.domains.payments.models import LedgerAccount
from tests.domains.books.test_drift import Twin, sold_and_paid_out
from tests.support.world import World


@asynccontextmanager
async def _served(world: World) -> AsyncIterator[dict[str, str]]:
    """The world's twins on a port of their own; the settings of a console that asks them about the world's database."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(world.app, lifespan="off", log_config=None, ws="none"))
        serving = asyncio.create_task(server.serve([listener]))
        yield {
            "PEERLOOP_ENVIRONMENT": "development",
            "PEERLOOP_DATA_DIR": str(world.settings.data_dir),
            "PEERLOOP_DATABASE_URL": world.settings.database_url,
            "PEERLOOP_STRIPE_URL": f"http://127.0.0.1:{port}/sandbox/stripe",
        }
        server.should_exit = True
        await serving


async def _run(console: dict[str, str], *arguments: str) -> Result:
    """In a thread, where the command has an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, cli, arguments, env=console)


def _tamper(session: WriteSession) -> None:
    session.execute(update(LedgerAccount).where(LedgerAccount.kind == "stripe").values(balance_cents=1))


async def test_the_commands_name_what_differs_and_say_so_with_their_exit_code(world: World) -> None:
    ada = await sold_and_paid_out(world)
    twin = Twin(world.app.state.twins.books)
    async with _served(world) as console:
        await _run(console, "clock", "--to", utc_text(world.clock.now(), "seconds"))
        books = await _run(console, "books")
        assert (books.exit_code, books.stdout.splitlines()[-1].split()) == (0, ["sum", "0.00"])
        clean = await _run(console, "reconcile")
        assert (clean.exit_code, clean.stdout) == (0, "0 differences.\n"), clean.output
        twin.add(twin.one("transfer"), source="tr_foreign")
        drifted = await _run(console, "reconcile")
        sentence, *proposal, verdict = drifted.stdout.splitlines()
        assert (drifted.exit_code, verdict) == (1, "1 difference.")
        assert sentence.startswith("Transfer at the payment service that is not in the ledger (tr_foreign): 0 here,")
        assert [line.split()[0] for line in proposal] == ["stripe", "platform"]
        (found,) = (await ada.get("/api/admin/reconciliation", params={"status": "open"})).json()["items"]
        assert found["subject"] == "tr_foreign"
        await world.write(_tamper)
        broken = await _run(console, "books")
        assert broken.exit_code == 1
        assert any(line.startswith("stripe:-:usd: balance 1, postings") for line in broken.stdout.splitlines())
    unreachable = await _run(console, "reconcile")
    assert (unreachable.exit_code, unreachable.stdout) == (1, "")
