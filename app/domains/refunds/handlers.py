"""What refunds do when something happens below them."""

from app.db.session import WriteSession
from app.domains.enrollments.errors import PlaceInQuestion
from app.domains.enrollments.events import TeacherAssigned
from app.domains.payments.events import ChargeDisputed, PaymentUnclaimed
from app.domains.refunds import service
from app.domains.refunds.types import REFRESH_DISPUTES, ChargePayload


def on_payment_unclaimed(session: WriteSession, event: PaymentUnclaimed) -> None:
    service.give_back(session, event.transaction_id)


def on_teacher_assigned(session: WriteSession, event: TeacherAssigned) -> None:
    """What somebody is deciding about is moved to nobody else meanwhile; a first booking only says whose it is. A
    refund that is decided has left the parts already, whether it can be sent or not. Raises `PlaceInQuestion`, which
    undoes the change."""
    if event.former_id is not None and service.awaits_decision(session, event.enrollment_id):
        raise PlaceInQuestion


def on_charge_disputed(session: WriteSession, event: ChargeDisputed) -> None:
    """Its notices came to nothing when they were here before the payment."""
    REFRESH_DISPUTES.enqueue(session, ChargePayload(charge_id=event.charge_id), dedupe=event.charge_id)
