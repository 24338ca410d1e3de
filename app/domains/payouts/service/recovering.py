"""Taking back what somebody owes from what was paid out to them. What cannot be had is kept back from later
earnings."""

from datetime import timedelta

from app.core.ids import new_id
from app.core.money import CURRENCY
from app.db.session import WriteSession
from app.domains.payments import service as payments
from app.domains.payouts.repository import reversals
from app.domains.payouts.types import (
    RECOVER,
    REFRESH_TRANSFER,
    DebtorPayload,
    ReversalPlan,
    ReversalStatus,
    TransferPayload,
)
from app.domains.users.types import UserId

_PAUSE = timedelta(days=7)
"""After a refusal, for the money is at the bank by then: it is kept back from later earnings meanwhile."""


def enqueue_recoveries(session: WriteSession) -> None:
    """A question for everybody who owes something; each at most once an hour."""
    for user_id in payments.debtors(session):
        RECOVER.enqueue(session, DebtorPayload(user_id=user_id), dedupe=f"{user_id}:{session.now:%Y%m%d%H}")


def plan_recovery(session: WriteSession, user_id: UserId) -> ReversalPlan | None:
    """What to take back: of the newest payout, as much as is owed. None when nothing is owed or nothing can be had."""
    under_way = reversals.open_of(session, user_id)
    if under_way is not None:
        return ReversalPlan(under_way.id, under_way.transfer_id, under_way.amount_cents, is_repeated=True)
    owed = payments.hold_balances(session, user_id, CURRENCY).owed_cents
    payout = reversals.newest_paid(session, user_id)
    if owed <= 0 or payout is None or payout.transfer_id is None:
        return None
    if reversals.was_refused(session, user_id, since=session.now - _PAUSE):
        return None
    plan = ReversalPlan(
        reference=new_id("rev"),
        transfer_id=payout.transfer_id,
        amount_cents=min(owed, payout.amount_cents - payout.reversed_cents),
        is_repeated=False,
    )
    values = {
        "id": plan.reference,
        "user_id": user_id,
        "payout_id": payout.id,
        "transfer_id": plan.transfer_id,
        "amount_cents": plan.amount_cents,
        "currency": payout.currency,
        "status": ReversalStatus.OPEN,
        "created_at": session.now,
    }
    return plan if reversals.insert(session, values) else None


def apply_reversal(session: WriteSession, reversal_id: str) -> None:
    """The money is back: it pays the debt, and what was paid of that meanwhile is the person's again. Once."""
    found = reversals.by_id(session, reversal_id)
    if found is None or not reversals.end(session, reversal_id, ReversalStatus.DONE):
        return
    payments.recover(session, reversal_id, found.user_id, found.amount_cents, found.currency)
    REFRESH_TRANSFER.enqueue(session, TransferPayload(transfer_id=found.transfer_id), dedupe=reversal_id)


def refuse_reversal(session: WriteSession, reversal_id: str) -> None:
    """The payment service could not take it back."""
    reversals.end(session, reversal_id, ReversalStatus.REFUSED)
