"""Calls about payouts and the books: somebody with an account, and payouts in every state that a decision needs."""

from app.db.session import WriteSession
from app.domains.books import service as books
from app.domains.books.types import Drift, Finding, Move, ProposedLine
from app.domains.payouts import service
from app.domains.payouts.types import FailureCode, PayoutId
from tests.domains.payouts.payees import admin, approve, ask, payee
from tests.domains.payouts.till import control, provider_account
from tests.hostile.stage import Call
from tests.support.world import Actor, World

_NOTE = {"note": "The bank account has their name."}
_FEE = Finding(
    Move.OTHER,
    Drift.UNBOOKED,
    "txn_fee",
    0,
    -200,
    "usd",
    "A fee.",
    (ProposedLine("stripe", -200, "usd"), ProposedLine("platform", 200, "usd")),
)
_REASON = {"reason": "Please confirm your bank account."}


async def payout_calls(world: World) -> dict[str, Call]:
    boss, owner, asking = await admin(world, "Pay Admin"), await _owner(world), await payee(world, name="Ask Earner")
    waiting = [await _asked(world, name) for name in ("App Earner", "Bat Earner", "Rej Earner", "Hol Earner")]
    stopped, failed = await _asked(world, "Can Earner"), await _asked(world, "Ret Earner")
    mine = await payee(world, name="Own Earner")
    seen, taken_back = {"payout_id": await _asked_by(mine, 6000)}, {"payout_id": await _asked_by(mine, 5000)}
    await approve(boss, failed)
    await world.write(_refuse, failed)
    await world.write(books.record_findings, [_FEE])
    return {
        "earnings.months": Call(mine, query={"count": "3"}),
        "earnings.statement": Call(mine, query={"month": "2026-12"}),
        "payout_account.get": Call(owner),
        "payout_account.refresh": Call(owner),
        "payout_account.onboard": Call(owner, body={"country": "DE"}),
        "payout_account.dashboard": Call(owner),
        "payouts.request": Call(asking, body={"amount_cents": 5000, "currency": "usd"}),
        "payouts.list": Call(mine),
        "payouts.get": Call(mine, seen),
        "payouts.cancel": Call(mine, taken_back),
        "admin_payouts.list": Call(boss, query={"status": "requested"}),
        "admin_payouts.get": Call(boss, dict(seen)),
        "admin_payouts.approve": Call(boss, {"payout_id": waiting[0]}, body=dict(_NOTE)),
        "admin_payouts.approve_batch": Call(boss, body={"payout_ids": [waiting[1]]} | _NOTE),
        "admin_payouts.reject": Call(boss, {"payout_id": waiting[2]}, body=dict(_REASON)),
        "admin_payouts.hold": Call(boss, {"payout_id": waiting[3]}, body=dict(_NOTE)),
        "admin_payouts.cancel": Call(boss, {"payout_id": stopped}, body=dict(_REASON)),
        "admin_payouts.retry": Call(boss, {"payout_id": failed}),
        "books.get": Call(boss),
        "books.lift_freeze": Call(boss, body={"note": "A row was restored."}),
        "reconciliation.list": Call(boss, query={"status": "open"}),
        "reconciliation.accept": Call(boss, {"finding_id": await _finding(boss)}, body={"note": "The monthly fee."}),
    }


async def _finding(boss: Actor) -> str:
    (found,) = (await boss.get("/api/admin/reconciliation")).json()["items"]
    return str(found["id"])


async def _owner(world: World) -> Actor:
    """Somebody whose account is known at the payment service, and finished."""
    owner = await world.member("Acc Owner", can_create_courses=True)
    await owner.post("/api/payout-account/onboarding-link", {"country": "DE"})
    await control(world, f"accounts/{await provider_account(world, owner)}/fulfil")
    return owner


async def _asked(world: World, name: str) -> str:
    return await _asked_by(await payee(world, name=name), 5000)


async def _asked_by(earner: Actor, cents: int) -> str:
    asked: str = (await ask(earner, cents))["id"]
    return asked


def _refuse(session: WriteSession, payout_id: str) -> None:
    service.begin_sending(session, PayoutId(payout_id))
    service.apply_refusal(session, PayoutId(payout_id), 1, FailureCode.OTHER)
