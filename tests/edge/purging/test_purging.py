"""Tags that changed are rows until the edge was told; nothing is lost and nothing is told more often than it must
be."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import select

from app.db.session import ReadSession, WriteSession
from app.edge.purging.jobs import PURGE, want
from app.jobs.models import Job, JobState
from app.main import create_app
from app.sandbox.cloudflare import PURGES
from app.wiring.caches import TAGS_OF
from tests.edge.purging.conftest import Shop
from tests.support.edge import Edge
from tests.support.world import BASE_URL, World

TWIN = "/sandbox/cloudflare"


def jobs(session: ReadSession) -> list[tuple[str, str | None]]:
    rows = session.execute(select(Job.state, Job.last_error).where(Job.kind == PURGE.name).order_by(Job.id))
    return [(state, error) for state, error in rows]


PROMPTLY = 3  # seconds from a change to its purge: one to gather others, two until no process answers from memory


async def run(world: World, *, seconds: int = PROMPTLY) -> None:
    for _ in range(seconds):
        world.clock.advance(seconds=1)
        await world.settle()


async def fail(world: World, **fault: object) -> None:
    (await world.http.post(f"{TWIN}/faults", json=fault)).raise_for_status()


async def test_500_changes_end_purged_in_the_fewest_calls_that_the_plan_allows(shop: Shop) -> None:
    """502 tags of at most a hundred a call: six calls, five at once and one more each twelve seconds."""
    world, before = shop.world, len(shop.purges())
    for first in range(0, 500, 100):
        await world.write(_change, range(first, first + 100))
    started, at = world.clock.now(), list[int]()
    while await shop.waiting():
        await run(world, seconds=1)
        at += [(world.clock.now() - started).seconds] * (len(shop.purges()) - before - len(at))
    calls = shop.purges()[before:]
    wanted = {"courses", "topics", *(f"course-{number}" for number in range(500))}
    assert (len(calls), sum(map(len, calls)), {tag for tags in calls for tag in tags}) == (6, 502, wanted)
    assert at[:5] == [3, 4, 5, 6, 7]
    assert at[5] <= 3 + 12
    assert {error for _, error in await world.db.read(jobs)} == {None}


def _change(session: WriteSession, numbers: Iterable[int]) -> None:
    for number in numbers:
        want(session, ["courses", "topics", f"course-{number}"])


async def test_changes_of_one_second_share_one_job_and_one_call(shop: Shop) -> None:
    world, calls, before = shop.world, len(shop.purges()), len(await shop.world.db.read(jobs))
    for number in range(20):
        await world.write(want, ["courses", f"course-{number}"])
    assert len(await world.db.read(jobs)) == before + 1
    await run(world, seconds=PROMPTLY - 1)
    assert len(shop.purges()) == calls
    await run(world, seconds=1)
    assert len(await world.db.read(jobs)) == before + 2
    assert [sorted(tags) for tags in shop.purges()[calls:]] == [
        sorted(["courses", *(f"course-{number}" for number in range(20))])
    ]
    assert await shop.waiting() == []


async def test_a_change_that_is_rolled_back_is_not_told(shop: Shop) -> None:
    def unit(session: WriteSession) -> None:
        want(session, ["courses"])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await shop.world.write(unit)
    assert await shop.waiting() == []


@pytest.mark.parametrize("is_done", [True, False])
async def test_a_purge_whose_answer_is_lost_is_made_again(shop: Shop, is_done: bool) -> None:
    """So it is when the process dies between the call and the deletion of the rows."""
    world, before = shop.world, len(shop.purges())
    await fail(world, status=503, is_done=is_done, times=2)
    await world.write(want, ["course-1"])
    await run(world)
    assert await shop.waiting() == ["course-1"]
    await run(world, seconds=20)
    assert shop.purges()[before:] == [["course-1"]] * (3 if is_done else 1)
    assert await shop.waiting() == []


async def test_what_a_dead_worker_took_is_taken_over(shop: Shop) -> None:
    world, before = shop.world, len(shop.purges())
    await world.write(want, ["course-1"])
    await fail(world, status=403)
    await run(world)  # taken, and given back to try later
    await world.write(_bury)
    await world.write(want, ["course-2"])
    await run(world)
    assert shop.purges()[before:] == [["course-2"]]
    world.clock.advance(minutes=1)
    await world.write(want, ["course-3"])
    await run(world)
    assert shop.purges()[before + 1 :] == [["course-1"], ["course-3"]]


def _bury(session: WriteSession) -> None:
    for job in session.scalars(select(Job).where(Job.kind == PURGE.name, Job.state == JobState.QUEUED)):
        job.state = JobState.DEAD


async def test_a_tag_that_changes_during_the_call_is_purged_again(shop: Shop) -> None:
    world, before = shop.world, len(shop.purges())
    await world.write(want, ["course-1", "course-2"])
    with _during_calls(world, want, ["course-1"]):
        await run(world)
    assert await shop.waiting() == ["course-1"]
    await run(world)
    assert shop.purges()[before:] == [["course-1", "course-2"], ["course-1"]]


@contextmanager
def _during_calls(world: World, unit: object, tags: list[str]) -> Iterator[None]:
    """Something is committed after the next call was answered and before our side knows."""
    hooks: list[object] = world.app.state.http.event_hooks["response"]

    async def interfere(_answer: httpx.Response) -> None:
        await world.write(unit, tags)  # type: ignore[arg-type]

    hooks.append(interfere)
    yield
    hooks.remove(interfere)


async def test_cloudflare_s_wish_to_be_left_alone_is_heeded(shop: Shop) -> None:
    """Somebody else used up the zone's calls."""
    world = shop.world
    token = world.settings.cloudflare_token.get_secret_value()
    address = f"{TWIN}/zones/{world.settings.cloudflare_zone_id}/purge_cache"
    for status in [200] * 25 + [429]:
        answer = await world.http.post(address, json={"tags": ["x"]}, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status
    before = len(shop.purges())
    await world.write(want, ["course-1"])
    await run(world, seconds=11)
    assert len(shop.purges()) == before
    await run(world)
    assert shop.purges()[before:] == [["course-1"]]


async def test_the_edge_is_told_when_no_process_remembers_what_was_true(shop: Shop) -> None:
    """Another process, which was asked a moment before the change, is the one that the edge asks after the purge."""
    world = shop.world
    other = create_app(world.settings, clock=world.clock, in_process=True)
    books = world.app.state.twins.books
    async with (
        other.router.lifespan_context(other),
        World.of(other, world.clock) as second,
        httpx.AsyncClient(
            transport=Edge(httpx.ASGITransport(other), world.clock, lambda: books.all(PURGES))
        ) as visitor,
    ):
        for at in range(6):
            await second.http.get("/api/courses/sample-course")  # somebody asks it all the time, past the edge
            if at == 1:
                await shop.creator.patch("/api/users/me", {"name": "Carlotta Creator"})
            await visitor.get(f"{BASE_URL}/api/courses/sample-course")
            await run(world, seconds=1)
        shown = await visitor.get(f"{BASE_URL}/api/courses/sample-course")
    other.state.twins.books.close()
    assert shown.json()["creator"]["name"] == "Carlotta Creator"


def test_every_event_has_tags_that_a_header_can_carry() -> None:
    for kind, tags_of in TAGS_OF.items():
        event = kind(*["usr_1"] * len(kind.__slots__))  # type: ignore[attr-defined]
        tags = tags_of(event)
        assert tags
        assert all(tag.isascii() and not set(tag) & set(", ") for tag in tags), kind
