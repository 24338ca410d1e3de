"""Checkout sessions and what paying one brings about. Each change and the events that announce it are one transaction."""

from typing import Final

from app.core.clock import Clock
from app.sandbox.books import Books, Record
from app.sandbox.stripe import objects, orders
from app.sandbox.stripe.events import Events
from app.sandbox.stripe.refusals import Refusal, no_such

SUCCEEDS: Final = "4242424242424242"
DECLINES: Final = "4000000000000002"

_SESSIONS, _ORDERS = "stripe.checkout.session", "stripe.order"
_FULFILLING = frozenset({"4242", SUCCEEDS})


class Declined(Exception):
    """The card was refused; the session stays open."""


class Checkouts:
    def __init__(self, books: Books, events: Events, clock: Clock, base_url: str) -> None:
        self._books = books
        self._events = events
        self._clock = clock
        self._base_url = base_url

    def create(self, order: Record) -> Record:
        """Open a session as the parameters of the call say. Raises `Refusal`."""
        now = self._now()
        orders.check(order, now)
        session = objects.new_session(order, now=now, base_url=self._base_url)
        with self._books.transaction():
            self._books.put(_SESSIONS, session["id"], session)
            self._books.put(_ORDERS, session["id"], order)
        return session

    def find(self, session_id: str) -> Record:
        """The session as it is now: one that is past its time has expired, and this says so. Raises `Refusal`."""
        with self._books.transaction():
            session = self._books.get(_SESSIONS, session_id)
            if session is None:
                raise no_such("checkout.session", session_id, param="session")
            if session["status"] == "open" and session["expires_at"] <= self._now():
                self._close(session, "expired")
            return session

    def order(self, session_id: str) -> Record:
        """The parameters with which the session was created."""
        return self._books.get(_ORDERS, session_id) or {}

    def expire(self, session_id: str) -> Record:
        """Close an open session. Raises `Refusal`."""
        with self._books.transaction():
            session = self.find(session_id)
            if session["status"] != "open":
                status = session["status"]
                raise Refusal(f"Only Checkout Sessions with a status in [open] can be expired; this one is {status}.")
            self._close(session, "expired")
            return session

    def pay(self, session_id: str, card: str) -> Record:
        """Pay an open session; one that is closed is answered as it is. Raises `Declined` and `Refusal`."""
        with self._books.transaction():
            session = self.find(session_id)
            if session["status"] == "open":
                if card not in _FULFILLING:
                    raise Declined(_reason(card))
                self._complete(session)
            return session

    def _complete(self, session: Record) -> None:
        now, email = self._now(), session["customer_email"]
        intent = objects.new_intent(session, self.order(session["id"]), now=now, charge_id=objects.new_id("ch"))
        charge = objects.new_charge(intent, email, balance_transaction_id=objects.new_id("txn"))
        for record in (intent, charge, objects.new_balance_transaction(charge)):
            self._books.put(f"stripe.{record['object']}", record["id"], record)
        self._events.announce("payment_intent.succeeded", intent, now)
        self._events.announce("charge.succeeded", charge, now)
        details = objects.customer_details(email)
        session |= {"payment_intent": intent["id"], "payment_status": "paid", "customer_details": details}
        self._close(session, "complete")

    def _close(self, session: Record, status: str) -> None:
        session |= {"status": status, "url": None}
        self._books.put(_SESSIONS, session["id"], session)
        kind = "completed" if status == "complete" else status
        self._events.announce(f"checkout.session.{kind}", session, self._now())

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _reason(card: str) -> str:
    return "Your card was declined." if card == DECLINES else "Your card number is invalid."
