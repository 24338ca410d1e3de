"""Giving a payment back, out of the balance."""

from collections.abc import Callable

from app.sandbox.books import Record
from app.sandbox.stripe.balances import Balances
from app.sandbox.stripe.disputes import OPEN
from app.sandbox.stripe.money_objects import new_refund
from app.sandbox.stripe.refusals import Refusal, missing, positive
from app.sandbox.stripe.store import Store


class Refunds:
    def __init__(self, store: Store, balances: Balances) -> None:
        self._store = store
        self._balances = balances

    def create(self, order: Record) -> Record:
        """Raises `Refusal`."""
        charge = self._charge(order)
        rest = charge["amount"] - charge["amount_refunded"] - self._lost(charge)
        self._check(charge, order)
        amount = positive({"amount": rest} | order, "amount")
        if amount > rest:
            raise Refusal("Refund amount is greater than unrefunded amount on charge.", param="amount", is_kept=True)
        with self._store.transaction():
            return self._carry_out(charge, amount, order)

    def find(self, refund_id: str) -> Record:
        """As it is now: one that waited for money may have got it. Raises `Refusal`."""
        self._pay_waiting()
        return self._store.find("refund", refund_id)

    def all(self) -> list[Record]:
        self._pay_waiting()
        return self._store.all("refund")

    def fail(self, refund_id: str) -> Record:
        """The buyer's bank does not take it: the money comes back. Raises `Refusal` when it has failed before."""
        with self._store.transaction():
            refund = self._store.find("refund", refund_id)
            if refund["status"] not in ("succeeded", "pending"):
                raise Refusal("Only refunds that succeeded or are pending can fail.")
            if refund["status"] == "succeeded":
                back = self._balances.move(refund, refund["amount"], kind="refund_failure")
                refund["failure_balance_transaction"] = back["id"]
            refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card", "pending_reason": None}
            charge = self._store.find("charge", refund["charge"])
            charge |= {"amount_refunded": charge["amount_refunded"] - refund["amount"], "refunded": False}
            self._store.keep(charge)
            self._change(refund, "refund.failed")
        return refund

    def _charge(self, order: Record) -> Record:
        if "charge" in order:
            return self._store.find("charge", order["charge"], param="charge")
        if "payment_intent" not in order:
            raise missing("payment_intent")
        intent = self._store.find("payment_intent", order["payment_intent"], param="payment_intent")
        return self._store.find("charge", intent["latest_charge"])

    def _check(self, charge: Record, order: Record) -> None:
        if order.get("reverse_transfer") or order.get("refund_application_fee"):
            raise Refusal("Reverse the transfers yourself: this charge has no destination.", param="reverse_transfer")
        if not charge["paid"]:
            raise Refusal("The charge has not been paid.", is_kept=True)
        if self._is_contested(charge):
            raise Refusal("The charge has been charged back.", code="charge_disputed", is_kept=True)
        if charge["refunded"]:
            raise Refusal("The charge has already been refunded.", code="charge_already_refunded", is_kept=True)

    def _is_contested(self, charge: Record) -> bool:
        """A bank that has decided about a part leaves the rest to us."""
        is_open = self._disputes(charge, OPEN.__contains__)
        return bool(is_open) or 0 < self._lost(charge) == charge["amount"] - charge["amount_refunded"]

    def _lost(self, charge: Record) -> int:
        return sum(each["amount"] for each in self._disputes(charge, lambda status: status == "lost"))

    def _disputes(self, charge: Record, stands: Callable[[str], bool]) -> list[Record]:
        return self._store.some("dispute", lambda each: each["charge"] == charge["id"] and stands(each["status"]))

    def _carry_out(self, charge: Record, amount: int, order: Record) -> Record:
        refund = new_refund(charge, amount, order, now=self._store.now())
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self._store.keep(charge)
        if self._balances.total(charge["currency"]) >= amount:
            self._pay(refund)
        self._store.keep(refund)
        self._store.announce("refund.created", refund)
        self._store.announce("charge.refunded", charge)
        return refund

    def _pay(self, refund: Record) -> None:
        charge = self._store.find("charge", refund["charge"])
        came = self._store.find("balance_transaction", charge["balance_transaction"])
        moved = self._balances.move(refund, -refund["amount"], kind="refund", available_on=came["available_on"])
        refund |= {"status": "succeeded", "pending_reason": None, "balance_transaction": moved["id"]}

    def _pay_waiting(self) -> None:
        with self._store.transaction():
            for refund in self._store.some("refund", lambda refund: bool(refund["status"] == "pending")):
                if self._balances.total(refund["currency"]) >= refund["amount"]:
                    self._pay(refund)
                    self._change(refund)

    def _change(self, refund: Record, *also: str) -> None:
        self._store.keep(refund)
        for kind in ("refund.updated", "charge.refund.updated", *also):
            self._store.announce(kind, refund)
