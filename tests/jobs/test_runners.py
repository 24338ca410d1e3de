"""Several workers, workers that die, and workers that are slow: every effect happens once."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from logging import Handler, LogRecord, getLogger
from typing import Any

import pytest

from app.db.database import Database
from app.db.session import WriteSession
from app.jobs.kinds import JobKind
from app.jobs.registry import JobContext, Registry
from app.jobs.runner import JobRunner
from tests.jobs import lamps
from tests.support.clock import ManualClock

MakeRunner = Callable[..., JobRunner]
PATIENCE_S = 20


class Gate:
    """A handler whose first call waits until it is let through, as a slow remote call does."""

    def __init__(self) -> None:
        self.entered, self.opened = asyncio.Event(), asyncio.Event()
        self.calls = 0

    async def light(self, context: JobContext, payload: lamps.Room) -> None:
        self.calls += 1
        if self.calls == 1:
            self.entered.set()
            await self.opened.wait()
        await lamps.light(context, payload)


class Heard(Handler):
    """Waits for a log line."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: asyncio.Queue[str] = asyncio.Queue()

    def emit(self, record: LogRecord) -> None:
        self.lines.put_nowait(record.getMessage())


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def heard() -> Iterator[Heard]:
    handler, logger = Heard(), getLogger("app.jobs.runner")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


async def start_on_a_job(db: Database, registry: Registry, runner: JobRunner, gate: Gate) -> "asyncio.Task[int]":
    """A worker that is in the middle of lighting the hall."""
    registry.register(lamps.LIGHT, gate.light)
    await db.write(lamps.enqueue, "hall")
    worker = asyncio.create_task(runner.run_once())
    await asyncio.wait_for(gate.entered.wait(), PATIENCE_S)
    return worker


async def test_a_job_in_hand_is_nobody_else_s(
    db: Database, registry: Registry, make_runner: MakeRunner, gate: Gate, clock: ManualClock
) -> None:
    worker = await start_on_a_job(db, registry, make_runner(), gate)
    clock.advance(seconds=60)
    assert await make_runner().run_until_idle() == 0
    gate.opened.set()
    await worker
    assert await db.read(lamps.lit) == {"hall": 1}


async def test_the_job_of_a_dead_worker_is_run_again(
    db: Database, registry: Registry, make_runner: MakeRunner, gate: Gate, clock: ManualClock
) -> None:
    worker = await start_on_a_job(db, registry, make_runner(), gate)
    worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await worker
    assert await make_runner().run_until_idle() == 0
    clock.advance(seconds=61)
    assert await make_runner().run_until_idle() == 1
    assert (await lamps.only_job(db)).attempts == 2
    assert await db.read(lamps.lit) == {"hall": 1}


async def test_a_slow_worker_s_outcome_is_dropped(
    db: Database, registry: Registry, make_runner: MakeRunner, gate: Gate, clock: ManualClock
) -> None:
    slow = await start_on_a_job(db, registry, make_runner(), gate)
    clock.advance(seconds=61)
    assert await make_runner().run_until_idle() == 1
    gate.opened.set()
    await slow
    assert gate.calls == 2
    assert await db.read(lamps.lit) == {"hall": 1}
    assert await lamps.state_of(db) == ("done", 2, clock.now() - timedelta(seconds=61))


async def test_a_slow_worker_s_failure_does_not_take_the_job_from_the_next(
    db: Database, registry: Registry, make_runner: MakeRunner, clock: ManualClock
) -> None:
    first, second = Gate(), Gate()

    async def fail(context: JobContext, payload: lamps.Room) -> None:
        if first.entered.is_set():
            await second.light(context, payload)
            return
        first.entered.set()
        await first.opened.wait()
        raise LookupError

    registry.register(lamps.LIGHT, fail)
    await db.write(lamps.enqueue, "hall")
    slow = asyncio.create_task(make_runner().run_once())
    await asyncio.wait_for(first.entered.wait(), PATIENCE_S)
    clock.advance(seconds=61)
    taker = asyncio.create_task(make_runner().run_once())
    await asyncio.wait_for(second.entered.wait(), PATIENCE_S)
    first.opened.set()
    await slow
    assert (await lamps.only_job(db)).state == "running"
    second.opened.set()
    await taker
    assert await db.read(lamps.lit) == {"hall": 1}


async def test_a_job_that_kills_every_worker_is_buried(
    db: Database, registry: Registry, make_runner: MakeRunner, clock: ManualClock
) -> None:
    async def die(_context: JobContext, _payload: lamps.Room) -> None:
        raise asyncio.CancelledError

    registry.register(lamps.LIGHT, die)
    slow: JobKind[Any] = JobKind("lamps.slow", lamps.Room, lease_s=600)  # nobody waits for the lease of another kind
    registry.register(slow, die)
    await db.write(lamps.enqueue, "hall")
    for _ in range(lamps.LIGHT.max_attempts):
        with pytest.raises(asyncio.CancelledError):
            await make_runner().run_once()
        clock.advance(seconds=61)
    await make_runner().run_until_idle()
    job = await lamps.only_job(db)
    assert (job.state, job.last_error) == ("dead", "WorkersDied")


async def test_four_workers_share_two_hundred_jobs(db: Database, registry: Registry, make_runner: MakeRunner) -> None:
    rooms = [f"room {number}" for number in range(200)]
    registry.register(lamps.LIGHT, lamps.light)
    await db.write(lamps.enqueue, *rooms)
    ran = await asyncio.gather(*(make_runner().run_until_idle() for _ in range(4)))
    assert sum(ran) == 200
    assert await db.read(lamps.lit) == dict.fromkeys(rooms, 1)


async def test_a_schedule_enqueues_once_a_period_whoever_asks(
    db: Database, registry: Registry, make_runner: MakeRunner, clock: ManualClock
) -> None:
    async def check(context: JobContext, _payload: lamps.Nothing) -> None:
        await context.apply(lamps.note_lit, context.job_id)

    registry.register(lamps.CHECK, check)
    registry.every(timedelta(minutes=10), lamps.CHECK)
    for periods in range(1, 4):
        await asyncio.gather(*(make_runner().run_until_idle() for _ in range(4)))
        assert len(await db.read(lamps.lit)) == periods
        clock.advance(minutes=9, seconds=59)
        await make_runner().run_until_idle()
        assert len(await db.read(lamps.lit)) == periods
        clock.advance(seconds=1)


async def test_a_commit_wakes_the_waiting_runner(
    db: Database, registry: Registry, make_runner: MakeRunner, gate: Gate
) -> None:
    registry.register(lamps.LIGHT, gate.light)
    gate.opened.set()
    runner = make_runner()
    running = asyncio.create_task(runner.run())
    await db.write(lamps.enqueue, "hall")
    await asyncio.wait_for(gate.entered.wait(), PATIENCE_S)
    runner.stop()
    await asyncio.wait_for(running, PATIENCE_S)
    assert await db.read(lamps.lit) == {"hall": 1}


async def test_stopping_finishes_the_job_in_hand(
    db: Database, registry: Registry, make_runner: MakeRunner, gate: Gate
) -> None:
    registry.register(lamps.LIGHT, gate.light)
    await db.write(lamps.enqueue, "hall")
    runner = make_runner()
    running = asyncio.create_task(runner.run())
    await asyncio.wait_for(gate.entered.wait(), PATIENCE_S)
    runner.stop()
    gate.opened.set()
    await asyncio.wait_for(running, PATIENCE_S)
    assert (await lamps.only_job(db)).state == "done"


async def test_what_may_take_long_leaves_hands_for_everything_else(
    db: Database, registry: Registry, make_runner: MakeRunner
) -> None:
    slow, opened, began = JobKind("lamps.slow", lamps.Room, at_once=2), asyncio.Event(), 0

    async def wait(_context: JobContext, _payload: lamps.Room) -> None:
        nonlocal began
        began += 1
        await opened.wait()

    def enqueue(session: WriteSession) -> None:
        for number in range(12):
            slow.enqueue(session, lamps.Room(room=f"{number}"))
        lamps.LIGHT.enqueue(session, lamps.Room(room="hall"))

    gate = Gate()
    gate.opened.set()
    registry.register(slow, wait)
    registry.register(lamps.LIGHT, gate.light)
    await db.write(enqueue)
    runner = make_runner()
    running = asyncio.create_task(runner.run())
    await asyncio.wait_for(gate.entered.wait(), PATIENCE_S)
    assert began == 2
    opened.set()
    runner.stop()
    await asyncio.wait_for(running, PATIENCE_S)
    assert await make_runner().run_until_idle() == 10


async def test_a_failing_turn_is_outlived(
    db: Database, registry: Registry, make_runner: MakeRunner, gate: Gate, heard: Heard
) -> None:
    broken: JobKind[Any] = JobKind("lamps.broken", lamps.Room)
    registry.every(timedelta(minutes=1), broken)  # its payload cannot be made from nothing
    registry.register(lamps.LIGHT, gate.light)
    gate.opened.set()
    runner = make_runner()
    running = asyncio.create_task(runner.run())
    assert await asyncio.wait_for(heard.lines.get(), PATIENCE_S) == "jobs.turn_failed"
    assert not runner.last_turn_ok
    registry.schedules.clear()
    await db.write(lamps.enqueue, "hall")
    await asyncio.wait_for(gate.entered.wait(), PATIENCE_S)
    runner.stop()
    await asyncio.wait_for(running, PATIENCE_S)
    assert runner.last_turn_ok


async def test_a_handler_that_hangs_holds_up_nobody_and_is_given_up(
    db: Database, registry: Registry, make_runner: MakeRunner, heard: Heard
) -> None:
    async def hang(_context: JobContext, payload: lamps.Room) -> None:
        if payload.room == "cellar":
            await asyncio.Event().wait()
        await lamps.light(_context, payload)

    kind = JobKind("lamps.hang", lamps.Room, lease_s=21)  # an attempt ends twenty seconds before its lease
    registry.register(kind, hang)

    def enqueue(session: WriteSession) -> None:
        for room in ("cellar", *(f"room {number}" for number in range(20))):
            kind.enqueue(session, lamps.Room(room=room))

    await db.write(enqueue)
    runner = make_runner()
    running = asyncio.create_task(runner.run())
    while await asyncio.wait_for(heard.lines.get(), PATIENCE_S) != "jobs.attempt_failed":
        continue
    runner.stop()
    await asyncio.wait_for(running, PATIENCE_S)
    assert len(await db.read(lamps.lit)) == 20
