"""What refunds do when something happens below them."""

from app.db.session import WriteSession
from app.domains.payments.events import ChargeDisputed, PaymentUnclaimed
from app.domains.refunds import service
from app.domains.refunds.types import REFRESH_DISPUTES, ChargePayload


def on_payment_unclaimed(session: WriteSession, event: PaymentUnclaimed) -> None:
    service.give_back(session, event.transaction_id)


def on_charge_disputed(session: WriteSession, event: ChargeDisputed) -> None:
    """Its notices came to nothing when they were here before the payment."""
    REFRESH_DISPUTES.enqueue(session, ChargePayload(charge_id=event.charge_id), dedupe=event.charge_id)
