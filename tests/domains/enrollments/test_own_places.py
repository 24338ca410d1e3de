"""Places that change hands: nobody is paid for what another one held, and administrators have no say where they
earn."""

from datetime import UTC, datetime

from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.courses import service as courses
from app.domains.sessions.service import attendance
from tests.domains.enrollments.test_teacher_later import NOON, WHY, book, reassign, shares
from tests.domains.enrollments.test_teacher_later import sale as sale  # noqa: PLC0414 - the fixture
from tests.domains.roles.admins import give
from tests.support.learning import EVERY_DAY
from tests.support.refunding import Sale
from tests.support.world import Actor

CARD_IS_CLOSED = "POST /v1/refunds"


async def test_who_follows_is_not_paid_for_a_session_that_turns_out_to_have_been_held_before(sale: Sale) -> None:
    lesson = (await book(sale, sale.teacher)).json()["id"]
    for hours in (29, 74):  # missed by both, and nobody contested it
        sale.world.clock.advance(hours=hours)
        await sale.world.settle()
    admin = await sale.world.log_in(sale.admin.user_id, sale.admin.email)
    assert (await reassign(sale, sale.room.teacher, admin)).is_success
    before = await shares(sale)
    policy = BookingPolicy.of(sale.world.settings)
    for who, connection in ((sale.teacher, "one"), (sale.buyer, "other")):
        came_at = datetime(2026, 12, 2, 12, 1, tzinfo=UTC)
        await sale.world.write(attendance.record_joined, lesson, who.user_id, connection, came_at, policy)
    assert await shares(sale) == before


async def _teaching(sale: Sale, actor: Actor) -> None:
    world, course_id = sale.world, sale.room.course_id
    creator_id = sale.room.teacher.user_id
    await world.write(courses.certify_teacher, user_id=actor.user_id, course_id=course_id, approved_by=creator_id)
    await world.write(calendar.set_availability, actor.user_id, timezone="UTC", buffer_minutes=15, windows=EVERY_DAY)


async def test_an_administrator_gives_no_place_to_themselves_and_decides_about_none_of_theirs(sale: Sale) -> None:
    await _teaching(sale, sale.admin)
    asked = {"enrollment_id": sale.enrollment_id, "starts_at": NOON, "reason": WHY}
    refused = await sale.admin.post("/api/admin/sessions", asked | {"teacher_id": sale.admin.user_id})
    assert (refused.status_code, refused.json()["code"]) == (403, "own_place")
    lesson = (await book(sale, sale.admin)).json()["id"]  # the student's own choice
    sale.world.clock.advance(hours=29)
    await sale.world.settle()
    admin = await sale.world.log_in(sale.admin.user_id, sale.admin.email)
    found = {"outcome": "completed", "no_show_user_id": None, "note": "As both of them wrote."}
    assert (await admin.post(f"/api/admin/sessions/{lesson}/resolve", found)).json()["code"] == "own_place"


async def test_whoever_has_a_stake_in_a_place_decides_nothing_about_its_sessions(sale: Sale) -> None:
    lesson = (await book(sale, sale.teacher)).json()["id"]
    concerned = (sale.room.teacher, sale.teacher, sale.buyer)  # the first made the course
    for person in concerned:
        assert (await give(sale.admin, person, is_admin=True)).is_success
    sale.world.clock.advance(hours=29)
    await sale.world.settle()
    path = f"/api/admin/sessions/{lesson}"
    found = {"outcome": "completed", "no_show_user_id": None, "note": "As both of them wrote."}
    for person in concerned:
        admin = await sale.world.log_in(person.user_id, person.email)
        assert (await admin.post(f"{path}/resolve", found)).json()["code"] == "own_place"
        assert (await admin.post(f"{path}/credit", {"reason": WHY})).json()["code"] == "own_place"
    admin = await sale.world.log_in(sale.admin.user_id, sale.admin.email)
    assert (await admin.post(f"{path}/resolve", found)).is_success
    assert (await admin.post(f"{path}/credit", {"reason": WHY})).is_success


async def test_a_refund_that_cannot_be_sent_keeps_no_teacher(sale: Sale) -> None:
    assert (await book(sale, sale.teacher)).status_code == 201
    await sale.fault("refuse", CARD_IS_CLOSED)
    await sale.refund(amount_cents=1000)
    assert (await sale.newest())["status"] == "failed"
    assert (await reassign(sale, sale.room.teacher)).is_success


async def test_whoever_earns_from_a_place_does_not_hand_it_over(sale: Sale) -> None:
    assert (await book(sale, sale.teacher)).status_code == 201
    creator = sale.room.teacher
    assert (await give(sale.admin, creator, is_admin=True)).is_success
    creator = await sale.world.log_in(creator.user_id, creator.email)
    other = await sale.world.member("Olga Other")
    await _teaching(sale, other)
    assert (await reassign(sale, other, creator)).json()["code"] == "own_place"
    assert (await reassign(sale, other)).is_success
