"""What refunds do when something happens below them."""

from app.db.session import WriteSession
from app.domains.payments.events import PaymentUnclaimed
from app.domains.refunds import service


def on_payment_unclaimed(session: WriteSession, event: PaymentUnclaimed) -> None:
    service.give_back(session, event.transaction_id)
