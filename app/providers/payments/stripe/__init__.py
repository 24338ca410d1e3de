"""Stripe (API 2026-03-25.dahlia, the version of the pinned SDK) behind `PaymentProvider`."""

from datetime import datetime

import httpx

from app.providers.errors import WebhookRefused
from app.providers.payments.port import PaymentEvent
from app.providers.payments.stripe.accounts import AccountCalls
from app.providers.payments.stripe.checkouts import CheckoutCalls
from app.providers.payments.stripe.disputes import DisputeCalls
from app.providers.payments.stripe.records import RecordCalls
from app.providers.payments.stripe.refunds import RefundCalls
from app.providers.payments.stripe.signatures import check_signature, event_of
from app.providers.payments.stripe.transfers import TransferCalls

__all__ = ["StripePayments", "check_signature"]

_LIVE = ("sk_live", "rk_live")


class StripePayments(CheckoutCalls, AccountCalls, TransferCalls, RefundCalls, DisputeCalls, RecordCalls):
    """Payments of one Stripe account; `url` is for the twin, None means Stripe. The caller owns `http`."""

    def __init__(
        self, key: str, webhook_secret: str, connect_secret: str, url: str | None, http: httpx.AsyncClient
    ) -> None:
        if not (key and webhook_secret and connect_secret):
            raise ValueError("Stripe needs a key and two webhook secrets: anybody can sign with an empty one")
        super().__init__(key, url, http)
        self.is_live = key.startswith(_LIVE)
        self._secret = webhook_secret.encode()
        self._connect_secret = connect_secret.encode()

    def verify_event(self, body: bytes, signature: str, now: datetime) -> PaymentEvent:
        check_signature(body, signature, secret=self._secret, now=now)
        return event_of(body)

    def verify_connect_event(self, body: bytes, signature: str, now: datetime) -> PaymentEvent:
        check_signature(body, signature, secret=self._connect_secret, now=now)
        event = event_of(body)
        if event.account_id is None:
            raise WebhookRefused  # the two endpoints were mixed up
        return event
