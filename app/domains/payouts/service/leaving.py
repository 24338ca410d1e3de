"""What is kept of a person's payouts, what keeps their account from being deleted, and what goes when they leave."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.payouts.repository import accounts, returns
from app.domains.payouts.repository import payouts as rows
from app.domains.users.types import Obligation, UserId


def obligations_of(session: ReadSession, user_id: UserId) -> list[Obligation]:
    """A payout that is under way; balances are the money domain's."""
    count = rows.count_open(session, user_id)
    return [Obligation("payouts_open", count, "Wait until your payouts have arrived, or cancel them.")] if count else []


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """The account, the payouts, those of others that the person decided about, and what their bank sent back, newest
    first."""
    return {
        "account": accounts.export_row(session, user_id),
        "made": rows.export_rows(session, user_id),
        "decided": rows.export_decisions(session, user_id),
        "returned_by_bank": returns.export_rows(session, user_id),
    }


def erase(session: WriteSession, user_id: UserId) -> None:
    """Forget what the payment service wanted to know of the person, their bank, and what was noted. Payouts stay: the
    books need them, and the account's name at the payment service, which is where the money went."""
    accounts.forget(session, user_id)
    returns.forget_reasons(session, user_id)
    rows.forget_notes(session, user_id)
