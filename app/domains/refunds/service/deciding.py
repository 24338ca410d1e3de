"""Asking for a refund, and deciding about it. Deciding moves the money in the books and ends the place at once, all in
one transaction; sending it is a job."""

from dataclasses import asdict
from typing import Any

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId
from app.domains.payments import service as payments
from app.domains.payments.types import TransactionId
from app.domains.refunds import policies, repository
from app.domains.refunds.errors import (
    OwnRefund,
    RefundNotFailed,
    RefundNotFound,
    RefundNotPending,
    RefundPending,
)
from app.domains.refunds.events import RefundDecided, RefundRequested
from app.domains.refunds.models import Refund
from app.domains.refunds.service.quoting import check_amount, check_quote, get_place, is_own
from app.domains.refunds.types import (
    SEND_REFUND,
    Quote,
    RefundCause,
    RefundId,
    RefundPayload,
    RefundStatus,
    RefundWish,
)
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.principal import Principal

_UNCLAIMED = "This payment bought nothing: the place was taken, or its people were gone, or the amount was another."


def ask(session: WriteSession, caller: Principal, wish: RefundWish) -> Refund:
    """A student's wish waits for an administrator; an administrator's, about somebody else's place, is carried out.

    Raises `EnrollmentNotFound`, `AmountNotYours`, `RefundPending`, and as `check_quote` does.
    """
    user_id = UserId(caller.user_id)
    place = get_place(session, wish.enrollment_id, caller)
    check_amount(place, caller, wish.amount_cents)
    if place.student_id == user_id:
        return _request(session, user_id, wish)
    users.require_admin(session, user_id)
    return _grant(session, user_id, wish)


def _request(session: WriteSession, user_id: UserId, wish: RefundWish) -> Refund:
    place = enrollments.lock_place(session, wish.enrollment_id)
    found = check_quote(session, place, wish)
    refund_id = _insert(session, place, found, wish, by=user_id, status=RefundStatus.REQUESTED)
    session.publish(RefundRequested(refund_id))
    return get(session, refund_id)


def _grant(session: WriteSession, admin_id: UserId, wish: RefundWish) -> Refund:
    """Nobody grants what concerns their own money."""
    place = enrollments.lock_place(session, wish.enrollment_id)
    if is_own(session, place, admin_id):
        raise OwnRefund
    _hold_money(session, place)
    found = check_quote(session, place, wish)
    refund_id = _insert(session, place, found, wish, by=admin_id, status=RefundStatus.REQUESTED)
    _carry_out(session, place, found, refund_id, admin_id)
    return get(session, refund_id)


def _hold_money(session: WriteSession, place: EnrollmentFacts) -> None:
    """From here on nobody else changes what the quote is made of."""
    if place.transaction_id is not None:
        payments.hold_parties(session, payments.hold_sale(session, place.transaction_id))


def _insert(
    session: WriteSession,
    place: EnrollmentFacts,
    found: Quote,
    wish: RefundWish,
    *,
    by: UserId,
    status: RefundStatus,
) -> RefundId:
    refund_id = RefundId(new_id("ref"))
    values: dict[str, Any] = {
        "id": refund_id,
        "transaction_id": found.transaction_id,
        "enrollment_id": place.id,
        "buyer_id": place.student_id,
        "cause": RefundCause.REQUESTED,
        "status": status,
        "amount_cents": found.amount_cents,
        "currency": found.currency,
        "reason": wish.reason,
        "quote_id": found.id,
        "ends_place": found.ends_place,
        "parts": [],
        "requested_by_id": by,
        "attempt": 1,
        "created_at": session.now,
    }
    if not repository.insert_refund(session, values):
        raise RefundPending
    return refund_id


def approve(
    session: WriteSession, admin_id: UserId, refund_id: RefundId, *, quote_id: str, amount_cents: int | None
) -> Refund:
    """Grant what a student asked for, or another amount. Raises `RefundNotFound`, `RefundNotPending`, `OwnRefund`, and
    as `check_quote` does."""
    users.require_admin(session, admin_id)
    asked = get(session, refund_id)
    if asked.enrollment_id is None:
        raise RefundNotPending
    place = enrollments.lock_place(session, asked.enrollment_id)
    if is_own(session, place, admin_id):
        raise OwnRefund
    _hold_money(session, place)
    if get(session, refund_id).status != RefundStatus.REQUESTED:
        raise RefundNotPending
    wish = RefundWish(place.id, quote_id, asked.reason, amount_cents)
    _carry_out(session, place, check_quote(session, place, wish), refund_id, admin_id)
    return get(session, refund_id)


def _carry_out(
    session: WriteSession, place: EnrollmentFacts, found: Quote, refund_id: RefundId, admin_id: UserId
) -> None:
    """The money leaves the parties' accounts, and the place ends, if it is to."""
    if not repository.move(
        session,
        refund_id,
        expected=(RefundStatus.REQUESTED,),
        status=RefundStatus.APPROVED,
        amount_cents=found.amount_cents,
        quote_id=found.id,
        ends_place=found.ends_place,
        parts=[policies.plain_part(part) for part in found.parts],
        decided_by_id=admin_id,
        decided_at=session.now,
    ):
        raise RefundNotPending
    sale = payments.get_transaction(session, found.transaction_id)
    payments.decide_refund(session, sale, found.parts, refund_id=refund_id)
    if found.ends_place:
        payments.keep_rest(session, found.transaction_id, refund_id=refund_id)
        enrollments.cancel(session, place)
    after = asdict(found) | {"parts": [policies.plain_part(part) for part in found.parts]}
    audit.record(session, admin_id, audit.Change("refund.approved", "refund", refund_id, after=after))
    _send(session, refund_id)
    session.publish(RefundDecided(refund_id, place.student_id))


def _send(session: WriteSession, refund_id: RefundId, attempt: int = 1) -> None:
    payload = RefundPayload(refund_id=refund_id, attempt=attempt)
    SEND_REFUND.enqueue(session, payload, dedupe=f"{refund_id}:{attempt}")


def reject(session: WriteSession, admin_id: UserId, refund_id: RefundId, reason: str) -> Refund:
    """Turn a wish down. Raises `RefundNotFound`, `RefundNotPending`, `OwnRefund`."""
    users.require_admin(session, admin_id)
    found = get(session, refund_id)
    if found.enrollment_id is None:
        raise RefundNotPending
    if is_own(session, enrollments.get_enrollment(session, found.enrollment_id), admin_id):
        raise OwnRefund
    if not repository.move(
        session,
        refund_id,
        expected=(RefundStatus.REQUESTED,),
        status=RefundStatus.REJECTED,
        rejection=reason,
        decided_by_id=admin_id,
        decided_at=session.now,
    ):
        raise RefundNotPending
    audit.record(session, admin_id, audit.Change("refund.rejected", "refund", refund_id, reason=reason))
    session.publish(RefundDecided(refund_id, found.buyer_id))
    return get(session, refund_id)


def withdraw(session: WriteSession, student_id: UserId, enrollment_id: EnrollmentId, refund_id: RefundId) -> Refund:
    """Take an own wish back before it is decided; another may be made. Raises `RefundNotFound`, `RefundNotPending`."""
    found = get(session, refund_id)
    if (found.buyer_id, found.enrollment_id) != (student_id, enrollment_id):
        raise RefundNotFound
    if not repository.move(
        session,
        refund_id,
        expected=(RefundStatus.REQUESTED,),
        status=RefundStatus.WITHDRAWN,
        decided_at=session.now,
    ):
        raise RefundNotPending
    audit.record(session, student_id, audit.Change("refund.withdrawn", "refund", refund_id))
    return get(session, refund_id)


def retry(session: WriteSession, admin_id: UserId, refund_id: RefundId) -> Refund:
    """Send what failed once more, under a new reference, as the payment service repeats its answer to the old one.
    Raises `RefundNotFound`, `RefundNotFailed`."""
    users.require_admin(session, admin_id)
    payments.hold_sale(session, get(session, refund_id).transaction_id)  # what is told of the last attempt waits
    attempt = get(session, refund_id).attempt + 1
    if not repository.move(
        session,
        refund_id,
        expected=(RefundStatus.FAILED,),
        status=RefundStatus.APPROVED,
        attempt=attempt,
        failure=None,
        decided_at=session.now,
    ):
        raise RefundNotFailed
    audit.record(session, admin_id, audit.Change("refund.retried", "refund", refund_id, after={"attempt": attempt}))
    _send(session, refund_id, attempt)
    return get(session, refund_id)


def give_back(session: WriteSession, transaction_id: TransactionId) -> None:
    """Money that bought nothing goes back whole, without anybody's decision."""
    sale = payments.hold_sale(session, transaction_id)
    refund_id = RefundId(new_id("ref"))
    values: dict[str, Any] = {
        "id": refund_id,
        "transaction_id": sale.id,
        "enrollment_id": None,
        "buyer_id": sale.buyer_id,
        "cause": RefundCause.UNCLAIMED,
        "status": RefundStatus.APPROVED,
        "amount_cents": sale.amount_cents,
        "currency": sale.currency,
        "reason": _UNCLAIMED,
        "ends_place": False,
        "parts": [],
        "attempt": 1,
        "decided_at": session.now,
        "created_at": session.now,
    }
    repository.insert_refund(session, values)
    payments.decide_return(session, sale, refund_id=refund_id)
    after = {"amount_cents": sale.amount_cents, "transaction_id": sale.id}
    audit.record(session, None, audit.Change("refund.unclaimed", "refund", refund_id, after=after))
    _send(session, refund_id)
    session.publish(RefundDecided(refund_id, sale.buyer_id, is_unclaimed=True))


def get(session: ReadSession, refund_id: RefundId) -> Refund:
    """Raises `RefundNotFound`."""
    found = repository.refund(session, refund_id)
    if found is None:
        raise RefundNotFound
    return found
