"""A place that was paid for through the twin, and what people do to have the money back."""

from dataclasses import dataclass, replace
from typing import Any

import httpx
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.courses import service as courses
from app.domains.courses.models import Course
from app.domains.courses.types import CourseId
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentId
from app.domains.payments import ledger
from app.domains.payments.types import TransactionId
from app.domains.users.types import UserId
from tests.support.learning import Classroom
from tests.support.shop import pay, start_checkout, verify
from tests.support.world import Actor, World

PRICE = 24900
REASON = "I have no time for the rest of it."


@dataclass(frozen=True, slots=True)
class Sale:
    """A paid place: of a course of one person, taught by another."""

    world: World
    room: Classroom
    teacher: Actor
    buyer: Actor
    admin: Actor
    enrollment_id: EnrollmentId
    transaction_id: TransactionId

    @classmethod
    async def make(cls, world: World, *, price: int = PRICE, sessions: int = 2) -> "Sale":
        room = await Classroom.open(world, session_count=sessions)
        teacher, buyer = await world.member("Tess Template"), await world.member("Sam Sample")
        await world.write(_prepare, room.course_id, room.teacher.user_id, teacher.user_id, price)
        enrollment_id, transaction_id = await _buy(world, room, teacher.user_id, buyer)
        admin = await world.member("Ann Admin", is_admin=True)
        return cls(world, room, teacher, buyer, admin, enrollment_id, transaction_id)

    async def another(self, *, chooses_later: bool = False) -> "Sale":
        """Somebody else buys a place with the same teacher, or with whom the first booking names: the payment service
        gives nothing back that we do not have, and its fees are gone."""
        buyer = await self.world.member("Otto Other")
        teacher_id = None if chooses_later else self.teacher.user_id
        enrollment_id, transaction_id = await _buy(self.world, self.room, teacher_id, buyer)
        return replace(self, buyer=buyer, enrollment_id=enrollment_id, transaction_id=transaction_id)

    @property
    def path(self) -> str:
        return f"/api/enrollments/{self.enrollment_id}"

    async def hold(self, count: int = 1) -> None:
        """So many sessions of the place are held."""
        for _ in range(count):
            await self.world.write(enrollments.record_session_completed, self.enrollment_id)

    async def quote(self, by: Actor | None = None, **parameters: Any) -> httpx.Response:
        return await (by or self.admin).get(f"{self.path}/refund-quote", params=parameters)

    async def ask(self, by: Actor, quote: dict[str, Any], **more: Any) -> httpx.Response:
        body = {"quote_id": quote["quote_id"], "reason": REASON} | more
        return await by.post(f"{self.path}/refunds", body)

    async def refund(self, **amount: int) -> dict[str, Any]:
        """By an administrator, as quoted, and sent; answers the quote."""
        quote: dict[str, Any] = (await self.quote(None, **amount)).json()
        answer = await self.ask(self.admin, quote, **amount)
        assert answer.status_code == 201, answer.text
        await self.world.settle()
        return quote

    async def newest(self) -> dict[str, Any]:
        """The place's newest refund, as administrators see it."""
        rows = (await self.admin.get(f"{self.path}/refunds")).json()["items"]
        found: dict[str, Any] = (await self.admin.get(f"/api/admin/refunds/{rows[0]['id']}")).json()
        return found

    async def status(self) -> str:
        found: str = (await self.buyer.get(self.path)).json()["status"]
        return found

    async def books(self) -> dict[str, int]:
        """The balances, which are sound; a person's by the person's name."""
        trial = await self.world.db.read(ledger.trial_balance)
        assert trial.is_sound, trial.faults
        names = {self.teacher.user_id: "teacher", self.room.teacher.user_id: "creator"}
        return {_named(account, names): balance for account, balance in trial.balances.items() if balance}

    async def control(self, things: str, known: str, act: str, **form: str) -> dict[str, Any]:
        """What people and banks do at the payment service."""
        answer = await self.world.http.post(f"/sandbox/stripe/control/{things}/{known}/{act}", data=form)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    async def fault(self, kind: str, match: str) -> None:
        form = {"kind": kind, "match": match}
        (await self.world.http.post("/sandbox/stripe/control/faults", data=form)).raise_for_status()


async def _buy(
    world: World, room: Classroom, teacher_id: UserId | None, buyer: Actor
) -> tuple[EnrollmentId, TransactionId]:
    checkout = (await start_checkout(buyer, room, teacher_id=teacher_id)).json()
    assert (await pay(world, checkout)).status_code == 303
    await world.settle()
    place = (await verify(buyer, checkout)).json()["enrollment_id"]
    (receipt,) = (await buyer.get("/api/transactions")).json()["items"]
    return place, receipt["id"]


def _named(account: str, names: dict[UserId, str]) -> str:
    kind, owner, _ = account.split(":")
    return kind if owner == "-" else f"{kind} {names.get(UserId(owner), owner)}"


def _prepare(session: WriteSession, course_id: CourseId, creator_id: UserId, teacher_id: UserId, price: int) -> None:
    session.change(update(Course).where(Course.id == course_id).values(price_cents=price))
    courses.certify_teacher(session, user_id=teacher_id, course_id=course_id, approved_by=creator_id)
