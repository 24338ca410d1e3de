"""Refusals about payouts and the accounts they go to."""

from app.core.errors import Conflict, Forbidden, NotFound, Problem, members


class NothingToPayOut(Forbidden):
    """Only who teaches, creates or has earned something needs an account."""

    code = "nothing_to_pay_out"
    title = "Payout accounts are for people who teach or create courses."


class PayoutAccountMissing(NotFound):
    """The caller has no account at the payment service."""

    code = "payout_account_missing"
    title = "You have no payout account."
    hint = "POST /api/payout-account/onboarding-link opens one."


class PayoutAccountNotEnabled(Conflict):
    """The payment service does not pay out to the account."""

    code = "payout_account_not_enabled"
    title = "Your payout account cannot be paid to yet."
    hint = "GET /api/payout-account shows what is missing; POST /api/payout-account/onboarding-link leads to where it is answered."


class CountryNotSupported(Problem):
    """The payment service opens no account there."""

    status, code = 422, "country_not_supported"
    title = "The payment service opens no accounts in this country."


class PayoutTooSmall(Conflict):
    """Less is available than a payout must have."""

    code = "payout_too_small"
    title = "Too little can be paid out."
    hint = "`available_cents` can be paid out, of which a payout takes at least `minimum_cents`. What you owe is kept back."
    context_example = members(available_cents=3735, minimum_cents=5000, currency="usd")


class PayoutTooLarge(Conflict):
    """More was asked for than can be paid out, or than can be approved on one day."""

    code = "payout_too_large"
    title = "That is more than can be paid out."
    hint = "One payout takes `most_cents` of `available_cents` at the most; leave out `amount_cents` to take that much."
    context_example = members(available_cents=8715, most_cents=8715, currency="usd")


class PayoutNotFound(NotFound):
    """There is no such payout, or it is not the caller's."""

    code = "payout_not_found"
    title = "There is no such payout."


class PayoutMoved(Conflict):
    """It is no longer in a state that allows this."""

    code = "payout_moved"
    title = "This payout does not stand like that any more."
    hint = "`payout_status` is how it stands."
    context_example = members(payout_status="paid")


class OwnPayout(Forbidden):
    """Nobody decides about their own money."""

    code = "own_payout"
    title = "Another administrator decides about your own payout."


class ReviewNoteMissing(Conflict):
    """A first payout, one to a changed bank account and one that was held need a note of what was looked at."""

    code = "review_note_missing"
    title = "This payout needs a second look."
    hint = "Look at what `review_reason` names, then approve with a `note` of what you found."
    context_example = members(review_reason="bank_changed")


class PayeeOwes(Conflict):
    """The person came to owe something since they asked."""

    code = "payee_owes"
    title = "This person owes something since the payout was asked for."
    hint = "Reject it; the next one keeps back what is owed."


class DailyCapReached(Conflict):
    """The platform sends no more than so much on one day."""

    code = "daily_cap_reached"
    title = "No more is paid out today."
    hint = "`left_cents` can be approved today. It is counted anew at midnight UTC; what exceeds the cap itself is rejected."
    context_example = members(left_cents=120000, currency="usd")


class PayoutsFrozen(Conflict):
    """The books do not add up, so that no money leaves until an administrator has looked."""

    code = "payouts_frozen"
    title = "No payouts are made while the books are being checked."
    hint = "GET /api/admin/books shows what does not add up."
