"""Money that a person's bank sent back. It is in their account at the payment service, so no balance of ours moves; but
the bank account is not to be trusted until somebody has looked."""

from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.payouts import policies
from app.domains.payouts.events import MoneyReturned
from app.domains.payouts.models import BankReturn
from app.domains.payouts.repository import accounts, returns
from app.domains.payouts.repository import payouts as rows
from app.domains.payouts.types import REFRESH_ACCOUNT, AccountPayload, BankReturnFacts
from app.domains.users.types import UserId
from app.providers.payments.port import BankPayout, BankPayoutStatus


def apply_bank_payout(session: WriteSession, provider_account_id: str, seen: BankPayout) -> None:
    """Remember what came back, have the next payout looked at, and tell the person; once. Money that arrived changes
    nothing, and neither does that of an account which is not ours."""
    account = accounts.by_provider_id(session, provider_account_id)
    if account is None or seen.status is not BankPayoutStatus.FAILED:
        return
    values = {
        "id": seen.id,
        "user_id": account.user_id,
        "provider_account_id": provider_account_id,
        "amount_cents": seen.amount_cents,
        "currency": seen.currency,
        "failure_code": seen.failure_code,
        "failure_message": seen.failure_message,
        "sent_at": seen.created_at,
        "created_at": session.now,
    }
    if not returns.insert(session, values):
        return
    accounts.trust(session, account.user_id, None)
    rows.hold_all(session, account.user_id)
    REFRESH_ACCOUNT.enqueue(session, AccountPayload(provider_account_id=provider_account_id), dedupe=seen.id)
    after = {"amount_cents": seen.amount_cents, "currency": seen.currency, "failure_code": seen.failure_code}
    audit.record(session, None, Change("bank.returned", "user", account.user_id, after=after))
    session.publish(MoneyReturned(seen.id, account.user_id))


def newest_return(session: ReadSession, user_id: UserId) -> BankReturnFacts | None:
    """The last that the person's bank sent back."""
    found = returns.newest_of(session, user_id)
    return _facts(found) if found else None


def get_return(session: ReadSession, return_id: str) -> BankReturnFacts:
    """Raises `LookupError`: only who was told of it asks."""
    found = returns.by_id(session, return_id)
    if found is None:
        raise LookupError(return_id)
    return _facts(found)


def _facts(found: BankReturn) -> BankReturnFacts:
    return BankReturnFacts(
        id=found.id,
        amount_cents=found.amount_cents,
        currency=found.currency,
        failure_code=found.failure_code,
        failure_message=found.failure_message,
        fault=policies.bank_fault_of(found.failure_code),
        sent_at=found.sent_at,
        returned_at=found.created_at,
    )
