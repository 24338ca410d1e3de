"""What a refund would do, to the cent, before anybody does it."""

from app.db.session import ReadSession
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.errors import EnrollmentNotFound
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId, EnrollmentStatus
from app.domains.payments import service as payments
from app.domains.payments.errors import RefundExceedsPayment
from app.domains.payments.types import TransactionId, TransactionStatus
from app.domains.refunds import policies
from app.domains.refunds.errors import (
    AmountNotYours,
    NothingPaid,
    NothingToRefund,
    PlaceDisputed,
    QuoteStale,
)
from app.domains.refunds.types import Quote, RefundWish
from app.domains.sessions import service as sessions
from app.domains.sessions.errors import SessionOutcomeOpen
from app.domains.users.types import UserId
from app.edge.principal import Principal


def get_place(session: ReadSession, enrollment_id: EnrollmentId, viewer: Principal) -> EnrollmentFacts:
    """The place, for its student and administrators. Raises `EnrollmentNotFound` for anybody else."""
    place = enrollments.get_enrollment(session, enrollment_id)
    if not viewer.is_admin and place.student_id != viewer.user_id:
        raise EnrollmentNotFound
    return place


def get_quote(
    session: ReadSession, enrollment_id: EnrollmentId, viewer: Principal, *, amount_cents: int | None
) -> Quote:
    """What a refund of the place would do now. Raises `EnrollmentNotFound`, `AmountNotYours`, and as `quote` does."""
    place = get_place(session, enrollment_id, viewer)
    check_amount(place, viewer, amount_cents)
    return quote(session, place, amount_cents)


def check_amount(place: EnrollmentFacts, viewer: Principal, amount_cents: int | None) -> None:
    """Raises `AmountNotYours` unless an administrator chooses the amount for somebody else."""
    if amount_cents is not None and not (viewer.is_admin and place.student_id != viewer.user_id):
        raise AmountNotYours


def quote(session: ReadSession, place: EnrollmentFacts, amount_cents: int | None) -> Quote:
    """Raises `NothingPaid`, `NothingToRefund`, `PlaceDisputed`, `SessionOutcomeOpen`, `RefundExceedsPayment`."""
    sale = payments.get_transaction(session, _check(session, place))
    stakes = payments.stakes_of(session, sale.id)
    due = policies.amounts(sale.amount_cents, stakes, place, wanted=amount_cents)
    if due.wanted_cents > due.left_cents:
        raise RefundExceedsPayment
    if due.wanted_cents <= 0:
        raise NothingToRefund
    ends_place = due.ends_place and place.status is not EnrollmentStatus.CANCELLED
    lessons = sessions.list_of_place(session, place.id) if ends_place else []  # none that lives has begun
    found = Quote(
        id="",
        enrollment_id=place.id,
        transaction_id=sale.id,
        price_cents=sale.amount_cents,
        refunded_cents=sale.refunded_cents,
        amount_cents=due.wanted_cents,
        currency=sale.currency,
        sessions_bought=place.sessions_bought,
        sessions_completed=place.sessions_completed,
        ends_place=ends_place,
        cancelled_session_ids=tuple(lesson.id for lesson in lessons if lesson.status.is_live),
        parts=tuple(payments.assess(session, sale, due.wanted_cents)),
    )
    return policies.with_id(found, place)


def _check(session: ReadSession, place: EnrollmentFacts) -> TransactionId:
    """What paid for the place. Raises when no refund can be thought of now."""
    if place.transaction_id is None:
        raise NothingPaid
    sale = payments.get_transaction(session, place.transaction_id)
    if sale.status in {TransactionStatus.DISPUTED, TransactionStatus.DISPUTE_LOST}:
        raise PlaceDisputed
    if sessions.has_open_outcome(session, place.id):
        raise SessionOutcomeOpen
    return place.transaction_id


def check_quote(session: ReadSession, place: EnrollmentFacts, wish: RefundWish) -> Quote:
    """The present quote, if it is the one that was agreed to. Raises `QuoteStale` with the new one, and as `quote`."""
    present = quote(session, place, wish.amount_cents)
    if present.id != wish.quote_id:
        raise QuoteStale(quote=_told(present))
    return present


def _told(present: Quote) -> dict[str, object]:
    return {"quote_id": present.id, "amount_cents": present.amount_cents, "currency": present.currency}


def is_own(session: ReadSession, place: EnrollmentFacts, user_id: UserId) -> bool:
    """Whether a refund of the place is about the person's own money: who holds or teaches it, or has a share of its
    price."""
    return user_id in enrollments.stakeholders(session, place)
