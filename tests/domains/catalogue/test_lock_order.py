"""Units of the catalogue lock its rows last, and in one order: newcomers, listings, people in the directories, each of
them by id. On Postgres two who lock them in different orders would wait for each other; on SQLite one writes after the
other."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Executable, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.session import WriteSession
from app.db.transactions import PooledTransactions
from app.domains.calendar.policies import BookingPolicy
from app.domains.catalogue import service
from app.domains.catalogue.models import CourseListing, ListedPerson
from app.domains.courses import service as courses
from app.domains.courses.events import CourseChanged
from app.domains.courses.models import Course
from app.domains.courses.types import CourseId
from app.domains.users.models import User
from app.domains.users.types import UserId
from tests.domains.courses.samples import make_draft
from tests.support.learning import Classroom
from tests.support.world import World

_SOMEBODY_WAITS = text("SELECT 1 FROM pg_locks WHERE NOT granted")
_HELD = select(CourseListing.course_id).with_for_update(nowait=True)
Unit = Callable[[WriteSession], None]


@asynccontextmanager
async def _waiting(world: World, unit: Unit, rivals: Executable) -> AsyncIterator[AsyncConnection]:
    """The unit waits for what the rival did, who goes on with other things, and is done when the rival is."""
    writer = world.db.engines.writer
    assert isinstance(writer, PooledTransactions)
    async with writer.engine.connect() as rival:
        await rival.execute(rivals)
        running = asyncio.create_task(world.write(unit))
        async with asyncio.timeout(20):
            while (await rival.execute(_SOMEBODY_WAITS)).first() is None:
                assert not running.done()
        yield rival
        await rival.commit()
    await running


def _find_due(room: Classroom) -> Unit:
    return partial(service.find_due, policy=BookingPolicy.of(room.world.settings))


def _make_due(room: Classroom) -> Unit:
    return partial(service.find_free_of_teacher, teacher_id=room.teacher.user_id)


def _relabel(_room: Classroom) -> Unit:
    return partial(service.relabel, topic="automation", after=None)


def _rebuild(_room: Classroom) -> Unit:
    return partial(service.rebuild, after=None)


def _change_backwards(_room: Classroom) -> Unit:
    def unit(session: WriteSession) -> None:
        for course_id in session.scalars(select(CourseListing.course_id).order_by(CourseListing.course_id.desc())):
            session.publish(CourseChanged(course_id, is_listed=True))

    return unit


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.parametrize("unit_of", [_find_due, _make_due, _change_backwards])
async def test_the_listing_of_the_later_course_is_not_held_while_the_earlier_is_waited_for(
    world: World, unit_of: Callable[[Classroom], Unit]
) -> None:
    room = await Classroom.open(world)
    other = await Classroom.open(world, teacher=room.teacher)
    first, last = sorted((room.course_id, other.course_id))
    await world.settle()
    await world.write(_let_the_last_wait_longest, first, last)
    async with _waiting(world, unit_of(room), _HELD.where(CourseListing.course_id == first)) as rival:
        assert await rival.scalar(_HELD.where(CourseListing.course_id == last)) == last


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.parametrize("unit_of", [_relabel, _rebuild])
async def test_nobody_is_held_while_the_listing_of_the_last_course_is_waited_for(
    world: World, unit_of: Callable[[Classroom], Unit]
) -> None:
    rooms = [await _public_room(world) for _ in range(2)]
    last = max(room.course_id for room in rooms)
    async with _waiting(world, unit_of(rooms[0]), _HELD.where(CourseListing.course_id == last)) as rival:
        for column in (ListedPerson.user_id, User.id):
            people = select(column).where(column.in_([room.teacher.user_id for room in rooms]))
            assert len((await rival.scalars(people.with_for_update(nowait=True, key_share=True))).all()) == 2


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
async def test_somebody_whom_another_takes_off_the_lists_meanwhile_is_listed_again(world: World) -> None:
    room = await _public_room(world)
    row = ListedPerson.user_id == room.teacher.user_id
    locked = select(ListedPerson.user_id).where(row).with_for_update()
    async with _waiting(world, _change_backwards(room), locked) as rival:
        await rival.execute(delete(ListedPerson).where(row))
    listed = (await world.http.get("/api/creators")).json()["items"]
    assert [each["course_count"] for each in listed] == [1]


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
async def test_who_is_certified_while_the_course_is_published_is_listed_with_it(world: World) -> None:
    creator, teacher = await world.member("Carla Creator"), await world.member("Tom Teacher")
    await world.write(_change_user, teacher.user_id, {"is_profile_public": True})
    course_id = await make_draft(world, creator.user_id)
    published = update(Course).where(Course.id == course_id).values(published_at=world.clock.now())
    certifying = partial(
        courses.certify_teacher, user_id=teacher.user_id, course_id=course_id, approved_by=creator.user_id
    )
    async with _waiting(world, certifying, published):
        pass
    [listed] = (await world.http.get("/api/courses", params={"teacher": teacher.user_id})).json()["items"]
    assert listed["id"] == course_id


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
async def test_a_creator_who_hides_while_a_course_comes_on_sale_is_not_shown_with_it(world: World) -> None:
    creator = await world.member("Carla Creator")
    shown = {"avatar_key": "public/avatars/carla", "is_profile_public": True}
    await world.write(_change_user, creator.user_id, shown)
    course_id = await make_draft(world, creator.user_id)
    hidden = update(User).where(User.id == creator.user_id).values(name="Cara Creator", is_profile_public=False)
    async with _waiting(world, partial(courses.publish_course, course_id=course_id), hidden):
        pass
    [listed] = (await world.http.get("/api/courses")).json()["items"]
    assert (listed["creator"]["name"], listed["creator"]["avatar"]) == ("Cara Creator", None)


def _change_user(session: WriteSession, user_id: UserId, values: dict[str, Any]) -> None:
    session.change(update(User).where(User.id == user_id).values(**values))


async def _public_room(world: World) -> Classroom:
    room = await Classroom.open(world)
    assert (await room.teacher.patch("/api/users/me", {"is_profile_public": True})).status_code == 200
    await world.settle()
    return room


def _let_the_last_wait_longest(session: WriteSession, first: CourseId, last: CourseId) -> None:
    """And its row comes first in the table."""
    for course_id, minutes in ((last, 2), (first, 1)):
        due_at = session.now - timedelta(minutes=minutes)
        session.change(update(CourseListing).where(CourseListing.course_id == course_id).values(free_due_at=due_at))
