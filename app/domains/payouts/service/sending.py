"""The way of the money: planned in one transaction, asked for outside any, entered in another."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from app.core.logging import log_event
from app.db.session import ReadSession, WriteSession
from app.domains.payments import service as payments
from app.domains.payouts import policies
from app.domains.payouts.events import PayoutFailed, PayoutPaid
from app.domains.payouts.models import Payout
from app.domains.payouts.repository import accounts
from app.domains.payouts.repository import payouts as rows
from app.domains.payouts.service.freezing import freeze, must_wait
from app.domains.payouts.service.holding import hold_for_bank
from app.domains.payouts.service.requesting import facts_of
from app.domains.payouts.types import (
    ASKED,
    OPEN,
    SEND_PAYOUT,
    AccountStatus,
    FailureCode,
    PayoutFacts,
    PayoutId,
    PayoutPayload,
    PayoutStatus,
    SendPlan,
)
from app.providers.payments.port import Transfer

logger = logging.getLogger(__name__)

# What was asked for and not answered is asked about again when the runner has given up, or its job was lost.
_SILENCE, _BATCH = timedelta(minutes=10), 100


def begin_sending(session: WriteSession, payout_id: PayoutId) -> SendPlan | None:
    """What to ask the payment service for, from now on possibly asked. None when there is nothing to send now: it was
    taken back, is done, or payouts are frozen or wait for a look at the books. An account that cannot be paid to any
    more fails without being asked, and one with another bank account than the one that was approved waits for an
    administrator again."""
    payout = rows.by_id(session, payout_id)
    if payout is None or payout.status in ASKED:
        return _plan(payout, is_repeated=True, may_send=not must_wait(session)) if payout else None
    if payout.status != PayoutStatus.APPROVED or must_wait(session):
        return None
    account = accounts.of_user(session, payout.user_id)
    if account is None or account.status != AccountStatus.ENABLED:
        code, expected = FailureCode.ACCOUNT_NOT_ENABLED, (PayoutStatus.APPROVED,)
        apply_refusal(session, payout_id, payout.attempt, code, expected=expected)
        return None
    hold_for_bank(session, account)
    if not rows.move(session, payout_id, (PayoutStatus.APPROVED,), PayoutStatus.SENDING, asked_at=session.now):
        return None  # it was cancelled or held at this moment
    return _plan(rows.by_id(session, payout_id), is_repeated=False, may_send=True)


def _plan(payout: Payout | None, *, is_repeated: bool, may_send: bool) -> SendPlan | None:
    if payout is None:
        return None
    return SendPlan(
        payout_id=payout.id,
        attempt=payout.attempt,
        reference=policies.transfer_reference(payout.id, payout.attempt),
        provider_account_id=payout.provider_account_id,
        amount_cents=payout.amount_cents,
        currency=payout.currency,
        is_repeated=is_repeated,
        may_send=may_send,
    )


def mark_unknown(session: WriteSession, payout_id: PayoutId, attempt: int) -> None:
    """The answer was lost: the transfer was made, or not."""
    rows.move(session, payout_id, (PayoutStatus.SENDING,), PayoutStatus.UNKNOWN, seen={"attempt": attempt})


def apply_transfer(session: WriteSession, transfer: Transfer) -> None:
    """The transfer was made: enter it, once, however often it is told; and how much of it came back. It pays its
    payout as long as the money is set aside, even if we took it for refused. Money that left without that stops all
    payouts."""
    payout_id = PayoutId(transfer.reference.partition(":")[0])
    is_news = rows.move(
        session, payout_id, OPEN, PayoutStatus.PAID, transfer_id=transfer.id, paid_at=session.now, failure_code=None
    )
    payout = rows.by_id(session, payout_id)
    if payout is None:
        return  # none of ours: the comparison of the books names it
    if is_news:
        payments.finish_payout(session, payout.id, payout.user_id, payout.amount_cents, payout.currency)
        session.publish(PayoutPaid(payout.id, payout.user_id))
    elif payout.transfer_id != transfer.id and transfer.reversed_cents < transfer.amount_cents:
        _stop(session, payout, transfer)
    if transfer.reversed_cents:
        rows.set_reversed(session, transfer.id, transfer.reversed_cents)


def _stop(session: WriteSession, payout: Payout, transfer: Transfer) -> None:
    """The payout was paid by another transfer, or its money was put back before: only a person can tell what is
    right."""
    log_event(logger, "payouts.unexpected_transfer", payout_id=payout.id, transfer_id=transfer.id)
    freeze(session, [f"{payout.id}: the transfer {transfer.id} was made, though the payout is {payout.status}"])


def apply_refusal(
    session: WriteSession,
    payout_id: PayoutId,
    attempt: int,
    code: FailureCode,
    *,
    expected: Sequence[PayoutStatus] = ASKED,
) -> None:
    """No transfer was made. The money stays set aside until it is tried again or given up. A refusal says nothing of a
    later attempt: its answer may come late, and is given again for a day."""
    seen = {"attempt": attempt}
    if rows.move(session, payout_id, expected, PayoutStatus.FAILED, seen=seen, failure_code=code):
        payout = rows.by_id(session, payout_id)
        if payout is not None:
            session.publish(PayoutFailed(payout_id, payout.user_id, code))


def ask_after_unanswered(session: WriteSession) -> None:
    """Take up again what was begun and not finished; each payout at most once an hour."""
    for payout_id in rows.unanswered(session, before=session.now - _SILENCE, limit=_BATCH):
        payload = PayoutPayload(payout_id=payout_id)
        SEND_PAYOUT.enqueue(session, payload, dedupe=f"{payout_id}:{session.now:%Y%m%d%H}")


def paid_since(session: ReadSession, since: datetime) -> list[PayoutFacts]:
    """The payouts whose transfer was made since then."""
    return [facts_of(payout) for payout in rows.paid_since(session, since)]
