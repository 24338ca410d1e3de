"""Sending again by itself what failed for no fault of its payee: our balance was too small."""

from collections.abc import Mapping

from app.core.errors import Problem
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.payouts.repository import accounts
from app.domains.payouts.repository import payouts as rows
from app.domains.payouts.service.deciding import check_payee
from app.domains.payouts.service.requesting import facts_of
from app.domains.payouts.types import SEND_PAYOUT, FailureCode, PayoutFacts, PayoutPayload, PayoutStatus
from app.domains.users import service as users

_SHORT = FailureCode.INSUFFICIENT_BALANCE


def is_any_short(session: ReadSession) -> bool:
    """Whether a payout waits for our balance to grow."""
    return bool(rows.failed_with(session, _SHORT))


def resume(session: WriteSession, available: Mapping[str, int]) -> None:
    """Send, the oldest first, what `available` covers (cents by currency); no later one overtakes one that it does not.
    Who came to owe something or cannot be paid waits, and so does everybody while payouts are frozen."""
    if rows.freeze_in_force(session):
        return
    left = dict(available)
    for payout in map(facts_of, rows.failed_with(session, _SHORT)):
        if not _is_payable(session, payout):
            continue
        if payout.amount_cents > left.get(payout.currency, 0):
            return
        left[payout.currency] -= payout.amount_cents
        _send_again(session, payout)


def _is_payable(session: ReadSession, payout: PayoutFacts) -> bool:
    """What happened while the transfer was asked for held nothing: who was shut out or had money sent back waits
    too."""
    account = accounts.of_user(session, payout.user_id)
    is_trusted = account is not None and account.trusted_marker == payout.bank_marker
    if not is_trusted or users.suspended_ids(session, [payout.user_id]):
        return False
    try:
        check_payee(session, payout)
    except Problem:
        return False
    return True


def _send_again(session: WriteSession, payout: PayoutFacts) -> None:
    seen, values = {"failure_code": _SHORT}, rows.next_attempt()
    if rows.move(session, payout.id, (PayoutStatus.FAILED,), PayoutStatus.APPROVED, seen=seen, **values):
        audit.record(session, None, Change("payout.resumed", "payout", payout.id))
        SEND_PAYOUT.enqueue(session, PayoutPayload(payout_id=payout.id))
