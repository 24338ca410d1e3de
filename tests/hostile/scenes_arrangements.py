"""The calls about kept times, invites and the waitlist: each with a course, a teacher and a student of its own."""

from collections.abc import Mapping, Sequence

from app.db.session import WriteSession
from app.domains.arrangements import service as arrangements
from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import OpeningHours, WeeklyHours
from app.domains.users.types import UserId
from tests.hostile.stage import Call
from tests.support.learning import Classroom, Student
from tests.support.world import Actor, World

NOON = "2026-12-02T12:00:00Z"
EVENING = {"earliest_at": "2026-12-02T18:00:00Z", "latest_at": "2026-12-02T20:00:00Z"}


async def arrangement_calls(world: World) -> dict[str, Call]:
    return await _hold_calls(world) | await _invite_calls(world) | await _wait_calls(world)


async def _rooms(world: World, count: int) -> list[tuple[Classroom, Student]]:
    teachers = [await world.member(f"Arne Arranger {number}", can_create_courses=True) for number in range(count)]
    rooms = [await Classroom.open(world, teacher=teacher) for teacher in teachers]
    return [(room, await room.student("Sia Student")) for room in rooms]


async def _hold_calls(world: World) -> dict[str, Call]:
    [(room, _)] = await _rooms(world, 1)
    owner, newcomer = await world.member("Hanna Holder"), await world.member("Nils Newcomer")
    body = {"course_id": room.course_id, "teacher_id": room.teacher.user_id, "starts_at": NOON}
    own = {"hold_id": await _made(owner, "/api/session-holds", body | {"starts_at": "2026-12-02T14:00:00Z"})}
    return {
        "session_holds.create": Call(newcomer, body=dict(body)),
        "session_holds.list": Call(owner),
        "session_holds.get": Call(owner, own),
        "session_holds.release": Call(owner, own),
    }


async def _invite_calls(world: World) -> dict[str, Call]:
    """A teacher's time is taken by one invite: each is of another teacher."""
    (asking, asked), *rest = await _rooms(world, 4)
    sent = [await _invite(room, student) for room, student in rest]
    (_, accepting), (_, declining), (withdrawing, _) = rest
    return {
        "session_invites.send": Call(asking.teacher, body={"enrollment_id": asked.enrollment_id, "session_id": None}),
        "session_invites.list": Call(accepting.actor),
        "session_invites.get": Call(accepting.actor, {"invite_id": sent[0]}),
        "session_invites.accept": Call(accepting.actor, {"invite_id": sent[0]}),
        "session_invites.decline": Call(declining.actor, {"invite_id": sent[1]}),
        "session_invites.withdraw": Call(withdrawing.teacher, {"invite_id": sent[2]}),
    }


async def _invite(room: Classroom, student: Student) -> str:
    return await _made(room.teacher, "/api/session-invites", {"enrollment_id": student.enrollment_id})


async def _wait_calls(world: World) -> dict[str, Call]:
    """Two of them are offered a new evening hour."""
    (_, joining), (_, leaving), *offered = await _rooms(world, 4)
    left = {"wait_id": await _wait(leaving)}
    (accepting, declining), entries = [student for _, student in offered], [await _wait(each) for _, each in offered]
    policy = BookingPolicy.of(world.settings)
    for room, _ in offered:
        await world.write(_open_evening, room.teacher.user_id)
        await world.write(arrangements.offer_next, room.teacher.user_id, None, policy)
    return {
        "session_waitlist.join": Call(
            joining.actor, body={"enrollment_id": joining.enrollment_id, "session_id": None} | EVENING
        ),
        "session_waitlist.list": Call(leaving.actor),
        "session_waitlist.get": Call(leaving.actor, left),
        "session_waitlist.leave": Call(leaving.actor, left),
        "session_waitlist.accept": Call(accepting.actor, {"wait_id": entries[0]}),
        "session_waitlist.decline": Call(declining.actor, {"wait_id": entries[1]}),
    }


async def _wait(student: Student) -> str:
    return await _made(student.actor, "/api/session-waitlist", {"enrollment_id": student.enrollment_id} | EVENING)


def _open_evening(session: WriteSession, user_id: UserId) -> None:
    hours: Sequence[WeeklyHours] = [WeeklyHours(3, OpeningHours.from_wall("18:00", "19:00"))]
    calendar.set_availability(session, user_id, timezone="UTC", buffer_minutes=15, windows=hours)


async def _made(actor: Actor, path: str, body: Mapping[str, str]) -> str:
    answer = await actor.post(path, dict(body))
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["id"]
    return made
