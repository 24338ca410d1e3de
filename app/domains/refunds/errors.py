"""Refusals about giving money back."""

from app.core.errors import Conflict, Forbidden, NotFound, members

_QUOTE = {"quote_id": "quo_5f0c9f1e6f0a4c0e9d1b2f6a3c1e8d77", "amount_cents": 12450, "currency": "usd"}


class RefundNotFound(NotFound):
    """There is no such refund."""

    code = "refund_not_found"
    title = "There is no such refund."


class DisputeNotFound(NotFound):
    """There is no such dispute."""

    code = "dispute_not_found"
    title = "There is no such dispute."


class NothingPaid(Conflict):
    """The place was free or given: there is no money to give back."""

    code = "nothing_paid"
    title = "Nothing was paid for this place."


class NothingToRefund(Conflict):
    """All sessions were held, or everything was given back."""

    code = "nothing_to_refund"
    title = "There is nothing to give back."
    hint = "Every session that was bought was held, or the money was given back before."


class PlaceDisputed(Conflict):
    """The buyer's bank decides about this payment now."""

    code = "place_disputed"
    title = "The payment is disputed at the buyer's bank."
    hint = "Wait until the bank has decided."


class QuoteStale(Conflict):
    """What the quote said is no longer so. `quote` is the new one."""

    code = "quote_stale"
    title = "Things have changed since this quote was made."
    hint = "Look at the new `quote` and send its id, if you still want to."
    context_example = members(quote=_QUOTE)


class RefundPending(Conflict):
    """A request for this place is waiting to be decided."""

    code = "refund_pending"
    title = "A refund of this place was already asked for."
    hint = "GET /api/enrollments/{id}/refunds shows how it stands."


class RefundNotPending(Conflict):
    """It was decided before."""

    code = "refund_not_pending"
    title = "This refund is not waiting to be decided."


class RefundNotFailed(Conflict):
    """Only what failed is sent again."""

    code = "refund_not_failed"
    title = "This refund did not fail."


class OwnRefund(Conflict):
    """Nobody decides about their own money."""

    code = "own_refund"
    title = "This is about your own money."
    hint = "Another administrator has to decide."


class AmountNotYours(Forbidden):
    """Only administrators choose another amount than the quote's."""

    code = "amount_not_yours"
    title = "Only administrators choose the amount."
    hint = "Leave `amount_cents` out."


class DisputeClosed(Conflict):
    """The bank takes no more evidence."""

    code = "dispute_closed"
    title = "This dispute takes no more evidence."
