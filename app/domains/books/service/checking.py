"""The books against themselves."""

import logging

from app.core.logging import log_event
from app.db.session import ReadSession, WriteSession
from app.domains.books.types import Verdict
from app.domains.payments import service as payments
from app.domains.payouts import service as payouts
from app.domains.payouts.types import Safeguard
from app.domains.refunds import service as refunds

logger = logging.getLogger(__name__)


def find_faults(session: ReadSession) -> list[str]:
    """Everything that must be true of the books and is not, in words. Read on one snapshot."""
    return [*payments.faults(session), *payouts.faults(session), *refunds.faults(session)]


def record_check(session: WriteSession, faults: list[str]) -> None:
    """Freeze all payouts when the books do not add up. Only a person lifts that, after having looked."""
    payouts.pass_safeguard(session, Safeguard.CHECK)
    if faults and payouts.freeze(session, faults):
        log_event(logger, "books.frozen", faults=len(faults))


def show_books(session: ReadSession) -> Verdict:
    """What an administrator sees of them."""
    faults, freeze = find_faults(session), payouts.freeze_in_force(session)
    return Verdict(
        is_sound=not faults,
        faults=tuple(faults),
        frozen_at=freeze.frozen_at if freeze else None,
        frozen_faults=freeze.faults if freeze else (),
    )
