"""What buyers' banks take back: opened and decided by a developer, answered through the API."""

from typing import Final

from app.sandbox.books import Record
from app.sandbox.stripe.balances import Balances
from app.sandbox.stripe.money_objects import new_dispute
from app.sandbox.stripe.refusals import Refusal
from app.sandbox.stripe.store import Store

OPEN: Final = frozenset({"needs_response", "under_review"})

_FEE: Final = 1500
_INQUIRIES: Final = frozenset({"warning_needs_response", "warning_under_review"})
_ANSWERED: Final = {"needs_response": "under_review", "warning_needs_response": "warning_under_review"}
_MOST_TEXT: Final = 150_000


class Disputes:
    def __init__(self, store: Store, balances: Balances) -> None:
        self._store = store
        self._balances = balances

    def open(self, charge_id: str, reason: str, amount: int | None = None) -> Record:
        """The buyer's bank takes what was not refunded, or a part of it, and Stripe its fee. Raises `Refusal`."""
        with self._store.transaction():
            dispute = self._new(charge_id, reason, amount)
            self._take(dispute)
            self._change(dispute, "created", "funds_withdrawn")
        return dispute

    def inquire(self, charge_id: str, reason: str, amount: int | None = None) -> Record:
        """The buyer's bank only asks, and takes nothing yet. Raises `Refusal`."""
        with self._store.transaction():
            dispute = self._new(charge_id, reason, amount)
            dispute |= {"status": "warning_needs_response", "is_charge_refundable": True}
            self._change(dispute, "created")
        return dispute

    def escalate(self, dispute_id: str, amount: int | None = None) -> Record:
        """What the bank asked about it takes, or another amount. Raises `Refusal`."""
        with self._store.transaction():
            dispute = self._inquiry(dispute_id)
            charge = self._store.find("charge", dispute["charge"])
            dispute["amount"] = _disputable(charge, dispute["amount"] if amount is None else amount)
            dispute |= {"status": "needs_response", "is_charge_refundable": False}
            self._take(dispute)
            self._change(dispute, "updated", "funds_withdrawn")
        return dispute

    def close(self, dispute_id: str) -> Record:
        """The bank leaves it at its inquiry, and may come back with another. Raises `Refusal`."""
        with self._store.transaction():
            dispute = self._inquiry(dispute_id)
            dispute["status"] = "warning_closed"
            self._store.keep(self._store.find("charge", dispute["charge"]) | {"disputed": False})
            self._change(dispute, "closed")
        return dispute

    def _new(self, charge_id: str, reason: str, amount: int | None) -> Record:
        charge = self._store.find("charge", charge_id)
        if not charge["paid"] or charge["disputed"]:
            raise Refusal("This charge was not paid, or is disputed.")
        self._store.keep(charge | {"disputed": True})
        return new_dispute(charge, _disputable(charge, amount), reason, now=self._store.now())

    def _inquiry(self, dispute_id: str) -> Record:
        dispute = self._store.find("dispute", dispute_id)
        if dispute["status"] not in _INQUIRIES:
            raise Refusal("This is no inquiry, or none any more.", is_kept=True)
        return dispute

    def _take(self, dispute: Record) -> None:
        taken = self._balances.move(dispute, -dispute["amount"], kind="adjustment", category="dispute", fee=_FEE)
        dispute["balance_transactions"] = [taken]

    def answer(self, dispute_id: str, order: Record) -> Record:
        """Stage evidence, and send it unless told otherwise. Raises `Refusal`."""
        with self._store.transaction():
            dispute = self._store.find("dispute", dispute_id)
            details, evidence = dispute["evidence_details"], order.get("evidence", {})
            if dispute["status"] not in _ANSWERED or details["due_by"] <= self._store.now():
                raise Refusal("This dispute takes no more evidence.", is_kept=True)
            if sum(map(len, evidence.values())) > _MOST_TEXT:
                raise Refusal("Evidence can have up to 150,000 characters.", param="evidence")
            dispute["evidence"] |= evidence
            details["has_evidence"] = any(isinstance(text, str) and text for text in dispute["evidence"].values())
            if order.get("submit", True):
                details["submission_count"] += 1
                dispute["status"] = _ANSWERED[dispute["status"]]
            dispute["metadata"] |= order.get("metadata") or {}
            self._change(dispute, "updated")
        return dispute

    def lose(self, dispute_id: str) -> Record:
        """By the bank's word, or because we close it. Raises `Refusal`."""
        return self._decide(dispute_id, "lost")

    def win(self, dispute_id: str) -> Record:
        """The money comes back, the fee does not. Raises `Refusal`."""
        with self._store.transaction():
            dispute = self._decide(dispute_id, "won")
            back = self._balances.move(dispute, dispute["amount"], kind="adjustment", category="dispute_reversal")
            dispute["balance_transactions"].append(back)
            self._change(dispute, "funds_reinstated")
        return dispute

    def _decide(self, dispute_id: str, status: str) -> Record:
        with self._store.transaction():
            dispute = self._store.find("dispute", dispute_id)
            if dispute["status"] not in OPEN:
                raise Refusal("This dispute is already closed.", is_kept=True)
            dispute["status"] = status
            self._change(dispute, "closed")
        return dispute

    def _change(self, dispute: Record, *kinds: str) -> None:
        self._store.keep(dispute)
        for kind in kinds:
            self._store.announce(f"charge.dispute.{kind}", dispute)


def _disputable(charge: Record, amount: int | None) -> int:
    """As much of the charge, or all that was not refunded. Raises `Refusal`."""
    most: int = charge["amount"] - charge["amount_refunded"]
    wanted = most if amount is None else amount
    if not 0 < wanted <= most:
        raise Refusal("Nothing of this charge can be disputed, or less.")
    return wanted
