"""What sends a payout back to where an administrator decides, approved or refused though it be: something happened
since."""

from app.db.session import WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.payouts.models import PayoutAccount
from app.domains.payouts.repository import payouts as rows
from app.domains.users.types import UserId


def hold_of_suspended(session: WriteSession, user_id: UserId) -> None:
    """Somebody was shut out: what they asked for is not sent among others, but once an administrator has looked. It
    stays their money."""
    rows.hold_all(session, user_id)


def hold_for_bank(session: WriteSession, account: PayoutAccount) -> None:
    """Whoever takes over an account enters a bank account of their own: what was asked for with another one waits."""
    if account.provider_account_id and rows.hold_for_bank(session, account.provider_account_id, account.bank_marker):
        audit.record(session, None, Change("bank.changed", "user", account.user_id))
