"""What administrators do to payouts. Each decision is one guarded change of state, so that of two that come at once the
first counts."""

from collections.abc import Sequence

from app.core.errors import Problem
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.payments import service as payments
from app.domains.payouts.errors import (
    DailyCapReached,
    OwnPayout,
    PayeeOwes,
    PayoutAccountNotEnabled,
    PayoutMoved,
    PayoutsFrozen,
    ReviewNoteMissing,
)
from app.domains.payouts.repository import accounts
from app.domains.payouts.repository import payouts as rows
from app.domains.payouts.service.requesting import get_payout, recall
from app.domains.payouts.types import (
    RECALLABLE,
    SEND_PAYOUT,
    AccountStatus,
    BatchLine,
    PayoutFacts,
    PayoutId,
    PayoutPayload,
    PayoutRules,
    PayoutStatus,
    ReviewReason,
)
from app.domains.users import service as users
from app.domains.users.types import UserId


def approve(
    session: WriteSession, actor_id: UserId, payout_id: PayoutId, note: str | None, rules: PayoutRules
) -> PayoutFacts:
    """Have it sent. What needs a second look needs a note of it.

    Raises `Forbidden`, `PayoutNotFound`, `OwnPayout`, `PayoutsFrozen`, `ReviewNoteMissing`, `PayeeOwes`,
    `PayoutAccountNotEnabled`, `PayoutMoved`, `DailyCapReached`.
    """
    payout = _decidable(session, actor_id, payout_id)
    if rows.freeze_in_force(session):
        raise PayoutsFrozen
    if payout.review_reason and not note:
        raise ReviewNoteMissing(review_reason=payout.review_reason)
    check_payee(session, payout)
    _move(session, actor_id, payout, (PayoutStatus.REQUESTED,), PayoutStatus.APPROVED, note)
    _count(session, payout, rules)
    accounts.trust(session, payout.user_id, payout.bank_marker)  # it need not be looked at twice again
    SEND_PAYOUT.enqueue(session, PayoutPayload(payout_id=payout_id))
    return get_payout(session, payout_id)


def _decidable(session: WriteSession, actor_id: UserId, payout_id: PayoutId) -> PayoutFacts:
    users.require_admin(session, actor_id)
    payout = get_payout(session, payout_id)
    if payout.user_id == actor_id:
        raise OwnPayout
    return payout


def check_payee(session: ReadSession, payout: PayoutFacts) -> None:
    """Raises `PayoutAccountNotEnabled`, `PayeeOwes`."""
    account = accounts.of_user(session, payout.user_id)
    if account is None or (account.status, account.provider_account_id) != (
        AccountStatus.ENABLED,
        payout.provider_account_id,
    ):
        raise PayoutAccountNotEnabled("This person's payout account cannot be paid to.")
    if payments.get_balances(session, payout.user_id, payout.currency).owed_cents:
        raise PayeeOwes


def _move(
    session: WriteSession,
    actor_id: UserId,
    payout: PayoutFacts,
    expected: tuple[PayoutStatus, ...],
    status: PayoutStatus,
    note: str | None,
    **values: object,
) -> None:
    decided = {"decided_by": actor_id, "decided_at": session.now, "note": note}
    seen = {"review_reason": payout.review_reason, "bank_marker": payout.bank_marker}
    if not rows.move(session, payout.id, expected, status, seen=seen, **decided | values):
        raise PayoutMoved(payout_status=get_payout(session, payout.id).status)
    _record(session, actor_id, payout, status, note)


def _record(session: WriteSession, actor_id: UserId, payout: PayoutFacts, word: str, note: str | None) -> None:
    before = {"status": payout.status, "review_reason": payout.review_reason}
    after = {"amount_cents": payout.amount_cents, "currency": payout.currency, "user_id": payout.user_id}
    audit.record(session, actor_id, Change(f"payout.{word}", "payout", payout.id, before, after, note))


def _count(session: WriteSession, payout: PayoutFacts, rules: PayoutRules) -> None:
    """Nobody empties the platform in a day, not even with an administrator's log-in."""
    day, cap = f"{session.now:%Y-%m-%d}", rules.daily_cap_cents
    if not rows.add_to_day(session, day, payout.currency, payout.amount_cents, cap_cents=cap):
        left = max(0, cap - rows.approved_on(session, day, payout.currency))
        raise DailyCapReached(left_cents=left, currency=payout.currency)


def approve_batch(
    session: WriteSession, actor_id: UserId, payout_ids: Sequence[PayoutId], note: str | None, rules: PayoutRules
) -> list[BatchLine]:
    """Approve each that can be; one that cannot is named and stops none of the others. Raises `Forbidden`."""
    users.require_admin(session, actor_id)
    return [_approve_one(session, actor_id, payout_id, note, rules) for payout_id in dict.fromkeys(payout_ids)]


def _approve_one(
    session: WriteSession, actor_id: UserId, payout_id: PayoutId, note: str | None, rules: PayoutRules
) -> BatchLine:
    try:
        with session.begin_nested():
            approve(session, actor_id, payout_id, note, rules)
    except Problem as problem:
        return BatchLine(payout_id, problem.code)
    return BatchLine(payout_id, None)


def reject(session: WriteSession, actor_id: UserId, payout_id: PayoutId, reason: str) -> PayoutFacts:
    """Turn it down; the money can be asked for again. Raises `Forbidden`, `PayoutNotFound`, `OwnPayout`,
    `PayoutMoved`."""
    return _end(session, actor_id, payout_id, PayoutStatus.REJECTED, reason, expected=(PayoutStatus.REQUESTED,))


def cancel_by_admin(session: WriteSession, actor_id: UserId, payout_id: PayoutId, reason: str) -> PayoutFacts:
    """Stop it before it is sent, approved or not, or give it up after a refusal. Raises as `reject` does."""
    return _end(session, actor_id, payout_id, PayoutStatus.CANCELLED, reason, expected=RECALLABLE)


def _end(
    session: WriteSession,
    actor_id: UserId,
    payout_id: PayoutId,
    status: PayoutStatus,
    reason: str,
    *,
    expected: tuple[PayoutStatus, ...],
) -> PayoutFacts:
    payout = _decidable(session, actor_id, payout_id)
    decided = {"decided_by": actor_id, "decided_at": session.now, "note": reason}
    ended = recall(session, payout_id, status, expected=expected, **decided)
    _record(session, actor_id, payout, status, reason)
    return ended


def hold(session: WriteSession, actor_id: UserId, payout_id: PayoutId, note: str) -> PayoutFacts:
    """Ask for a second look: whoever approves it must say what they saw. Raises as `reject` does."""
    payout = _decidable(session, actor_id, payout_id)
    values = {"review_reason": ReviewReason.HELD, "note": note, "decided_by": actor_id, "decided_at": session.now}
    if not rows.change(session, payout_id, (PayoutStatus.REQUESTED,), **values):
        raise PayoutMoved(payout_status=payout.status)
    _record(session, actor_id, payout, "held", note)
    return get_payout(session, payout_id)


def retry(session: WriteSession, actor_id: UserId, payout_id: PayoutId) -> PayoutFacts:
    """Send once more what the payment service refused, which moved no money.

    Raises `Forbidden`, `PayoutNotFound`, `OwnPayout`, `PayoutsFrozen`, `PayeeOwes`, `PayoutAccountNotEnabled`,
    `PayoutMoved`.
    """
    payout = _decidable(session, actor_id, payout_id)
    if rows.freeze_in_force(session):
        raise PayoutsFrozen
    check_payee(session, payout)
    _move(session, actor_id, payout, (PayoutStatus.FAILED,), PayoutStatus.APPROVED, payout.note, **rows.next_attempt())
    SEND_PAYOUT.enqueue(session, PayoutPayload(payout_id=payout_id))
    return get_payout(session, payout_id)
