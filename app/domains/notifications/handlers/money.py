"""Who is mailed about payouts, refunds, disputes and payments."""

from app.db.session import WriteSession
from app.domains.enrollments.events import (
    PlaceFrozen,
    PlaceThawed,
)
from app.domains.notifications.handlers.mailing import mail, there
from app.domains.notifications.types import Template
from app.domains.payments.events import PurchaseFailed
from app.domains.payouts.events import MoneyReturned, PayoutFailed, PayoutPaid, PayoutsEnabled
from app.domains.payouts.types import FailureCode
from app.domains.refunds.events import DisputeMoved, RefundDecided, RefundFailed, RefundRequested
from app.domains.users import service as users


def on_payout_paid(session: WriteSession, event: PayoutPaid) -> None:
    mail(session, Template.PAYOUT_PAID, event.user_id, event.payout_id)


def on_payout_failed(session: WriteSession, event: PayoutFailed) -> None:
    """To the payee and to every administrator. Each time, for it may be tried again and fail again; but once where that
    is done by itself, for want of money in our balance."""
    is_short = event.code is FailureCode.INSUFFICIENT_BALANCE
    fact = f"{event.payout_id}:{event.code if is_short else session.now.isoformat()}"
    mail(session, Template.PAYOUT_FAILED, event.user_id, event.payout_id, fact=fact)
    for admin_id in users.admin_ids(session):
        mail(session, Template.PAYOUT_REFUSED, admin_id, event.payout_id, fact=fact)


def on_money_returned(session: WriteSession, event: MoneyReturned) -> None:
    mail(session, Template.MONEY_RETURNED, event.user_id, event.return_id)


def on_payouts_enabled(session: WriteSession, event: PayoutsEnabled) -> None:
    """Each time: whoever opened the account may be somebody else."""
    fact = f"{event.user_id}:{session.now.isoformat()}"
    mail(session, Template.PAYOUTS_ENABLED, event.user_id, event.user_id, fact=fact)


def on_refund_requested(session: WriteSession, event: RefundRequested) -> None:
    for admin_id in users.admin_ids(session):
        mail(session, Template.REFUND_REQUESTED, admin_id, event.refund_id)


def on_refund_decided(session: WriteSession, event: RefundDecided) -> None:
    """To the buyer; and where nobody decided, because the payment bought nothing, to every administrator too."""
    mail(session, Template.REFUND_DECIDED, event.buyer_id, event.refund_id)
    if event.is_unclaimed:
        for admin_id in users.admin_ids(session):
            mail(session, Template.PAYMENT_RETURNED, admin_id, event.refund_id)


def on_refund_failed(session: WriteSession, event: RefundFailed) -> None:
    """Each attempt."""
    fact = f"{event.refund_id}:{event.attempt}"
    for admin_id in users.admin_ids(session):
        mail(session, Template.REFUND_FAILED, admin_id, event.refund_id, fact=fact)


def on_dispute_moved(session: WriteSession, event: DisputeMoved) -> None:
    """Once for each way it stands: a bank that asked may take the money later."""
    fact = f"{event.dispute_id}:{event.status}"
    for admin_id in users.admin_ids(session):
        mail(session, Template.DISPUTE_MOVED, admin_id, event.dispute_id, fact=fact)


def on_purchase_failed(session: WriteSession, event: PurchaseFailed) -> None:
    mail(session, Template.PURCHASE_FAILED, event.buyer_id, event.purchase_id)


def on_place_frozen(session: WriteSession, event: PlaceFrozen) -> None:
    """Each time: one payment can be disputed again."""
    for person_id in there(event.student_id, event.teacher_id):
        fact = f"{event.enrollment_id}:{session.now.isoformat()}"
        mail(session, Template.PLACE_FROZEN, person_id, event.enrollment_id, fact=fact)


def on_place_thawed(session: WriteSession, event: PlaceThawed) -> None:
    """Each time."""
    for person_id in there(event.student_id, event.teacher_id):
        fact = f"{event.enrollment_id}:{session.now.isoformat()}"
        mail(session, Template.PLACE_THAWED, person_id, event.enrollment_id, fact=fact)
