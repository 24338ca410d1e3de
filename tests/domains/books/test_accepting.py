"""What a finding proposes, entered once by an administrator; and then the books agree, whatever night it is."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select

from app.db.session import ReadSession, WriteSession
from app.domains.audit.models import AuditEntry
from app.domains.books import jobs, service
from app.domains.books.types import Drift, Finding, FindingId, Move, StoredFinding
from app.domains.payments import service as payments
from app.domains.payments.types import AccountKind
from tests.domains.books.test_drift import Twin
from tests.domains.payouts.till import service_of
from tests.support.refunding import Sale
from tests.support.shop import pay, start_checkout, verify
from tests.support.world import Actor, World

FEE = -200
NOTE = {"note": "The monthly fee for accounts."}


async def compared(world: World) -> list[Finding]:
    found = await jobs.differences(world.db, service_of(world))
    await world.write(service.record_findings, found)
    return found


def open_findings(session: ReadSession) -> list[StoredFinding]:
    return service.list_findings(session, status=None, before=None, limit=None)


async def charged(world: World, source: str = "fee_monthly") -> tuple[Sale, Actor]:
    """A world in which the payment service took a fee that no notice tells of, hours ago."""
    sale = await Sale.make(world)
    Twin(world.app.state.twins.books).move("stripe_fee", FEE, source)
    return sale, await later(world, sale, hours=3)


async def later(world: World, sale: Sale, **time: float) -> Actor:
    world.clock.move_to(world.clock.now() + timedelta(**time))
    return await world.log_in(sale.admin.user_id, sale.admin.email)


async def accept(ada: Actor, finding_id: str) -> httpx.Response:
    return await ada.post(f"/api/admin/reconciliation/{finding_id}/accept", NOTE)


def enter(session: WriteSession, fact: str, cents: int, reference: str) -> None:
    kinds = AccountKind.STRIPE, AccountKind.PLATFORM
    payments.accept_difference(
        session, fact, list(zip(kinds, (cents, -cents), strict=True)), "usd", reference=reference
    )


async def test_a_fee_of_theirs_is_entered_once_and_never_named_again(world: World) -> None:
    sale, ada = await charged(world)
    before = await sale.books()
    (found,) = await compared(world)
    assert (found.move, found.drift) == (Move.OTHER, Drift.UNBOOKED)
    (named,) = await world.db.read(open_findings)
    answers = await asyncio.gather(*(accept(ada, named.id) for _ in range(5)))
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409, 409]
    assert {each.json().get("code") for each in answers} == {None, "finding_resolved"}
    after = await sale.books()
    assert (after["stripe"] - before["stripe"], after["platform"] - before["platform"]) == (FEE, -FEE)
    assert await compared(world) == []
    assert await world.db.read(service.find_faults) == []
    (entry,) = await world.db.read(
        lambda s: list(s.scalars(select(AuditEntry).where(AuditEntry.subject_id == named.id)))
    )
    assert (entry.action, entry.actor_id, entry.reason) == ("finding.accepted", ada.user_id, NOTE["note"])

    await world.write(service.record_findings, [found])  # a comparison that read the ledger before it was entered
    assert (await accept(ada, named.id)).json()["code"] == "finding_outdated"
    assert await sale.books() == after


async def test_what_was_accepted_late_is_no_difference_when_the_movement_is_long_ago(world: World) -> None:
    sale, _ = await charged(world)
    ada = await later(world, sale, days=10)
    await compared(world)
    (named,) = await world.db.read(open_findings)
    assert (await accept(ada, named.id)).status_code == 200
    for _ in range(3):
        await later(world, sale, days=12)  # the movement is not compared any more, what was entered would be
        assert await compared(world) == []


async def test_a_proposal_that_is_too_late_or_not_the_platforms_is_refused(world: World) -> None:
    sale, ada = await charged(world)
    await compared(world)
    (named,) = await world.db.read(open_findings)
    await world.write(enter, "other:fnd_other:0:-200", FEE, "fee_monthly")  # meanwhile somebody entered it
    assert (await accept(ada, named.id)).json()["code"] == "finding_outdated"
    moved = Finding(Move.TRANSFER, Drift.MISDIRECTED, "pay_1", 0, 0, "usd", "It went elsewhere.")
    await world.write(service.record_findings, [moved])
    newest = await world.db.read(
        lambda session: next(each for each in open_findings(session) if each.subject == "pay_1")
    )
    assert (await accept(ada, newest.id)).json()["code"] == "finding_not_postable"
    assert (await accept(ada, FindingId("fnd_00000000000000000000000000"))).status_code == 404
    await world.write(enter, "fee:fnd_2:0:-5", -5, sale.transaction_id)
    told = (await ada.get(f"/api/transactions/{sale.transaction_id}/explain")).json()
    assert told["lines"][-1]["what"] == "accepted"


async def test_what_is_too_old_to_be_named_can_be_settled_as_a_whole(world: World) -> None:
    sale, _ = await charged(world)
    ada = await later(world, sale, days=40)
    (found,) = await compared(world)
    assert (found.drift, found.theirs_cents - found.ours_cents) == (Drift.BALANCE, FEE)
    (named,) = await world.db.read(open_findings)
    assert (await accept(ada, named.id)).json()["resolved_at"] is not None
    assert await compared(world) == []


async def unheard(world: World) -> tuple[Sale, Actor, Actor, dict[str, Any]]:
    """A world in which somebody paid hours ago, and no notice came."""
    sale = await Sale.make(world)
    buyer = await world.member("Lena Late")
    checkout = (await start_checkout(buyer, sale.room)).json()
    await pay(world, checkout)
    ada = await later(world, sale, hours=3)
    await compared(world)
    return sale, ada, await world.log_in(buyer.user_id, buyer.email), checkout


async def test_a_payment_that_is_heard_of_after_it_was_accepted_counts_once(world: World) -> None:
    sale, ada, buyer, checkout = await unheard(world)
    named = await world.db.read(open_findings)
    assert {each.move for each in named} == {Move.PAYMENT, Move.FEE}
    assert [(await accept(ada, each.id)).status_code for each in named] == [200, 200]
    assert await compared(world) == []
    assert (await sale.books())["unmatched"] == -24900
    assert (await verify(buyer, checkout)).json()["status"] == "paid"
    await world.settle()
    assert await compared(world) == []
    assert "unmatched" not in await sale.books()  # empty
    assert await world.db.read(service.find_faults) == []


async def test_a_payment_that_was_heard_of_meanwhile_is_not_accepted(world: World) -> None:
    sale, ada, buyer, checkout = await unheard(world)
    assert (await verify(buyer, checkout)).json()["status"] == "paid"
    await world.settle()
    before = await sale.books()
    for each in await world.db.read(open_findings):
        assert (await accept(ada, each.id)).json()["code"] == "finding_outdated"
    assert await sale.books() == before
    assert await compared(world) == []
