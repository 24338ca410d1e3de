"""What is over with a refund: sessions to come, their place in calendars, and what the course holds."""

from app.db.session import WriteSession
from app.domains.calendar import service as calendar
from app.domains.users.types import UserId
from tests.domains.agenda.feeds import Reader
from tests.support.learning import EVERY_DAY, Student, booked
from tests.support.refunding import Sale
from tests.support.world import World

LINK = {"kind": "link", "title": "The manual", "url": "https://docs.example/n8n"}


async def test_sessions_access_and_feeds_end_with_the_place(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await world.write(_open, sale.teacher.user_id)
    session_id = await booked(Student(sale.buyer, sale.enrollment_id), "2026-12-03T10:00:00Z")
    made = await sale.room.teacher.post(f"/api/courses/{sale.room.course_id}/resources", LINK)
    resource = f"/api/resources/{made.json()['id']}"
    readers = [await Reader.of(world, person) for person in (sale.buyer, sale.teacher)]
    assert (await sale.buyer.get(resource)).status_code == 200
    assert [(await reader.text()).count("STATUS:CONFIRMED") for reader in readers] == [1, 1]

    quote = await sale.refund()
    assert quote["cancelled_session_ids"] == [session_id]
    lesson = (await sale.buyer.get(f"/api/sessions/{session_id}")).json()
    assert (lesson["status"], lesson["cancel_reason"]) == ("cancelled", "The place in the course has ended.")
    assert [(await reader.text()).count("STATUS:CANCELLED") for reader in readers] == [1, 1]
    assert (await sale.buyer.get(resource)).status_code == 404
    for person in (sale.buyer, sale.teacher):
        assert any("cancelled" in mail["subject"].lower() for mail in await world.mails_to(person.email))
    asked = {"course_id": sale.room.course_id, "from": "2026-12-03T10:00:00Z", "to": "2026-12-03T10:10:00Z"}
    free = (await sale.buyer.get(f"/api/teachers/{sale.teacher.user_id}/availability", params=asked)).json()
    assert [slot["starts_at"] for slot in free["items"]] == ["2026-12-03T10:00:00Z"]


def _open(session: WriteSession, teacher_id: UserId) -> None:
    calendar.set_availability(session, teacher_id, timezone="UTC", buffer_minutes=15, windows=EVERY_DAY)
