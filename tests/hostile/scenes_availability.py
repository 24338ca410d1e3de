"""Calls about somebody's hours beyond the week, calendars elsewhere, and free times, that succeed."""

from tests.hostile.stage import Call
from tests.support.learning import Classroom
from tests.support.world import Actor, World

_TWIN = "http://127.0.0.1:8000/sandbox/calendars"
_HOURS = {"windows": [{"start": "10:00", "end": "14:00"}]}


async def availability_calls(world: World, room: Classroom) -> dict[str, Call]:
    """Of a teacher of their own. Each calendar that a call changes is another one."""
    owner = await world.member("Hope Hours", can_create_courses=True)
    shown, dropped = [await _add(owner, name) for name in ("shown", "dropped")]
    await owner.put("/api/users/me/availability/overrides/2026-12-24", _HOURS)
    course = {"id_or_slug": str(room.course_id)}
    return {
        "courses.slots": Call(None, course),
        "availability.bookings": Call(await world.member("Bo Booker"), {"teacher_id": room.teacher.user_id}),
        "availability_overrides.list": Call(owner),
        "availability_overrides.get": Call(owner, {"date": "2026-12-24"}),
        "availability_overrides.replace": Call(owner, {"date": "2026-12-24"}, body=dict(_HOURS)),
        "availability_overrides.delete": Call(owner, {"date": "2026-12-26"}),
        "external_calendars.list": Call(owner),
        "external_calendars.add": Call(owner, body={"name": "Private", "url": f"{_TWIN}/tara.ics"}),
        "external_calendars.get": Call(owner, {"calendar_id": shown}),
        "external_calendars.read": Call(owner, {"calendar_id": shown}),
        "external_calendars.remove": Call(owner, {"calendar_id": dropped}),
    }


async def _add(owner: Actor, name: str) -> str:
    answer = await owner.post("/api/users/me/external-calendars", {"name": name, "url": f"{_TWIN}/{name}.ics"})
    calendar_id: str = answer.json()["id"]
    return calendar_id
