"""Who should have what: a small book of its own beside the ledger, kept from what happened and never from postings.

What happened is what the other tables say (which place was bought, how many sessions of it were counted, how refunds,
disputes, payouts and reversals stand). Amounts come from the pure rules of `core.money` and `payments.policies`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import select

from app.core.money import Share, split_sale
from app.db.session import ReadSession
from app.domains.courses.models import Course
from app.domains.enrollments.models import Enrollment
from app.domains.payments.models import LedgerEntry, Transaction
from app.domains.payments.policies import Loss, Stake, due_release, held_by_all, succession, take_back
from app.domains.payouts.models import Payout, PayoutReversal
from app.domains.payouts.types import OPEN, PayoutStatus, ReversalStatus
from app.domains.refunds.models import Dispute, Refund
from app.domains.refunds.types import UNDER_WAY, DisputeStatus, RefundStatus
from app.domains.users.types import UserId

_UNDECIDED = frozenset({RefundStatus.REQUESTED, RefundStatus.REJECTED})
_NOT_THERE = frozenset({RefundStatus.APPROVED, RefundStatus.FAILED})
AT_THE_BANK = frozenset({DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW})


class Place(NamedTuple):
    """What a payment bought."""

    id: str
    creator_id: UserId
    teacher_id: UserId | None
    student_id: UserId
    status: str
    bought: int
    counted: int


class Sold(NamedTuple):
    """A payment that arrived."""

    id: str
    amount_cents: int
    charge_id: str | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is known to have happened, oldest first, without the ledger's amounts."""

    sold: Sequence[Sold]
    refunds: Sequence[Refund]
    disputes: Sequence[Dispute]
    payouts: Sequence[Payout]
    reversals: Sequence[PayoutReversal]
    charged: frozenset[str]  # the sales whose fee was told


def read_facts(session: ReadSession) -> Facts:
    rows = session.execute(
        select(Transaction, Enrollment, Course.creator_id)
        .outerjoin(Enrollment, Enrollment.transaction_id == Transaction.id)
        .outerjoin(Course, Course.id == Enrollment.course_id)
        .order_by(Transaction.created_at, Transaction.id)
    )
    found = Facts(
        sold=[
            Sold(sale.id, sale.amount_cents, sale.charge_id, _place(place, creator_id))
            for sale, place, creator_id in rows
        ],
        refunds=list(session.scalars(select(Refund).order_by(Refund.created_at, Refund.id))),
        disputes=list(session.scalars(select(Dispute).order_by(Dispute.created_at, Dispute.id))),
        payouts=list(session.scalars(select(Payout).order_by(Payout.created_at, Payout.id))),
        reversals=list(session.scalars(select(PayoutReversal).order_by(PayoutReversal.created_at, PayoutReversal.id))),
        charged=frozenset(session.scalars(select(LedgerEntry.reference).where(LedgerEntry.kind == "fee"))),
    )
    session.expunge_all()
    return found


def _place(place: Enrollment | None, creator_id: UserId) -> Place | None:
    if place is None:
        return None
    counts = place.sessions_bought, place.sessions_completed
    return Place(place.id, creator_id, place.teacher_id, place.student_id, place.status, *counts)


@dataclass(slots=True)
class Part:
    """What one party has of a sale."""

    share: Share
    owner_id: UserId | None
    amount: int
    turn: int = 0
    released: int = 0
    withdrawn: int = 0
    reversed: int = 0

    @property
    def stake(self) -> Stake:
        waiting, free = self.amount - self.released - self.withdrawn, self.released - self.reversed
        return Stake(self.share, self.owner_id, waiting, free, self.turn)

    @property
    def account(self) -> str:
        """Where it waits: a teacher's part before there is one is nobody's, the platform's is its own at once."""
        if self.share is Share.PLATFORM:
            return "platform"
        return f"pending {self.owner_id}" if self.owner_id else "pending"


@dataclass(slots=True)
class Sale:
    """One payment: its parts, or nobody's money until it goes back."""

    sold: Sold
    parts: list[Part] = field(default_factory=list)
    teacher_id: UserId | None = None
    unmatched: int = 0
    counted: int = 0
    released: int = 0
    is_frozen: bool = False
    kept_by_banks: int = 0

    @classmethod
    def of(cls, sold: Sold) -> "Sale":
        place = sold.place
        if place is None:
            return cls(sold, unmatched=sold.amount_cents)
        owners = {Share.PLATFORM: None, Share.TEACHER: place.teacher_id}
        parts = split_sale(sold.amount_cents, taught_by_creator=place.creator_id == place.teacher_id)
        shares = [Part(part.share, owners.get(part.share, place.creator_id), part.amount_cents) for part in parts]
        found = cls(sold, shares, place.teacher_id)
        found.arrange()
        return found

    def arrange(self) -> None:
        """Who is asked first bears the rounding."""
        self.parts.sort(key=lambda part: (part.share, part.turn))

    def teach(self, teacher_id: UserId | None) -> None:
        """Somebody teaches from now on: what is unreleased of the teaching goes over, and what is empty is gone."""
        if teacher_id is None or teacher_id == self.teacher_id:
            return
        self.teacher_id = teacher_id
        moved = succession(self._stakes(), teacher_id)
        if not sum(stake.unreleased_cents for stake in moved.given):
            return
        for part in self.parts:
            if part.stake in moved.given:
                part.amount -= part.stake.unreleased_cents
        self.parts = [part for part in self.parts if part.amount or part.share is Share.PLATFORM]
        taken = moved.taken
        self.parts += [Part(each.share, each.recipient_id, each.unreleased_cents, each.turn) for each in taken]
        self.arrange()

    def count(self, counted: int) -> None:
        """So many sessions were held by now; a bank that decides makes their money wait."""
        self.counted = counted
        if not self.is_frozen:
            self.release()

    def release(self) -> None:
        bought = self.sold.place.bought if self.sold.place else 0
        for number in range(self.released + 1, self.counted + 1):
            for part in self.parts:
                part.released += due_release(
                    part.amount,
                    released=part.released,
                    withdrawn=part.withdrawn,
                    number=number,
                    count=bought,
                    is_rest=part.turn > 0,
                )
        self.released = max(self.released, self.counted)

    def refund(self, amount: int, *, ends_place: bool) -> None:
        if not self.parts:
            self.unmatched -= amount
            return
        self._take(take_back(self._stakes(), amount))
        if ends_place:
            self._end()

    def lose(self, amount: int, *, ends_place: bool) -> None:
        """The bank kept so much, the parties' money first; the place goes on unless that was its end."""
        self.kept_by_banks += amount
        self._take(take_back(self._stakes(), min(amount, held_by_all(self._stakes()))))
        if ends_place:
            self._end()

    def borne(self, given: int) -> int:
        """What the platform lost on top of its part, when refunds gave or will give so much: the buyer has it twice."""
        if not self.kept_by_banks:
            return 0
        return self.kept_by_banks + given + self.unmatched + held_by_all(self._stakes()) - self.sold.amount_cents

    def _stakes(self) -> list[Stake]:
        return [part.stake for part in self.parts]

    def _take(self, losses: Sequence[Loss]) -> None:
        for part, loss in zip(self.parts, losses, strict=True):
            part.withdrawn += loss.unreleased_cents
            part.reversed += loss.released_cents

    def _end(self) -> None:
        for part in self.parts:
            part.released += part.stake.unreleased_cents


@dataclass(slots=True)
class Expected:
    """The book. `hear` brings it up to date; `balances` is what the ledger must say then, in credits."""

    sales: dict[str, Sale] = field(default_factory=dict)
    refunds: dict[str, RefundStatus] = field(default_factory=dict)
    disputes: dict[str, DisputeStatus] = field(default_factory=dict)

    def hear(self, facts: Facts) -> None:
        """Sales, then sessions, then refunds, then banks: the order in which one step can bring them about."""
        for sold in facts.sold:
            sale = self.sales.setdefault(sold.id, Sale.of(sold))
            sale.teach(sold.place.teacher_id if sold.place else None)
            if sold.place and sold.place.counted > sale.counted:
                sale.count(sold.place.counted)
        for refund in facts.refunds:
            self._hear_refund(refund)
        for dispute in facts.disputes:
            self._hear_dispute(dispute)

    def _hear_refund(self, refund: Refund) -> None:
        before, status = self.refunds.get(refund.id, RefundStatus.REQUESTED), RefundStatus(refund.status)
        self.refunds[refund.id] = status
        if before in _UNDECIDED and status not in _UNDECIDED:
            sale = self.sales[refund.transaction_id]
            decided = sum(map(_part_of, refund.parts)) if refund.parts else sale.unmatched  # a bank may have lowered it
            sale.refund(decided, ends_place=refund.ends_place)

    def _hear_dispute(self, dispute: Dispute) -> None:
        before, status = self.disputes.get(dispute.id), DisputeStatus(dispute.status)
        self.disputes[dispute.id] = status
        sale = self.sales[dispute.transaction_id]
        if status is before:
            return
        sale.is_frozen = status in AT_THE_BANK
        if status is DisputeStatus.LOST:
            sale.lose(dispute.amount_cents, ends_place=dispute.ends_place)
        if status in {DisputeStatus.WON, DisputeStatus.LOST}:
            sale.release()

    def balances(self, facts: Facts) -> Counter[str]:
        """By account; what somebody may have paid out and what they owe are one, as a debt is netted at any moment."""
        found: Counter[str] = Counter()
        given = given_of(facts)
        for known, sale in self.sales.items():
            found["unmatched"] += sale.unmatched
            found["platform"] -= sale.borne(given[known])
            for part in sale.parts:
                free = "net" if part.owner_id else "platform"
                found[part.account] += part.stake.unreleased_cents
                found[f"{free} {part.owner_id}" if part.owner_id else free] += part.stake.released_cents
        self._add_payouts(found, facts)
        self._add_service(found, facts)
        return found

    def uncovered(self, facts: Facts) -> list[str]:
        """Refunds that would give what a bank gave, though the payment service has none of them; and what is covered
        too much."""
        given = given_of(facts)
        borne = {known: sale.borne(given[known]) for known, sale in self.sales.items()}
        return [f"sale {known} is covered by {-cents} too much" for known, cents in borne.items() if cents < 0] + [
            f"refund {each.id} is {each.status}, and the bank kept {borne[each.transaction_id]} of it"
            for each in facts.refunds
            if each.status in _NOT_THERE and borne[each.transaction_id] > 0
        ]

    def _add_payouts(self, found: Counter[str], facts: Facts) -> None:
        for payout in facts.payouts:
            if payout.status in OPEN or payout.status == PayoutStatus.PAID:
                found[f"net {payout.user_id}"] -= payout.amount_cents
            if payout.status in OPEN:
                found[f"in_payout {payout.user_id}"] += payout.amount_cents
            if payout.status == PayoutStatus.PAID:
                found["stripe"] += payout.amount_cents
        for reversal in facts.reversals:
            if reversal.status == ReversalStatus.DONE:
                found[f"net {reversal.user_id}"] += reversal.amount_cents
                found["stripe"] -= reversal.amount_cents

    def _add_service(self, found: Counter[str], facts: Facts) -> None:
        """What the payment service holds is a debit."""
        for sale in self.sales.values():
            fee = fee_of(sale.sold.amount_cents) if sale.sold.id in facts.charged else 0
            found["stripe"] -= sale.sold.amount_cents - fee
            found["platform"] -= fee
        for refund in facts.refunds:
            found["refunding"] += refund.amount_cents if refund.status in UNDER_WAY else 0
            found["stripe"] += refund.amount_cents if refund.status == RefundStatus.SUCCEEDED else 0
        for dispute in facts.disputes:
            is_open = dispute.status in AT_THE_BANK
            found["disputed"] -= dispute.amount_cents if is_open else 0
            found["stripe"] += dispute.amount_cents if is_open or dispute.status == DisputeStatus.LOST else 0
            found["stripe"] += dispute.fee_cents
            found["platform"] -= dispute.fee_cents


def given_of(facts: Facts) -> Counter[str]:
    """What refunds gave and are to give, by sale."""
    found: Counter[str] = Counter()
    for refund in facts.refunds:
        if refund.status in UNDER_WAY or refund.status == RefundStatus.SUCCEEDED:
            found[refund.transaction_id] += refund.amount_cents
    return found


def _part_of(part: dict[str, Any]) -> int:
    return sum(int(part[name]) for name in ("unreleased_cents", "balance_cents", "debt_cents"))


def fee_of(amount_cents: int) -> int:
    """What the payment service keeps of a card payment: 2.9 % and 30 cents."""
    return (amount_cents * 29 + 500) // 1000 + 30


def booked(balances: dict[str, int]) -> Counter[str]:
    """The ledger's balances as credits, named as in `Expected.balances`."""
    found: Counter[str] = Counter()
    for account, debit in balances.items():
        kind, owner, _ = account.split(":")
        name = "net" if kind in {"releasable", "owed"} else kind
        found[name if owner == "-" else f"{name} {owner}"] -= debit
    return found


def differences_of(expected: Counter[str], found: Counter[str]) -> list[str]:
    return [
        f"{name}: {expected[name]} expected, {found[name]} in the ledger"
        for name in sorted(expected.keys() | found.keys())
        if expected[name] != found[name]
    ]
