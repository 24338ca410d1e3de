"""A government changes its clocks: sessions stay where they are, and people are told what their clocks will show."""

from datetime import UTC, datetime, timedelta

from app.core.timezones import tzdata_version
from app.db.session import ReadSession
from app.domains.agenda import repository, service
from app.domains.agenda.policies import wall_at
from app.domains.agenda.types import ReleasePayload, WallClock
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId
from tests.domains.agenda.feeds import call_off, lesson, move
from tests.support.learning import Classroom, Student
from tests.support.world import Actor, World

START = "2026-12-10T10:00:00Z"


def summer_time_in(zone: str) -> WallClock:
    """The rules as they are, but that a zone's clocks are an hour ahead."""
    return lambda at, name: wall_at(at + timedelta(hours=name == zone), name)


async def open_room(world: World) -> tuple[Classroom, Student, SessionId]:
    room = await Classroom.open(world)
    await room.teacher.patch("/api/users/me", {"timezone": "America/Vancouver"})
    student = await room.student()
    await world.settle()  # the installed release is the first that is seen
    return room, student, await lesson(room, student, START)


async def compare(world: World, release: str, clock: WallClock) -> None:
    await world.write(service.compare_walls, ReleasePayload(release=release), clock)


async def told(world: World, actor: Actor) -> list[str]:
    mails = await world.mails_to(actor.email)
    return [mail["text"] for mail in reversed(mails) if mail["subject"].startswith("Clocks change")]


async def walls(world: World, session_id: SessionId) -> dict[UserId, str]:
    def read(session: ReadSession) -> dict[UserId, str]:
        return {user_id: wall.wall for user_id, wall in repository.walls_of(session, session_id).items()}

    return await world.db.read(read)


async def test_both_are_told_once_when_one_clock_moves(world: World) -> None:
    room, student, _ = await open_room(world)
    before = (await student.actor.get("/api/sessions")).json()["items"]
    for _ in range(2):
        await compare(world, "2026z", summer_time_in("America/Vancouver"))
    assert (await student.actor.get("/api/sessions")).json()["items"] == before
    (to_teacher,), (to_student,) = [await told(world, actor) for actor in (room.teacher, student.actor)]
    former = "(until now: Thursday, 10 December 2026, "
    assert to_teacher.count(former) == to_student.count(former) == 1
    assert to_teacher.index(former) < to_teacher.index("For Sam Sample")
    assert to_student.index(former) > to_student.index("For Tara Teacher")
    assert "at the same moment as before" in to_student


async def test_the_next_release_is_compared_with_what_was_told_last(world: World) -> None:
    _, student, _ = await open_room(world)
    await compare(world, "2026y", summer_time_in("America/Vancouver"))
    await compare(world, "2026z", summer_time_in("America/Vancouver"))
    assert len(await told(world, student.actor)) == 1
    await compare(world, "2027a", summer_time_in("Europe/Berlin"))  # and Vancouver thinks better of it
    assert len(await told(world, student.actor)) == 2


async def test_nobody_is_told_when_no_clock_moves_or_nothing_is_to_come(world: World) -> None:
    room, student, session_id = await open_room(world)
    await compare(world, "2026y", wall_at)
    await compare(world, "2026y", summer_time_in("Asia/Tokyo"))
    gone = await lesson(room, student, "2026-12-11T10:00:00Z")
    await call_off(world, room, gone)
    await move(world, room, session_id, "2026-12-09T10:00:00Z")
    world.clock.move_to(datetime(2026, 12, 9, 10, tzinfo=UTC))
    await compare(world, "2026z", summer_time_in("Europe/Berlin"))
    assert await told(world, student.actor) == await told(world, room.teacher) == []


async def test_what_is_compared_follows_moves_and_zones(world: World) -> None:
    room, student, session_id = await open_room(world)
    teacher_id, student_id = room.teacher.user_id, student.actor.user_id
    assert await walls(world, session_id) == {teacher_id: "2026-12-10T03:00", student_id: "2026-12-10T11:00"}
    await move(world, room, session_id, "2026-12-09T12:00:00Z")
    await student.actor.patch("/api/users/me", {"timezone": "Asia/Tokyo"})
    assert await walls(world, session_id) == {teacher_id: "2026-12-09T05:00", student_id: "2026-12-09T21:00"}
    await compare(world, "2026z", summer_time_in("Europe/Berlin"))
    assert await told(world, student.actor) == []


async def test_a_release_is_looked_at_once_and_the_past_forgotten(world: World) -> None:
    _, student, session_id = await open_room(world)
    assert await told(world, student.actor) == []
    assert not await world.write(repository.note_release, tzdata_version())
    assert await world.write(repository.note_release, "2099a")
    world.clock.move_to(datetime(2026, 12, 10, 10, tzinfo=UTC))
    await world.settle()  # the process was started with the former one again
    assert await walls(world, session_id) == {}
    assert not await world.write(repository.note_release, tzdata_version())
