"""Refusals of the money domain."""

from app.core.errors import Conflict, NotFound


class PurchaseNotFound(NotFound):
    """There is no such purchase, or it is not the caller's."""

    code = "purchase_not_found"
    title = "There is no such purchase."


class CheckoutTooOld(Conflict):
    """The first request under this key never reached the payment service, and its time is nearly over."""

    code = "checkout_too_old"
    title = "This checkout was started too long ago."
    hint = "Start again with a fresh Idempotency-Key. Nothing was charged."


class RefundExceedsPayment(Conflict):
    """More was to be given back than is left of the payment."""

    code = "refund_exceeds_payment"
    title = "Less than that is left of the payment."
    hint = "GET /api/enrollments/{id}/refund-quote says how much is left."


class LedgerRefused(Exception):
    """A posting that would break the books: a bug of ours, never the caller's fault. Everything is rolled back."""
