"""Who locks several listings locks them by their ids. On Postgres two who lock them in different orders would wait for
each other; on SQLite one writes after the other."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, text, update

from app.db.session import WriteSession
from app.db.transactions import PooledTransactions
from app.domains.calendar.policies import BookingPolicy
from app.domains.catalogue import service
from app.domains.catalogue.models import CourseListing
from app.domains.courses.types import CourseId
from tests.support.learning import Classroom
from tests.support.world import World

_SOMEBODY_WAITS = text("SELECT 1 FROM pg_locks WHERE NOT granted")
Unit = Callable[[WriteSession], None]


def _find_due(room: Classroom) -> Unit:
    return partial(service.find_due, policy=BookingPolicy.of(room.world.settings))


def _make_due(room: Classroom) -> Unit:
    return partial(service.find_free_of_teacher, teacher_id=room.teacher.user_id)


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.parametrize("unit_of", [_find_due, _make_due])
async def test_the_listing_of_the_later_course_is_not_held_while_the_earlier_is_waited_for(
    world: World, unit_of: Callable[[Classroom], Unit]
) -> None:
    room = await Classroom.open(world)
    other = await Classroom.open(world, teacher=room.teacher)
    first, last = sorted((room.course_id, other.course_id))
    await world.settle()
    await world.write(_let_the_last_wait_longest, first, last)
    writer = world.db.engines.writer
    assert isinstance(writer, PooledTransactions)
    held = select(CourseListing.course_id).with_for_update(nowait=True)
    async with writer.engine.connect() as rival:
        await rival.execute(held.where(CourseListing.course_id == first))
        running = asyncio.create_task(world.write(unit_of(room)))
        async with asyncio.timeout(20):
            while (await rival.execute(_SOMEBODY_WAITS)).first() is None:
                assert not running.done()
        assert await rival.scalar(held.where(CourseListing.course_id == last)) == last
        await rival.commit()
    await running


def _let_the_last_wait_longest(session: WriteSession, first: CourseId, last: CourseId) -> None:
    """And its row comes first in the table."""
    for course_id, minutes in ((last, 2), (first, 1)):
        due_at = session.now - timedelta(minutes=minutes)
        session.change(update(CourseListing).where(CourseListing.course_id == course_id).values(free_due_at=due_at))
