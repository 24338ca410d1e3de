"""The product with its caches on, and an edge in front of it that obeys the twin of Cloudflare."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import select

from app.core.config import Settings
from app.db.session import ReadSession
from app.domains.courses.types import CourseId
from app.edge.purging.models import PurgeTag
from app.sandbox.cloudflare import PURGES
from tests.conftest import CACHES
from tests.domains.courses.samples import make_course
from tests.support.edge import Edge
from tests.support.world import BASE_URL, Actor, World


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest) -> Settings:
    made: Settings = request.getfixturevalue(f"{request.param}_settings")
    return made.model_copy(update=CACHES)


@dataclass(frozen=True, slots=True)
class Shop:
    """A course on sale, its creator, and a visitor in front of the edge."""

    world: World
    edge: Edge
    visitor: httpx.AsyncClient
    creator: Actor
    course_id: CourseId

    async def label(self, path: str, **headers: str) -> str:
        """What the edge says of its answer."""
        label: str = (await self.visitor.get(path, headers=headers)).headers["cf-cache-status"]
        return label

    async def seconds_until(self, path: str, text: str) -> int:
        """How long until the edge shows this text at this address; jobs run meanwhile."""
        for second in range(60):
            await self.world.settle()
            if text in (await self.visitor.get(path)).text:
                return second
            self.world.clock.advance(seconds=1)
        raise AssertionError(f"never: {text}")

    def purges(self) -> list[list[str]]:
        """The tags of each call that Cloudflare took."""
        return [record["tags"] for record in self.world.app.state.twins.books.all(PURGES)]

    async def calm(self) -> None:
        """Have everything purged that has changed up to now."""
        while await self.waiting():
            self.world.clock.advance(seconds=12)
            await self.world.settle()

    async def waiting(self) -> list[str]:
        """The tags that the edge is yet to be told, each as often as it changed."""
        return await self.world.db.read(_waiting)


def _waiting(session: ReadSession) -> list[str]:
    return sorted(session.scalars(select(PurgeTag.tag)))


@pytest.fixture
async def shop(world: World) -> AsyncIterator[Shop]:
    creator = await world.member("Carla Creator", can_create_courses=True)
    course_id = await make_course(world, creator.user_id)
    books = world.app.state.twins.books
    edge = Edge(httpx.ASGITransport(world.app), world.clock, lambda: books.all(PURGES))
    async with httpx.AsyncClient(transport=edge, base_url=BASE_URL) as visitor:
        made = Shop(world, edge, visitor, creator, course_id)
        await made.calm()
        world.clock.advance(minutes=5)  # so that all calls of the plan are there again
        yield made
