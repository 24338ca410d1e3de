"""Refusals about the books."""

from app.core.errors import Conflict, NotFound


class FindingNotFound(NotFound):
    """There is no such finding."""

    code = "finding_not_found"
    title = "There is no such finding."
    hint = "GET /api/admin/reconciliation lists them."


class FindingResolved(Conflict):
    """The difference is gone: it was accepted, or set itself right."""

    code = "finding_resolved"
    title = "This difference is not there any more."
    hint = "GET /api/admin/reconciliation?status=open lists what is left."


class FindingOutdated(Conflict):
    """Our books moved since the comparison, so that the proposal may be one too many."""

    code = "finding_outdated"
    title = "Our books have changed since this was found."
    hint = "Wait for the next comparison, or run `python -m app.cli reconcile`; then look at it again."


class FindingNotPostable(Conflict):
    """No entry sets it right by itself, or it would change what people have or what is on its way to them."""

    code = "finding_not_postable"
    title = "This difference is not settled by an entry alone."
    hint = (
        "Look at the payout, refund or dispute that it names: the entry comes with its state. The sentence says more."
    )
