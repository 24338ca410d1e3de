"""People who are to be paid, and the administrators who decide about it."""

from dataclasses import replace
from typing import Any, Final

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.payments import ledger
from app.domains.payments import service as payments
from app.domains.payments.ledger import Account, Line
from app.domains.payments.types import AccountKind, Balances
from app.domains.payouts import service
from app.domains.payouts.models import Payout
from app.domains.users.types import UserId
from app.providers.payments.port import Capability, ConnectedAccount
from tests.support.world import Actor, World

EARNED: Final = 17430
READY: Final = ConnectedAccount(
    id="acct_ready",
    reference="",
    country="DE",
    email=None,
    charges_enabled=False,
    payouts_enabled=True,
    transfers=Capability.ACTIVE,
    details_submitted=True,
    currently_due=(),
    past_due=(),
    pending_verification=(),
    disabled_reason=None,
    bank_marker="bank-1",
)


async def payee(world: World, cents: int = EARNED, name: str = "Tess Template") -> Actor:
    """Somebody who has earned so much and whose account is ready, as far as our rows say."""
    actor = await world.member(name, can_create_courses=True)
    await world.write(earn, actor.user_id, cents)
    await world.write(open_account, actor.user_id)
    return actor


async def admin(world: World, name: str = "Ada Example") -> Actor:
    return await world.member(name, is_admin=True)


def earn(session: WriteSession, user_id: UserId, cents: int) -> None:
    earned = Account(AccountKind.RELEASABLE, "usd", user_id)
    lines = [Line(Account(AccountKind.STRIPE, "usd"), cents), Line(earned, -cents)]
    ledger.post(session, new_id("tst"), kind="test", reference="test", lines=lines)


def owe(session: WriteSession, user_id: UserId, cents: int) -> None:
    lines = [Line(Account(AccountKind.OWED, "usd", user_id), cents), Line(Account(AccountKind.STRIPE, "usd"), -cents)]
    ledger.post(session, new_id("tst"), kind="test", reference="test", lines=lines)


def claw_back(session: WriteSession, user_id: UserId, cents: int) -> bool:
    """What a refund does to what was released and not asked for yet. Raises `LedgerRefused` when it is not there."""
    lines = [
        Line(Account(AccountKind.RELEASABLE, "usd", user_id), cents),
        Line(Account(AccountKind.STRIPE, "usd"), -cents),
    ]
    return ledger.post(session, new_id("tst"), kind="test", reference="test", lines=lines)


def open_account(session: WriteSession, user_id: UserId, /, **changes: Any) -> None:
    """Let our rows say what the payment service would tell of a finished account, or of another."""
    service.plan_account(session, user_id, "DE")
    found = replace(READY, id=f"acct_{user_id[-8:]}", **changes)
    service.apply_new_account(session, user_id, found, session.now)


def balances(session: ReadSession, actor: Actor) -> Balances:
    return payments.get_balances(session, actor.user_id, "usd")


async def ask(actor: Actor, amount_cents: int | None = None, *, key: str | None = None) -> dict[str, Any]:
    answer = await actor.post("/api/payouts", {"amount_cents": amount_cents}, key=key)
    assert answer.status_code == 201, answer.text
    asked: dict[str, Any] = answer.json()
    return asked


async def approve(by: Actor, payout_id: str, note: str | None = "Looked at the bank account.") -> dict[str, Any]:
    answer = await by.post(f"/api/admin/payouts/{payout_id}/approve", {"note": note})
    assert answer.status_code == 200, answer.text
    approved: dict[str, Any] = answer.json()
    return approved


def status_of(session: ReadSession, payout_id: str) -> str:
    payout = session.get(Payout, payout_id)
    assert payout is not None
    return payout.status
