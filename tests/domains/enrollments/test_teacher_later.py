"""Places that are bought without a teacher, and places that go to another one."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.db.session import ReadSession
from app.domains.books.service import find_faults
from app.domains.calendar import service as calendar
from app.domains.courses import service as courses
from app.domains.payments.models import PaymentSplit
from app.domains.users.types import UserId
from app.jobs.models import Job
from tests.support.cells import faults_of_time
from tests.support.learning import EVERY_DAY, Classroom
from tests.support.refunding import Sale
from tests.support.shop import start_checkout
from tests.support.world import Actor, World

NOON = "2026-12-02T12:00:00Z"
NEXT_DAY = "2026-12-03T12:00:00Z"
WHY = "The former teacher is ill for some months."


@pytest.fixture
async def sale(world: World) -> Sale:
    """A place without a teacher, in a course that its creator and one more person teach."""
    first = await Sale.make(world)
    hours: dict[str, Any] = {"timezone": "UTC", "buffer_minutes": 15, "windows": EVERY_DAY}
    await world.write(calendar.set_availability, first.teacher.user_id, **hours)
    admin = await world.log_in(first.admin.user_id, first.admin.email)
    return replace(await first.another(chooses_later=True), admin=admin)


async def book(sale: Sale, teacher: Actor | None, start: str = NOON) -> httpx.Response:
    body = {"enrollment_id": sale.enrollment_id, "starts_at": start}
    return await sale.buyer.post("/api/sessions", body | ({"teacher_id": teacher.user_id} if teacher else {}))


async def reassign(sale: Sale, teacher: Actor, by: Actor | None = None) -> httpx.Response:
    body = {"teacher_id": teacher.user_id, "reason": WHY}
    return await (by or sale.admin).post(f"/api/admin/enrollments/{sale.enrollment_id}/reassign-teacher", body)


async def who_reads_why(sale: Sale) -> set[UserId]:
    """Who is told by mail that the place goes to somebody else, and why; the new teacher is not told why."""
    readers = set()
    for person in (sale.teacher, sale.room.teacher, sale.buyer):
        told = [each["text"] for each in await sale.world.mails_to(person.email)]
        if any("from now on" in text and f"The reason: {WHY}" in text for text in told):
            readers.add(person.user_id)
    return readers


async def shares(sale: Sale) -> list[tuple[str, str | None, int, int]]:
    """Share, whose, how much, how much of it released; the ledger is sound."""
    names: dict[UserId | None, str | None] = {None: None}
    names |= {sale.teacher.user_id: "teacher", sale.room.teacher.user_id: "creator"}

    def read(session: ReadSession) -> list[PaymentSplit]:
        assert find_faults(session) == []
        found = select(PaymentSplit).where(PaymentSplit.transaction_id == sale.transaction_id)
        return list(session.scalars(found.order_by(PaymentSplit.share, PaymentSplit.turn)))

    rows = await sale.world.db.read(read)
    return [(row.share, names[row.recipient_id], row.amount_cents, row.released_cents) for row in rows]


async def mails(sale: Sale, template: str) -> set[str]:
    def read(session: ReadSession) -> set[str]:
        payloads = session.scalars(select(Job.payload).where(Job.kind == "notifications.send_mail"))
        wanted = (each for each in payloads if each["template"] == template)
        return {each["recipient_id"] for each in wanted if each["about_id"] == sale.enrollment_id}

    return await sale.world.db.read(read)


async def test_the_first_booking_names_the_teacher_who_has_a_share_then(sale: Sale) -> None:
    assert (await sale.buyer.get(sale.path)).json()["teacher_id"] is None
    platform, author = ("platform", None, 3735, 0), ("creator_as_author", "creator", 3735, 0)
    assert await shares(sale) == [author, platform, ("teacher", None, 17430, 0)]
    assert (await book(sale, None)).json()["code"] == "teacher_not_chosen"
    nobody = replace(sale.buyer, user_id=UserId("usr_01kbq2z7m8e6h9s0t3v5x7y9zz"))
    for person in (sale.buyer, nobody):
        assert (await book(sale, person)).json()["code"] == "teacher_not_available"
    assert (await reassign(sale, sale.teacher)).json()["code"] == "teacher_not_chosen"
    quote = (await sale.quote()).json()
    assert (await book(sale, sale.teacher)).status_code == 201
    assert (await sale.buyer.get(sale.path)).json()["teacher_id"] == sale.teacher.user_id
    assert await shares(sale) == [author, platform, ("teacher", "teacher", 17430, 0)]
    assert (await book(sale, sale.room.teacher, NEXT_DAY)).json()["code"] == "other_teacher"
    assert (await book(sale, None, NEXT_DAY)).status_code == 201
    assert await mails(sale, "enrollment_notice") == {sale.teacher.user_id, sale.room.teacher.user_id}
    assert (await sale.ask(sale.admin, quote)).json()["code"] == "quote_stale"  # its teacher gives a part now
    told = (await sale.teacher.get(f"/api/transactions/{sale.transaction_id}/explain")).json()
    assert [(line["what"], line["amount_cents"]) for line in told["lines"]] == [("assign", 17430)]
    assert (await sale.refund())["amount_cents"] == 24900
    assert {amount for _, _, amount, _ in await shares(sale)} == {3735, 17430}


async def test_a_creator_who_is_named_has_one_part_of_85(sale: Sale) -> None:
    body = {"enrollment_id": sale.enrollment_id, "starts_at": [NOON, NEXT_DAY]}
    answer = await sale.buyer.post("/api/sessions/bundle", body | {"teacher_id": sale.room.teacher.user_id})
    assert answer.status_code == 201, answer.text
    assert await shares(sale) == [("creator_as_instructor", "creator", 21165, 0), ("platform", None, 3735, 0)]
    await sale.hold(2)
    assert (await shares(sale))[0] == ("creator_as_instructor", "creator", 21165, 21165)


async def test_of_two_first_bookings_at_once_one_names_the_teacher(sale: Sale) -> None:
    rivals = (sale.teacher, sale.room.teacher)
    answers = await asyncio.gather(*(book(sale, rivals[i % 2], f"2026-12-02T{10 + i}:00:00Z") for i in range(6)))
    codes = {answer.json().get("code", "booked") for answer in answers}
    assert codes in ({"booked", "other_teacher"}, {"booked", "other_teacher", "no_sessions_left"})
    chosen = (await sale.buyer.get(sale.path)).json()["teacher_id"]
    booked = {answer.json()["teacher"]["id"] for answer in answers if answer.status_code == 201}
    assert booked == {chosen}
    assert "other_teacher" in codes
    assert sum(amount for *_, amount, _ in await shares(sale)) == 24900
    assert await sale.world.db.read(faults_of_time) == []


async def test_what_a_refund_takes_before_there_is_a_teacher_is_nobodys(sale: Sale) -> None:
    """A courtesy comes from all parts; the rest of the teacher's goes to whom the first booking names, and then all of
    it back."""
    await sale.refund(amount_cents=1000)
    assert (await sale.books())["pending"] == -16730
    assert (await book(sale, sale.teacher)).status_code == 201
    taken = [("teacher", None, 700, 0), ("teacher", "teacher", 16730, 0)]
    assert (await shares(sale))[2:] == taken
    assert (await sale.refund())["amount_cents"] == 23900
    assert await sale.status() == "cancelled"
    assert (await shares(sale))[2:] == taken


async def test_a_place_without_a_teacher_is_refunded_whole_and_lost_in_a_dispute(sale: Sale) -> None:
    quote = await sale.refund()
    assert {(part["share"], part["recipient_id"]) for part in quote["parts"]} == {
        ("creator_as_author", sale.room.teacher.user_id),
        ("platform", None),
        ("teacher", None),
    }
    assert await sale.status() == "cancelled"
    assert "pending" not in await sale.books()


async def test_what_is_not_taught_yet_goes_to_another_teacher(sale: Sale) -> None:
    creator = sale.room.teacher
    lesson = (await book(sale, sale.teacher)).json()["id"]
    await sale.hold()
    answer = await reassign(sale, creator)
    assert (answer.status_code, answer.json()["teacher_id"]) == (200, creator.user_id), answer.text
    found = (await sale.buyer.get(f"/api/sessions/{lesson}")).json()
    assert (found["status"], found["cancel_reason"]) == ("cancelled", WHY)
    assert (await sale.buyer.get(sale.path)).json()["sessions_bookable"] == 2
    assert await shares(sale) == [
        ("creator_as_author", "creator", 1867, 1867),
        ("creator_as_instructor", "creator", 10583, 0),
        ("platform", None, 3735, 1867),
        ("teacher", "teacher", 8715, 8715),
    ]
    everybody = {sale.teacher.user_id, creator.user_id, sale.buyer.user_id}
    assert await mails(sale, "teacher_changed") == everybody
    assert await who_reads_why(sale) == {sale.teacher.user_id, sale.buyer.user_id}
    assert (await reassign(sale, sale.teacher)).status_code == 200
    assert await shares(sale) == [
        ("creator_as_author", "creator", 1867, 1867),
        ("creator_as_author", "creator", 1868, 0),
        ("platform", None, 3735, 1867),
        ("teacher", "teacher", 8715, 8715),
        ("teacher", "teacher", 8715, 0),
    ]
    await sale.world.settle()
    assert (await book(sale, None, NEXT_DAY)).status_code == 201
    assert (await sale.refund(amount_cents=24900))["amount_cents"] == 24900  # from all five parts, to the cent


async def test_a_place_is_not_handed_over_while_its_money_is_in_question(sale: Sale) -> None:
    creator = sale.room.teacher
    lesson = (await book(sale, sale.teacher)).json()["id"]
    assert (await reassign(sale, sale.teacher)).json()["code"] == "already_teaches"
    nobody = replace(sale.buyer, user_id=UserId("usr_01kbq2z7m8e6h9s0t3v5x7y9zz"))
    for person in (sale.buyer, nobody):
        assert (await reassign(sale, person)).json()["code"] == "teacher_not_available"
    assert (await reassign(sale, creator, sale.buyer)).status_code == 403
    world, admin = sale.world, sale.admin
    for hours, code in ((28, "session_outcome_open"), (1, "session_outcome_open"), (73, None)):
        world.clock.advance(hours=hours)  # it is going on, then missed by both and may be contested, then neither
        await world.settle()
        admin = await world.log_in(admin.user_id, admin.email)
        assert (await reassign(sale, creator, admin)).json().get("code") == code
    teacher = await world.log_in(sale.teacher.user_id, sale.teacher.email)
    assert (await teacher.post(f"/api/sessions/{lesson}/complete")).json()["code"] == "teacher_changed"
    body = {"outcome": "completed", "no_show_user_id": None, "note": "As both of them wrote."}
    assert (await admin.post(f"/api/admin/sessions/{lesson}/resolve", body)).json()["code"] == "teacher_changed"
    assert (await shares(sale))[0] == ("creator_as_instructor", "creator", 21165, 0)


async def test_a_wish_for_a_refund_keeps_the_teacher(sale: Sale) -> None:
    assert (await book(sale, sale.teacher)).status_code == 201
    asked = await sale.ask(sale.buyer, (await sale.quote()).json())
    assert asked.status_code == 201
    assert (await reassign(sale, sale.room.teacher)).json()["code"] == "place_in_question"
    assert (await sale.buyer.get(sale.path)).json()["teacher_id"] == sale.teacher.user_id
    assert (await shares(sale))[2] == ("teacher", "teacher", 17430, 0)


async def test_a_course_that_nobody_teaches_is_not_sold_without_a_teacher(sale: Sale) -> None:
    for teacher in (sale.teacher, sale.room.teacher):
        course_id = sale.room.course_id
        await sale.world.write(courses.set_teaching, user_id=teacher.user_id, course_id=course_id, is_teaching=False)
    other = await sale.world.member("Una Usual")
    answer = await start_checkout(other, sale.room, teacher_id=None)
    assert answer.json()["code"] == "teacher_not_available", answer.text


async def test_a_free_place_without_a_teacher_is_booked_with_one_and_handed_over(world: World) -> None:
    room = await Classroom.open(world)
    buyer, admin = await world.member("Sam Sample"), await world.member("Ann Admin", is_admin=True)
    place = (await start_checkout(buyer, room, teacher_id=None)).json()["enrollment_id"]
    body = {"enrollment_id": place, "starts_at": NOON}
    waiting = await buyer.post("/api/session-waitlist", {"enrollment_id": place, "latest_at": "2026-12-04T12:00:00Z"})
    assert (waiting.status_code, waiting.json()["code"]) == (422, "teacher_not_chosen")
    told = await admin.post("/api/admin/sessions", body | {"teacher_id": room.teacher.user_id, "reason": WHY})
    assert (told.status_code, told.json()["teacher"]["id"]) == (201, room.teacher.user_id), told.text
    other = await world.member("Tess Template")
    by = room.teacher.user_id
    await world.write(courses.certify_teacher, user_id=other.user_id, course_id=room.course_id, approved_by=by)
    path = f"/api/admin/enrollments/{place}/reassign-teacher"
    answer = await admin.post(path, {"teacher_id": other.user_id, "reason": WHY})
    assert (answer.status_code, answer.json()["teacher_id"]) == (200, other.user_id), answer.text
    await world.settle()
    assert (await room.teacher.get(f"/api/enrollments/{place}")).status_code == 200  # it is the creator's course
    assert (await other.get(f"/api/enrollments/{place}")).status_code == 200


async def test_hand_overs_and_bookings_at_once_leave_one_teacher_with_all_of_it(sale: Sale) -> None:
    creator = sale.room.teacher
    assert (await book(sale, sale.teacher)).status_code == 201
    answers = await asyncio.gather(
        reassign(sale, creator), book(sale, None, NEXT_DAY), reassign(sale, creator), book(sale, None, NEXT_DAY)
    )
    assert sorted(answer.status_code for answer in answers[::2]) == [200, 409]
    assert all(answer.status_code < 500 for answer in answers)
    planned = (await sale.buyer.get("/api/sessions", params={"status": "scheduled"})).json()["items"]
    assert {each["teacher"]["id"] for each in planned} <= {creator.user_id}
    assert await shares(sale) == [("creator_as_instructor", "creator", 21165, 0), ("platform", None, 3735, 0)]
    assert await sale.world.db.read(faults_of_time) == []
