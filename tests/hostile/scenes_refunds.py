"""Calls about refunds and disputes that succeed. Each refund that a call changes is another one."""

from datetime import timedelta
from typing import Any

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.enrollments.types import EnrollmentId
from app.domains.payments import service as payments
from app.domains.payments.repository import purchase_by_id
from app.domains.payments.types import PurchaseRef, TransactionId
from app.domains.refunds import repository
from app.domains.refunds.types import RefundCause, RefundId, RefundStatus
from app.domains.users.types import UserId
from app.providers.payments.port import Checkout, CheckoutStatus
from tests.hostile.stage import Call
from tests.support.learning import Classroom, Student
from tests.support.refunding import Sale
from tests.support.world import Actor, World

PRICE = 24900
REASON = "I have no time for the rest of it."


async def refund_calls(world: World, room: Classroom) -> dict[str, Call]:
    admin = await world.member("Rhea Admin", is_admin=True)
    asker, *others = [await _paid(world, room, name) for name in ("Rob", "Rua", "Rex", "Rio", "Ron", "Ray")]
    asked, failed, done = RefundStatus.REQUESTED, RefundStatus.FAILED, RefundStatus.SUCCEEDED
    states = (asked, asked, failed, done, asked)
    refunds = [
        await world.write(_refund, student, transaction_id, status)
        for (student, transaction_id), status in zip(others, states, strict=True)
    ]
    student, transaction_id = asker
    regretter, _ = others[4]
    dispute = {"dispute_id": await _dispute(world, admin)}
    place, paid = {"enrollment_id": str(student.enrollment_id)}, {"transaction_id": str(transaction_id)}
    quotes = [await _quote(who) for who in (student, others[0][0])]
    about = [{"refund_id": str(refund)} for refund in refunds]
    return {
        "transactions.get": Call(student.actor, paid),
        "transactions.explain": Call(student.actor, paid),
        "refunds.quote": Call(admin, place),
        "refunds.ask": Call(student.actor, place, body={"quote_id": quotes[0], "reason": REASON}),
        "refunds.of_enrollment": Call(student.actor, place),
        "refunds.withdraw": Call(regretter.actor, about[4] | {"enrollment_id": str(regretter.enrollment_id)}),
        "admin_refunds.list": Call(admin),
        "admin_refunds.get": Call(admin, about[3]),
        "admin_refunds.approve": Call(admin, about[0], body={"quote_id": quotes[1]}),
        "admin_refunds.reject": Call(admin, about[1], body={"reason": "Please talk to your teacher first."}),
        "admin_refunds.retry": Call(admin, about[2]),
        "admin_disputes.list": Call(admin),
        "admin_disputes.get": Call(admin, dispute),
        "admin_disputes.evidence": Call(admin, dispute),
        "admin_disputes.evidence_pdf": Call(admin, dispute),
        "admin_disputes.send_evidence": Call(admin, dispute, body={"statement": REASON, "is_final": False}),
    }


async def _quote(student: Student) -> str:
    answer = await student.actor.get(f"/api/enrollments/{student.enrollment_id}/refund-quote")
    quote_id: str = answer.raise_for_status().json()["quote_id"]
    return quote_id


async def _paid(world: World, room: Classroom, name: str) -> tuple[Student, TransactionId]:
    """A place whose payment is in the books, without the detour of paying."""
    actor = await world.member(f"{name} Refund")
    transaction_id = await world.write(_sell, actor.user_id, room)
    return await room.student(actor=actor, transaction_id=transaction_id), transaction_id


def _sell(session: WriteSession, buyer_id: UserId, room: Classroom) -> TransactionId:
    teacher_id = room.teacher.user_id
    ref = PurchaseRef(str(room.course_id), "Intro to n8n", teacher_id, teacher_id, 2)
    made = payments.start_purchase(
        session, buyer_id, ref, request_key="a-refund", amount_cents=PRICE, life=timedelta(minutes=30)
    )
    paid = Checkout(
        id=f"cs_test_{made.id[-8:]}",
        reference=made.id,
        url=None,
        status=CheckoutStatus.PAID,
        amount_cents=PRICE,
        currency="usd",
        expires_at=made.expires_at,
        payment_intent_id=f"pi_{made.id[-8:]}",
        charge_id=None,
    )
    purchase = purchase_by_id(session, made.id)
    assert purchase is not None
    transaction_id = payments.record_transaction(session, purchase, paid)
    payments.allocate(session, transaction_id, creator_id=teacher_id, teacher_id=teacher_id)
    return transaction_id


def _refund(session: WriteSession, student: Student, transaction_id: TransactionId, status: RefundStatus) -> RefundId:
    values: dict[str, Any] = {
        "id": RefundId(new_id("ref")),
        "transaction_id": transaction_id,
        "enrollment_id": EnrollmentId(student.enrollment_id),
        "buyer_id": student.actor.user_id,
        "cause": RefundCause.REQUESTED,
        "status": status,
        "amount_cents": PRICE,
        "currency": "usd",
        "reason": REASON,
        "ends_place": True,
        "parts": [],
        "attempt": 1,
        "created_at": session.now,
    }
    assert repository.insert_refund(session, values)
    refund_id: RefundId = values["id"]
    if status is RefundStatus.FAILED:
        sale = payments.get_transaction(session, transaction_id)
        payments.decide_refund(session, sale, payments.assess(session, sale, PRICE), refund_id=refund_id)
    return refund_id


async def _dispute(world: World, admin: Actor) -> str:
    """One that the payment service knows of, so that it takes evidence."""
    sale = await Sale.make(world)
    paid = await world.db.read(payments.get_transaction, sale.transaction_id)
    await sale.control("charges", paid.charge_id or "", "dispute")
    await world.settle()
    (found,) = (await admin.get("/api/admin/disputes")).json()["items"]
    dispute_id: str = found["id"]
    return dispute_id
