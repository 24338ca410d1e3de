"""The courses that measurements are made with can be put on sale."""

import random
from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice

import pytest

from app.db.session import WriteSession
from app.domains.courses import service as courses
from app.domains.courses.types import CourseDraft
from app.domains.users.types import UserId
from bench import edge, shelf
from tests.support.world import World


def _of_the_shelf(creator_id: UserId) -> Iterable[CourseDraft]:
    chance = random.Random(7)
    return shelf.drafts(chance, shelf.vocabulary(chance), [creator_id])


def _of_the_edge(creator_id: UserId) -> Iterable[CourseDraft]:
    return edge.drafts(creator_id, range(5))


def _offer(session: WriteSession, draft: CourseDraft) -> None:
    courses.publish_course(session, courses.create_course(session, draft))


@pytest.mark.parametrize("drafts", [_of_the_shelf, _of_the_edge])
async def test_a_course_of_a_measurement_is_complete(
    world: World, drafts: Callable[[UserId], Iterable[CourseDraft]]
) -> None:
    creator = await world.member("Mo Mockup", can_create_courses=True)
    for topic in ("automation", "ai", "design", "business", "language"):
        await world.write(partial(courses.add_topic, slug=topic, name=topic, position=1))
    for draft in islice(drafts(creator.user_id), 5):
        await world.write(_offer, draft)
