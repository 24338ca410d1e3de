"""Checkout sessions and what paying one brings about. Each change and the events that announce it are one
transaction."""

from enum import StrEnum
from typing import Final

from app.sandbox.books import Record
from app.sandbox.stripe import objects, orders
from app.sandbox.stripe.balances import Balances
from app.sandbox.stripe.disputes import Disputes
from app.sandbox.stripe.refusals import Refusal
from app.sandbox.stripe.store import Store


class Card(StrEnum):
    """Numbers with a fate; the last one is a bank account's, whose payments take days."""

    SUCCEEDS = "4242424242424242"
    AVAILABLE_AT_ONCE = "4000000000000077"
    IS_DISPUTED = "4000000000000259"
    DECLINES = "4000000000000002"
    LACKS_FUNDS = "4000000000009995"
    TAKES_DAYS = "000123456789"


_SHORT: Final = {"4242": Card.SUCCEEDS}
_REASONS: Final = {
    Card.DECLINES: "Your card was declined.",
    Card.LACKS_FUNDS: "Your card has insufficient funds.",
}
_SETTLING_S: Final = 2 * 24 * 60 * 60
_SESSION, _ORDER = "checkout.session", "order"


class Declined(Exception):
    """The card was refused; the session stays open."""


class Checkouts:
    def __init__(self, store: Store, balances: Balances, disputes: Disputes, base_url: str) -> None:
        self._store = store
        self._balances = balances
        self._disputes = disputes
        self._base_url = base_url

    def create(self, order: Record) -> Record:
        """Open a session as the parameters of the call say. Raises `Refusal`."""
        now = self._store.now()
        orders.check(order, now)
        session = objects.new_session(order, now=now, base_url=self._base_url)
        with self._store.transaction():
            self._store.keep(session)
            self._store.note(_ORDER, session["id"], order)
        return session

    def find(self, session_id: str) -> Record:
        """The session as it is now: one that is past its time has expired, and this says so. Raises `Refusal`."""
        with self._store.transaction():
            session = self._store.find(_SESSION, session_id, param="session")
            if session["status"] == "open" and session["expires_at"] <= self._store.now():
                self._close(session, "expired")
            return session

    def order(self, session_id: str) -> Record:
        """The parameters with which the session was created."""
        return self._store.get(_ORDER, session_id) or {}

    def expire(self, session_id: str) -> Record:
        """Close an open session. Raises `Refusal`."""
        with self._store.transaction():
            session = self.find(session_id)
            if session["status"] != "open":
                status = session["status"]
                raise Refusal(f"Only Checkout Sessions with a status in [open] can be expired; this one is {status}.")
            self._close(session, "expired")
            return session

    def pay(self, session_id: str, card: str) -> Record:
        """Pay an open session; one that is closed is answered as it is. Raises `Declined` and `Refusal`."""
        with self._store.transaction():
            session = self.find(session_id)
            if session["status"] == "open":
                self._complete(session, _fate(card))
            return session

    def settle(self, charge_id: str) -> Record:
        """The money of a delayed payment came. Raises `Refusal`."""
        with self._store.transaction():
            session, intent, charge = self._delayed(charge_id)
            intent |= {"status": "succeeded", "amount_received": intent["amount"]}
            charge |= {"status": "succeeded", "paid": True}
            session["payment_status"] = "paid"
            self._book(charge, self._store.now() + _SETTLING_S)
            self._change(intent, "payment_intent.succeeded")
            self._change(charge, "charge.succeeded")
            self._change(session, "checkout.session.async_payment_succeeded")
        return charge

    def fail(self, charge_id: str) -> Record:
        """The money of a delayed payment will not come. Raises `Refusal`."""
        with self._store.transaction():
            session, intent, charge = self._delayed(charge_id)
            intent["status"] = "requires_payment_method"
            charge |= {"status": "failed", "failure_code": "payment_method_declined", "failure_message": "No funds."}
            self._change(intent, "payment_intent.payment_failed")
            self._change(charge, "charge.failed")
            self._change(session, "checkout.session.async_payment_failed")
        return charge

    def _delayed(self, charge_id: str) -> tuple[Record, Record, Record]:
        charge = self._store.find("charge", charge_id)
        if charge["status"] != "pending":
            raise Refusal("Only pending charges succeed or fail later.")
        intent = self._store.find("payment_intent", charge["payment_intent"])
        (session,) = self._store.some(_SESSION, lambda each: bool(each["payment_intent"] == intent["id"]))
        return session, intent, charge

    def _complete(self, session: Record, card: Card) -> None:
        now, email, is_delayed = self._store.now(), session["customer_email"], card is Card.TAKES_DAYS
        intent = objects.new_intent(
            session, self.order(session["id"]), now=now, charge_id=objects.new_id("ch"), is_delayed=is_delayed
        )
        charge = objects.new_charge(intent, email)
        if not is_delayed:
            self._book(charge, now if card is Card.AVAILABLE_AT_ONCE else now + _SETTLING_S)
        kind = "processing" if is_delayed else "succeeded"
        self._change(intent, f"payment_intent.{kind}")
        self._change(charge, "charge.pending" if is_delayed else "charge.succeeded")
        details = objects.customer_details(email)
        status = "unpaid" if is_delayed else "paid"
        session |= {"payment_intent": intent["id"], "payment_status": status, "customer_details": details}
        self._close(session, "complete")
        if card is Card.IS_DISPUTED:
            self._disputes.open(charge["id"], "fraudulent")

    def _book(self, charge: Record, available_on: int) -> None:
        """Stripe keeps 2.9 % and 30 cents."""
        fee = (charge["amount"] * 29 + 500) // 1000 + 30
        moved = self._balances.move(charge, charge["amount"], kind="charge", fee=fee, available_on=available_on)
        charge["balance_transaction"] = moved["id"]

    def _close(self, session: Record, status: str) -> None:
        session |= {"status": status, "url": None}
        kind = "completed" if status == "complete" else status
        self._change(session, f"checkout.session.{kind}")

    def _change(self, record: Record, kind: str) -> None:
        self._store.keep(record)
        self._store.announce(kind, record)


def _fate(card: str) -> Card:
    """Raises `Declined`."""
    number = _SHORT.get(card, card)
    if number not in set(Card):
        raise Declined("Your card number is invalid.")
    if number in _REASONS:
        raise Declined(_REASONS[Card(number)])
    return Card(number)
