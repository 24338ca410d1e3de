"""A refund from its quote to the money that left: who decides, what it does, and that it does just what was quoted."""

import asyncio
from datetime import timedelta

from sqlalchemy import update

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments import service as enrollments
from app.domains.payments import ledger
from app.domains.payments.ledger import Account, Line
from app.domains.payments.types import AccountKind
from app.domains.sessions import service as sessions
from app.domains.sessions.models import TeachingSession
from app.domains.sessions.types import SessionId, SessionStatus
from app.domains.users.models import User
from app.domains.users.types import UserId
from tests.support.refunding import PRICE, REASON, Sale
from tests.support.world import World


async def test_a_student_asks_and_an_administrator_grants(world: World) -> None:
    sale = await Sale.make(world)
    await sale.hold()
    quote = (await sale.quote(sale.buyer)).json()
    assert (quote["amount_cents"], quote["ends_place"], quote["sessions_completed"]) == (12450, True, 1)
    assert [part["amount_cents"] for part in quote["parts"]] == [1868, 1868, 8714]
    assert {part["balance_cents"] for part in quote["parts"]} == {None}  # whether others were paid is theirs to know

    asked = await sale.ask(sale.buyer, quote)
    assert (asked.status_code, asked.json()["status"]) == (201, "requested")
    again = await sale.ask(sale.buyer, quote)
    assert (again.status_code, again.json()["code"]) == (409, "refund_pending")
    assert await sale.status() == "in_progress"

    path = f"/api/admin/refunds/{asked.json()['id']}/approve"
    granted = await sale.admin.post(path, {"quote_id": quote["quote_id"]})
    assert (granted.status_code, granted.json()["status"]) == (200, "approved")
    assert await sale.status() == "cancelled"
    await world.settle()
    found = await sale.newest()
    assert (found["status"], found["amount_cents"], found["reason"]) == ("succeeded", 12450, REASON)
    assert [part["amount_cents"] for part in found["parts"]] == [1868, 1868, 8714]
    assert (await sale.admin.post(path, {"quote_id": quote["quote_id"]})).json()["code"] == "refund_not_pending"
    # The cent that rounding left of the unreleased shares went to whose it was.
    assert await sale.books() == {
        "stripe": PRICE - 12450 - 752,
        "platform": -(1867 - 752),
        "releasable creator": -1867,
        "releasable teacher": -8716,
    }
    receipt = (await sale.buyer.get(f"/api/transactions/{sale.transaction_id}")).json()
    assert (receipt["status"], receipt["refunded_cents"]) == ("partially_refunded", 12450)


async def test_a_wish_can_be_turned_down(world: World) -> None:
    sale = await Sale.make(world)
    asked = (await sale.ask(sale.buyer, (await sale.quote(sale.buyer)).json())).json()
    path = f"/api/admin/refunds/{asked['id']}"
    no = await sale.admin.post(f"{path}/reject", {"reason": "Please talk to your teacher first."})
    assert (no.status_code, no.json()["status"]) == (200, "rejected")
    assert (await sale.admin.post(f"{path}/reject", {"reason": "Twice."})).json()["code"] == "refund_not_pending"
    assert (await sale.admin.post(f"{path}/retry")).json()["code"] == "refund_not_failed"
    assert (await sale.quote(sale.buyer)).json()["amount_cents"] == PRICE
    assert await sale.status() == "enrolled"


async def test_a_quote_is_stale_once_a_session_was_held(world: World) -> None:
    sale = await Sale.make(world)
    quote = (await sale.quote()).json()
    await sale.hold()
    stale = await sale.ask(sale.admin, quote)
    assert (stale.status_code, stale.json()["code"]) == (409, "quote_stale")
    fresh = stale.json()["quote"]
    assert fresh == {"quote_id": (await sale.quote()).json()["quote_id"], "amount_cents": 12450, "currency": "usd"}
    assert (await sale.ask(sale.admin, fresh)).status_code == 201


async def test_an_override_up_to_the_full_price_takes_back_what_was_earned(world: World) -> None:
    """The teacher had been paid some of it: that becomes a debt, which the next earnings pay first."""
    sale = await Sale.make(world)
    other = await sale.another()
    await sale.hold(2)
    assert (await sale.quote()).json()["code"] == "nothing_to_refund"
    assert (await sale.quote(sale.buyer, amount_cents=1)).json()["code"] == "amount_not_yours"
    assert (await sale.quote(amount_cents=PRICE + 1)).json()["code"] == "refund_exceeds_payment"
    await world.write(pay_out, sale.teacher.user_id, 10_000)
    quote = await sale.refund(amount_cents=PRICE)
    teachers = quote["parts"][2]
    assert (teachers["amount_cents"], teachers["balance_cents"], teachers["debt_cents"]) == (17430, 7430, 10_000)
    assert (await sale.status(), (await sale.newest())["status"]) == ("cancelled", "succeeded")
    books = await sale.books()
    assert (books["owed teacher"], books["platform"], books["stripe"]) == (
        10_000,
        2 * 752 - 3735,
        24900 - 1504 - 10_000,
    )

    await other.hold()
    books = await sale.books()
    assert (books["owed teacher"], "releasable teacher" in books) == (10_000 - 8715, False)
    await other.hold()
    books = await sale.books()
    assert ("owed teacher" in books, books["releasable teacher"]) == (False, 10_000 - 17430)


def pay_out(session: WriteSession, user_id: UserId, amount_cents: int) -> None:
    """Money that leaves for a person, by hand."""
    lines = [
        Line(Account(AccountKind.RELEASABLE, "usd", user_id), amount_cents),
        Line(Account(AccountKind.STRIPE, "usd"), -amount_cents),
    ]
    assert ledger.post(session, "payout:by_hand", kind="payout", reference="by_hand", lines=lines)


async def test_a_courtesy_leaves_the_place_and_lessens_what_is_left(world: World) -> None:
    sale = await Sale.make(world)
    quote = await sale.refund(amount_cents=4900)
    assert (quote["ends_place"], await sale.status()) == (False, "enrolled")
    await sale.hold()
    assert (await sale.quote()).json()["amount_cents"] == 10_000
    await sale.refund()
    books = await sale.books()
    assert sum(-books[name] for name in ("releasable teacher", "releasable creator")) + 1500 == 10_000
    assert await sale.status() == "cancelled"


async def test_random_parts_until_nothing_is_left_leave_every_account_at_zero(world: World) -> None:
    sale = await Sale.make(world)
    other = await sale.another()
    await sale.hold()
    for amount in (1, 777, 12_000, 12_122):
        await sale.refund(amount_cents=amount)
    assert (await sale.quote(amount_cents=1)).json()["code"] == "refund_exceeds_payment"
    await other.hold(2)
    assert await sale.books() == {
        "stripe": PRICE - 2 * 752,
        "platform": 2 * 752 - 3735,  # the fees are not given back
        "releasable creator": -3735,
        "releasable teacher": -17430,
    }


async def test_fifty_clicks_refund_once(world: World) -> None:
    """By an administrator with fifty keys, while the sessions are being held."""
    sale = await Sale.make(world)
    await sale.another()
    quote = (await sale.quote()).json()
    clicks = [sale.ask(sale.admin, quote) for _ in range(50)]
    answers = await asyncio.gather(*clicks, sale.hold(), sale.hold())
    codes = [answer.status_code for answer in answers[:50] if answer is not None]
    assert codes.count(201) <= 1
    assert set(codes) <= {201, 409}
    await world.settle()
    books = await sale.books()
    given = PRICE if codes.count(201) else 0
    assert books.get("stripe", 0) == 2 * (PRICE - 752) - given
    place = await world.db.read(enrollments.get_enrollment, sale.enrollment_id)
    assert (place.status == "cancelled") == bool(given)


async def test_nobody_else_asks_or_decides(world: World) -> None:
    sale = await Sale.make(world)
    for stranger in (sale.teacher, sale.room.teacher, await world.member("Stig Stranger")):
        assert (await sale.quote(stranger)).status_code == 404
    world.clock.advance(minutes=16)
    again = await world.log_in(sale.buyer.user_id, sale.buyer.email)
    quote = (await sale.quote(again)).json()
    world.clock.advance(minutes=14)
    assert (await sale.ask(again, quote)).status_code == 201
    world.clock.advance(minutes=2)
    assert (await sale.ask(again, quote)).json()["code"] in {"step_up_needed", "not_authenticated"}


async def test_nobody_decides_about_their_own_money(world: World) -> None:
    """Neither the buyer nor whoever has a share: the course's author too, whom somebody else teaches for."""
    sale = await Sale.make(world)
    earners = (sale.teacher, sale.room.teacher)
    for person in (sale.buyer, *earners):
        await world.write(_make_admin, person.user_id)
    quote = (await sale.quote(sale.buyer)).json()
    for person in earners:
        assert (await sale.ask(person, quote)).json()["code"] == "own_refund"
    asked = (await sale.ask(sale.buyer, quote)).json()
    assert asked["status"] == "requested"
    path = f"/api/admin/refunds/{asked['id']}"
    decisions = {"approve": {"quote_id": quote["quote_id"]}, "reject": {"reason": "I would rather keep it."}}
    for person in (sale.buyer, *earners):
        for act, body in decisions.items():
            answer = await person.post(f"{path}/{act}", body)
            assert (answer.status_code, answer.json()["code"]) == (409, "own_refund")
    assert (await sale.admin.post(f"{path}/reject", decisions["reject"])).json()["status"] == "rejected"


def _make_admin(session: WriteSession, user_id: UserId) -> None:
    session.change(update(User).where(User.id == user_id).values(is_admin=True))


async def test_a_session_that_has_begun_is_waited_for(world: World) -> None:
    sale = await Sale.make(world)
    session_id = await world.write(_plan, sale)
    for came_early in (False, True):
        if came_early:
            early = world.clock.now() + timedelta(minutes=50)
            await world.write(
                sessions.record_joined,
                session_id,
                sale.teacher.user_id,
                "PA_T",
                early,
                BookingPolicy.of(world.settings),
            )
        quote = (await sale.quote()).json()
        assert quote["cancelled_session_ids"] == [session_id]
    world.clock.advance(hours=2)
    admin = await world.log_in(sale.admin.user_id, sale.admin.email)
    assert (await sale.quote(admin)).json()["code"] == "session_outcome_open"


def _plan(session: WriteSession, sale: Sale) -> SessionId:
    session_id = SessionId(new_id("ses"))
    start = session.now + timedelta(hours=1)
    values = {
        "id": session_id,
        "enrollment_id": sale.enrollment_id,
        "course_id": sale.room.course_id,
        "teacher_id": sale.teacher.user_id,
        "student_id": sale.buyer.user_id,
        "starts_at": start,
        "ends_at": start + timedelta(hours=1),
        "occupied_from": start,
        "occupied_until": start + timedelta(hours=1),
        "status": SessionStatus.SCHEDULED,
        "created_at": session.now,
    }
    session.add(TeachingSession(**values))
    return session_id
