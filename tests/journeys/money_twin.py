"""Our books against the payment service's own, at any moment.

Notices may be lost or on their way, so that the two balances may differ for a while. Two things must always be true:
what we count as moved was moved there, by as much; and what was asked for in our name is there once at the most, of a
row that may have asked for it. In the end, when everything was heard, the balances are compared as well (`Market.end`).
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from app.domains.payouts.models import Payout, PayoutReversal
from app.domains.payouts.types import ASKED, PayoutStatus, ReversalStatus
from app.domains.refunds.models import Refund
from app.domains.refunds.types import RefundStatus
from app.sandbox.books import Books, Record
from tests.journeys.money_expected import AT_THE_BANK, Facts, fee_of

_MAY_BE_THERE: Final = frozenset(
    {*ASKED, PayoutStatus.PAID, RefundStatus.SENDING, RefundStatus.PROCESSING, RefundStatus.SUCCEEDED, *ReversalStatus}
)
_ASKED_FOR: Final = ("transfer", "transfer_reversal", "refund")
_Moved = Counter[tuple[str, str]]


class _Row(NamedTuple):
    amount_cents: int
    status: str


def differences_from_twin(books: Books, facts: Facts) -> list[str]:
    """In words; nothing when both agree as far as we can know."""
    moved: _Moved = Counter()
    for movement in books.all("stripe.balance_transaction"):
        moved[movement["reporting_category"], movement["source"]] += movement["net"]
    asked_for = [
        thing for kind in _ASKED_FOR for thing in books.all(f"stripe.{kind}") if thing.get("status") != "failed"
    ]
    return [*_not_there(moved, facts), *_not_ours(asked_for, facts)]


def _not_there(moved: _Moved, facts: Facts) -> list[str]:
    counted: _Moved = Counter()
    for sold in facts.sold:
        if sold.charge_id and sold.id in facts.charged:
            counted["charge", sold.charge_id] = sold.amount_cents - fee_of(sold.amount_cents)
    for refund in facts.refunds:
        if refund.status == RefundStatus.SUCCEEDED:
            counted["refund", str(refund.provider_id)] = -refund.amount_cents
    for dispute in facts.disputes:
        if dispute.status in AT_THE_BANK:
            counted["dispute", dispute.provider_id] = -dispute.amount_cents - dispute.fee_cents
    for payout in facts.payouts:
        if payout.status == PayoutStatus.PAID:
            counted["transfer", str(payout.transfer_id)] = -payout.amount_cents
    return [
        f"{what} of {source}: {cents} counted, {moved[what, source]} there"
        for (what, source), cents in counted.items()
        if moved[what, source] != cents
    ]


def _not_ours(asked_for: Iterable[Record], facts: Facts) -> list[str]:
    asking: list[Refund | Payout | PayoutReversal] = [*facts.refunds, *facts.payouts, *facts.reversals]
    rows: dict[str, _Row] = {each.id: _Row(each.amount_cents, each.status) for each in asking}
    times: Counter[str] = Counter()
    found = []
    for thing in asked_for:
        known = re.split("[-:]", thing["metadata"]["reference"])[0]  # what follows is the number of the attempt
        times[known] += 1
        row = rows.get(known)
        if row is None or row.amount_cents != thing["amount"] or row.status not in _MAY_BE_THERE:
            found.append(f"{thing['id']} of {thing['amount']} is there, and of {known} we say {row}")
    return found + [f"{known} is there {count} times" for known, count in times.items() if count > 1]
