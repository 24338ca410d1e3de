"""Asking for one's money, and taking the question back."""

from typing import Any

from app.core.ids import new_id
from app.core.money import CURRENCY
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.payments import service as payments
from app.domains.payments.types import Balances
from app.domains.payouts import policies
from app.domains.payouts.errors import (
    PayoutAccountNotEnabled,
    PayoutMoved,
    PayoutNotFound,
    PayoutTooLarge,
    PayoutTooSmall,
)
from app.domains.payouts.models import Payout, PayoutAccount
from app.domains.payouts.repository import accounts
from app.domains.payouts.repository import payouts as rows
from app.domains.payouts.types import (
    RECALLABLE,
    AccountStatus,
    FailureCode,
    PayoutFacts,
    PayoutId,
    PayoutRules,
    PayoutStatus,
    ReviewReason,
)
from app.domains.users.types import UserId


def request(session: WriteSession, user_id: UserId, amount_cents: int | None, rules: PayoutRules) -> PayoutFacts:
    """Set money aside for a payout: all that is available and may be approved on one day, or so much of it. What the
    person owes is kept back first.

    Raises `PayoutAccountNotEnabled`, `PayoutTooSmall`, `PayoutTooLarge`.
    """
    account = _enabled_account(session, user_id)
    payout_id = PayoutId(new_id("pay"))
    balances = payments.hold_balances(session, user_id, CURRENCY)
    amount = _checked_amount(balances, amount_cents, rules)
    kept_back = min(balances.owed_cents, balances.releasable_cents)
    if kept_back:
        payments.keep_back(session, payout_id, user_id, kept_back, CURRENCY)
    payments.begin_payout(session, payout_id, user_id, amount, CURRENCY)
    rows.add(session, _row(session, payout_id, account, amount))
    return get_payout(session, payout_id)


def _enabled_account(session: ReadSession, user_id: UserId) -> PayoutAccount:
    account = accounts.of_user(session, user_id)
    if account is None or account.status != AccountStatus.ENABLED:
        raise PayoutAccountNotEnabled
    return account


def _checked_amount(balances: Balances, amount_cents: int | None, rules: PayoutRules) -> int:
    available = balances.available_cents
    most = min(available, rules.daily_cap_cents)
    amount = most if amount_cents is None else amount_cents
    if amount > most:
        raise PayoutTooLarge(available_cents=available, most_cents=most, currency=CURRENCY)
    if amount < rules.minimum_cents:
        raise PayoutTooSmall(available_cents=available, minimum_cents=rules.minimum_cents, currency=CURRENCY)
    return amount


def _row(session: WriteSession, payout_id: PayoutId, account: PayoutAccount, amount_cents: int) -> dict[str, object]:
    is_first = not rows.has_been_paid(session, account.user_id)
    return {
        "id": payout_id,
        "user_id": account.user_id,
        "provider_account_id": account.provider_account_id,
        "bank_marker": account.bank_marker,
        "amount_cents": amount_cents,
        "currency": CURRENCY,
        "status": PayoutStatus.REQUESTED,
        "review_reason": policies.review_reason(account.trusted_marker, account.bank_marker, is_first=is_first),
        "attempt": 1,
        "reversed_cents": 0,
        "created_at": session.now,
    }


def cancel_own(session: WriteSession, user_id: UserId, payout_id: PayoutId) -> PayoutFacts:
    """Take it back before it is sent; the money may be asked for again. What was noted before is in the audit log: the
    note of a cancelled one is for its owner. Raises `PayoutNotFound`, `PayoutMoved`."""
    get_own(session, user_id, payout_id)
    return recall(session, payout_id, PayoutStatus.CANCELLED, expected=RECALLABLE, note=None)


def recall(
    session: WriteSession,
    payout_id: PayoutId,
    status: PayoutStatus,
    *,
    expected: tuple[PayoutStatus, ...],
    **values: Any,
) -> PayoutFacts:
    """End a payout that was not made and put its money back. Raises `PayoutMoved`."""
    if not rows.move(session, payout_id, expected, status, **values):
        raise PayoutMoved(payout_status=get_payout(session, payout_id).status)
    ended = get_payout(session, payout_id)
    payments.give_up_payout(session, payout_id, ended.user_id, ended.amount_cents, ended.currency)
    if ended.decided_by is None or "decided_by" not in values:
        change = Change(f"payout.{status}", "payout", payout_id, after={"status": status})
        audit.record(session, ended.user_id, change)
    return ended


def get_own(session: ReadSession, user_id: UserId, payout_id: PayoutId) -> PayoutFacts:
    """Raises `PayoutNotFound` for anybody else's too."""
    found = get_payout(session, payout_id)
    if found.user_id != user_id:
        raise PayoutNotFound
    return found


def get_payout(session: ReadSession, payout_id: PayoutId) -> PayoutFacts:
    """Raises `PayoutNotFound`."""
    payout = rows.by_id(session, payout_id)
    if payout is None:
        raise PayoutNotFound
    return facts_of(payout)


def list_own(session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int) -> list[PayoutFacts]:
    """Newest first."""
    return [facts_of(payout) for payout in rows.page(session, user_id=user_id, before=before, limit=limit)]


def list_payouts(
    session: ReadSession, status: PayoutStatus | None, *, before: Moment | None, limit: int
) -> list[PayoutFacts]:
    """Everybody's, newest first."""
    return [facts_of(payout) for payout in rows.page(session, status=status, before=before, limit=limit)]


def paid_cents(session: ReadSession, user_id: UserId, currency: str) -> int:
    """What was paid out to somebody and did not come back."""
    return rows.paid_cents(session, user_id, currency)


def facts_of(payout: Payout) -> PayoutFacts:
    return PayoutFacts(
        id=payout.id,
        user_id=payout.user_id,
        amount_cents=payout.amount_cents,
        currency=payout.currency,
        status=PayoutStatus(payout.status),
        review_reason=ReviewReason(payout.review_reason) if payout.review_reason else None,
        note=payout.note,
        failure_code=FailureCode(payout.failure_code) if payout.failure_code else None,
        reversed_cents=payout.reversed_cents,
        requested_at=payout.created_at,
        decided_at=payout.decided_at,
        paid_at=payout.paid_at,
        provider_account_id=payout.provider_account_id,
        bank_marker=payout.bank_marker,
        transfer_id=payout.transfer_id,
        decided_by=payout.decided_by,
    )
