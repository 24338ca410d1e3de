"""What happens at the payment service while nothing of it is told: payments, refunds, disputes, accounts, transfers.

The story is told once; whoever wants to know what becomes of its notices begins with a copy of where it ended.
"""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx

from app.core.config import Settings
from app.domains.payments import service as payments
from app.domains.payouts.service.recovering import enqueue_recoveries
from app.main import create_app
from app.providers.payments.port import Evidence
from app.sandbox.books import Books, Delivery
from app.sandbox.stripe.checkouts import Card
from tests.domains.payouts.payees import approve, ask
from tests.domains.payouts.till import control, fail, onboard, provider_account, service_of
from tests.support.clock import ManualClock
from tests.support.learning import Classroom
from tests.support.refunding import PRICE, Sale
from tests.support.shop import buy, start_checkout
from tests.support.statements import share_compiled
from tests.support.world import BASE_URL, Actor, World

_FILES: Final = ("peerloop.db", "sandbox.db")


@dataclass(frozen=True, slots=True)
class Untold:
    """Where the story ended: the folder with both databases of that moment, and the notices that nobody got."""

    folder: Path
    ended_at: datetime
    deliveries: tuple[Delivery, ...]

    def copy_to(self, folder: Path) -> None:
        """The files of an installation that is there now. A Postgres database has to be copied by whoever has it."""
        folder.mkdir(exist_ok=True)
        copy_installation(self.folder, folder)


def copy_installation(source: Path, folder: Path) -> None:
    """Of one that was kept."""
    for name in _FILES:
        if (source / name).exists():
            shutil.copy(source / name, folder / name)


@asynccontextmanager
async def installation(settings: Settings, clock: ManualClock) -> AsyncIterator[World]:
    """The application with its twins, without the checks of every exchange: those of the story itself are enough."""
    app = create_app(settings, clock=clock, in_process=True)
    share_compiled(app.state.db)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
            yield World(app, clock, http)
    app.state.twins.books.close()


async def tell(settings: Settings, folder: Path) -> Untold:
    """Let everything happen at a fresh installation, and keep where it ended in the folder."""
    clock = ManualClock()
    async with installation(settings, clock) as world:
        await _happen(world)
        books: Books = world.app.state.twins.books
        deliveries = tuple(books.due_deliveries(float("inf"), limit=1000))
        for delivery in deliveries:
            books.finish_delivery(delivery)
    keep_installation(settings.data_dir, folder)
    return Untold(folder, clock.now(), deliveries)


def keep_installation(data_dir: Path, folder: Path) -> None:
    """With what is still in the write-ahead log, which a plain copy would miss."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in (data_dir / name for name in _FILES):
        if source.exists():
            with closing(sqlite3.connect(source)) as connection:
                connection.execute("VACUUM INTO ?", (str(folder / source.name),))


async def _happen(world: World) -> None:
    taught, refunded, _, won, lost = await _begin(world)
    # From here on nothing is told any more.
    await _refund_lost_answer(world, refunded)
    await control(world, f"refunds/{(await service_of(world).list_refunds()).items[0].id}/fail")
    await _take_back_lost_answer(world, taught)
    await _pay_out_lost_answer(world, taught.room, taught.admin)
    await _dispute(world, won, "win")
    await _dispute(world, lost, "lose")
    await _sell(world, taught.room)
    await _finish_account(world)


async def _begin(world: World) -> list[Sale]:
    """Five places sold; of the first, all was taught, paid out and given back, and the third was given back too."""
    taught = await Sale.make(world)
    sales = [taught, *[await taught.another() for _ in range(4)]]
    own = await buy(world, await world.member("Ola Own"), taught.room)  # the creator teaches too
    for place in (taught, replace(taught, enrollment_id=own["enrollment_id"])):
        await place.hold(2)
    for teacher in (taught.teacher, taught.room.teacher):
        await onboard(world, teacher)
    world.clock.advance(days=3)  # then the money is available, and everybody has to log in again
    sales = [await _log_in_again(sale) for sale in sales]
    await approve(sales[0].admin, (await ask(sales[0].teacher))["id"])
    await world.settle()
    for sale in (sales[0], sales[2]):
        await sale.refund(amount_cents=PRICE)
    return sales


async def _log_in_again(sale: Sale) -> Sale:
    people = (sale.teacher, sale.buyer, sale.admin, sale.room.teacher)
    teacher, buyer, admin, creator = [await sale.world.log_in(each.user_id, each.email) for each in people]
    return replace(sale, teacher=teacher, buyer=buyer, admin=admin, room=replace(sale.room, teacher=creator))


async def _work(world: World) -> None:
    """Jobs are carried out, and no notice is sent."""
    await world.app.state.runner.run_until_idle()


async def _refund_lost_answer(world: World, sale: Sale) -> None:
    quote = (await sale.quote(None, amount_cents=PRICE)).json()
    await fail(world, "lost_after", match="POST /v1/refunds")
    answer = await sale.ask(sale.admin, quote, amount_cents=PRICE)
    assert answer.status_code == 201, answer.text
    await _work(world)


async def _take_back_lost_answer(world: World, sale: Sale) -> None:
    """What was paid out to the teacher is fetched back."""
    await fail(world, "lost_after", match="POST /v1/transfers/*/reversals")
    await world.write(enqueue_recoveries)
    await _work(world)


async def _pay_out_lost_answer(world: World, room: Classroom, admin: Actor) -> None:
    asked = await ask(room.teacher)
    await fail(world, "lost_after")
    await approve(admin, asked["id"])
    await _work(world)


async def _dispute(world: World, sale: Sale, decision: str) -> None:
    """The buyer's bank takes the money, hears our side and decides."""
    paid = await world.db.read(payments.get_transaction, sale.transaction_id)
    opened = await control(world, f"charges/{paid.charge_id}/dispute")
    evidence = Evidence(uncategorized_text="All sessions were held.")
    await service_of(world).submit_evidence(
        reference=opened["id"], dispute_id=opened["id"], evidence=evidence, is_final=True
    )
    await control(world, f"disputes/{opened['id']}/{decision}")


async def _sell(world: World, room: Classroom) -> None:
    """Paid at once, twice by one person, disputed at once, days later, never, and not at all."""
    for name, card in (("Pia Paid", Card.SUCCEEDS), ("Dora Dispute", Card.IS_DISPUTED)):
        await _pay(world, await _start(world, room, name), card)
    twice = await world.member("Tom Twice")
    for checkout in [(await start_checkout(twice, room)).json() for _ in range(2)]:
        await _pay(world, checkout, Card.SUCCEEDS)
    for name, act in (("Lia Late", "settle"), ("Nils Never", "fail")):
        await _pay(world, await _start(world, room, name), Card.TAKES_DAYS)
        charge = (await service_of(world).list_charges()).items[0]
        await control(world, f"charges/{charge.id}/{act}")
    left = await _start(world, room, "Lea Left")
    await service_of(world).expire_checkout(left["checkout_session_id"])


async def _start(world: World, room: Classroom, name: str) -> dict[str, Any]:
    answer = await start_checkout(await world.member(name), room)
    assert answer.status_code == 201, answer.text
    started: dict[str, Any] = answer.json()
    return started


async def _pay(world: World, checkout: dict[str, Any], card: Card) -> None:
    assert (await world.http.post(checkout["url"], data={"card": card})).status_code == 303


async def _finish_account(world: World) -> None:
    """Somebody follows the link and answers everything."""
    newcomer = await world.member("Newt Newcomer", can_create_courses=True)
    link = await newcomer.post("/api/payout-account/onboarding-link", {"country": "DE"})
    assert link.status_code == 200, link.text
    await control(world, f"accounts/{await provider_account(world, newcomer)}/fulfil")
