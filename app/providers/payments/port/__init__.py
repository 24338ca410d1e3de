"""What PeerLoop needs of a payment service, in PeerLoop's words.

Every call raises `ProviderUnavailable` when the outcome is unknown (time-out, 5xx, 429: ask again with the same
reference, or look for it) and `ProviderRejected` when the service said no, whose `reason` is a `Reason`. For a day it
says the same again under the same reference, so who wants to try once more takes a new one.

A call that makes something takes a `reference`, the id of a row of ours: it is the idempotency key, so the same
reference makes it once, and it is written on what was made, so that it can be found when the service has forgotten the
key. Amounts are cents, currencies ISO 4217 in lower case, times UTC.
"""

from typing import Protocol

from app.providers.payments.port.accounts import Capability, ConnectedAccount, ConnectedAccounts, Link
from app.providers.payments.port.checkouts import Checkout, CheckoutOrder, Checkouts, CheckoutStatus
from app.providers.payments.port.common import Page, Reason
from app.providers.payments.port.disputes import Dispute, Disputes, DisputeStatus, Evidence
from app.providers.payments.port.records import (
    Balance,
    BalanceTransaction,
    BankPayout,
    BankPayoutStatus,
    Notices,
    PaymentEvent,
    Records,
)
from app.providers.payments.port.refunds import Charge, Refund, RefundReason, Refunds, RefundStatus
from app.providers.payments.port.transfers import Reversal, Transfer, TransferOrder, Transfers

__all__ = [
    "Balance",
    "BalanceTransaction",
    "BankPayout",
    "BankPayoutStatus",
    "Capability",
    "Charge",
    "Checkout",
    "CheckoutOrder",
    "CheckoutStatus",
    "Checkouts",
    "ConnectedAccount",
    "ConnectedAccounts",
    "Dispute",
    "DisputeStatus",
    "Disputes",
    "Evidence",
    "Link",
    "Notices",
    "Page",
    "PaymentEvent",
    "PaymentProvider",
    "Reason",
    "Records",
    "Refund",
    "RefundReason",
    "RefundStatus",
    "Refunds",
    "Reversal",
    "Transfer",
    "TransferOrder",
    "Transfers",
]


class PaymentProvider(Checkouts, ConnectedAccounts, Transfers, Refunds, Disputes, Records, Notices, Protocol):
    """Stripe, or its local twin through the same adapter."""
