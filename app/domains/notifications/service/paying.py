"""What mails about payouts say to those who are paid, and about payments that did not come."""

from app.domains.notifications.policies import amount_text, moment_text
from app.domains.notifications.service.occasion import Draft, Occasion, Values
from app.domains.payments import service as payments
from app.domains.payments.types import PurchaseId, PurchaseStatus
from app.domains.payouts import service
from app.domains.payouts.types import AccountStatus, FailureCode, PayoutFacts, PayoutId, PayoutStatus
from app.domains.users import service as users


def purchase_failed(occasion: Occasion) -> Draft | None:
    """None when the money came after all."""
    purchase = payments.get_purchase(occasion.session, PurchaseId(occasion.order.about_id))
    if purchase.status is not PurchaseStatus.EXPIRED:
        return None
    amount = amount_text(purchase.amount_cents, purchase.currency)
    return Draft({"amount": amount, "title": purchase.ref.title, "course_id": purchase.ref.subject_id})


def payout_paid(occasion: Occasion) -> Draft:
    payout = _payout(occasion)
    paid_on = moment_text(payout.paid_at or occasion.order.ordered_at, occasion.recipient.timezone)
    return Draft({"amount": _amount(payout), "payout_id": payout.id, "paid_on": paid_on})


def payout_failed(occasion: Occasion) -> Draft | None:
    """None when it was sent after all, or given up."""
    payout = _payout(occasion)
    if payout.status is not PayoutStatus.FAILED or payout.failure_code is None:
        return None
    return Draft({"amount": _amount(payout), "payout_id": payout.id, "failure": payout.failure_code.sentence})


def payout_refused(occasion: Occasion) -> Draft | None:
    """The same for administrators."""
    payout = _payout(occasion)
    if payout.status is not PayoutStatus.FAILED or payout.failure_code is None:
        return None
    told: Values = {
        "amount": _amount(payout),
        "payout_id": payout.id,
        "payee": users.get_person(occasion.session, payout.user_id),
        "failure": payout.failure_code.replace("_", " "),
        "is_short": payout.failure_code is FailureCode.INSUFFICIENT_BALANCE,
    }
    return Draft(told)


def money_returned(occasion: Occasion) -> Draft:
    found = service.get_return(occasion.session, occasion.order.about_id)
    told = {"amount": amount_text(found.amount_cents, found.currency), "next_step": found.fault.advice}
    return Draft(told | {"failure": found.failure_message})


def payouts_enabled(occasion: Occasion) -> Draft | None:
    """None when the account was restricted again meanwhile."""
    account = service.show_account(occasion.session, occasion.recipient.id)
    return Draft() if account.status is AccountStatus.ENABLED else None


def _payout(occasion: Occasion) -> PayoutFacts:
    return service.get_payout(occasion.session, PayoutId(occasion.order.about_id))


def _amount(payout: PayoutFacts) -> str:
    return amount_text(payout.amount_cents, payout.currency)
