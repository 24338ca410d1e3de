"""Refusals of the money domain."""

from app.core.errors import NotFound


class PurchaseNotFound(NotFound):
    """There is no such purchase, or it is not the caller's."""

    code = "purchase_not_found"
    title = "There is no such purchase."


class LedgerRefused(Exception):
    """A posting that would break the books: a bug of ours, never the caller's fault. Everything is rolled back."""
