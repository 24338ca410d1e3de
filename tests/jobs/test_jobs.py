"""Jobs are rows of the transaction that wants their effect; what becomes of them is recorded as well."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.db.database import Database
from app.db.session import WriteSession
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.jobs.registry import Handler, JobContext, Registry
from app.jobs.repository import buried, claim, count_by_state, requeue
from app.jobs.runner import JobRunner, sweep_finished
from tests.jobs import lamps
from tests.support.clock import ManualClock
from tests.support.writes import Writes

MakeRunner = Callable[..., JobRunner]


def test_a_kind_has_one_handler(registry: Registry) -> None:
    registry.register(lamps.LIGHT, lamps.light)
    with pytest.raises(ValueError, match=r"two handlers for lamps\.light"):
        registry.register(lamps.LIGHT, lamps.light)


async def test_a_job_is_there_with_the_commit_and_not_before(db: Database, clock: ManualClock) -> None:
    await db.write(lamps.enqueue, "hall")
    job = await lamps.only_job(db)
    assert (job.kind, job.payload, job.state, job.attempts) == ("lamps.light", {"room": "hall"}, "queued", 0)
    assert job.run_at == job.created_at == clock.now()
    assert db.runner_wanted.is_set()


async def test_a_job_is_gone_with_the_rollback(db: Database) -> None:
    def unit(session: WriteSession) -> None:
        lamps.enqueue(session, "hall")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await db.write(unit)
    assert await db.read(lamps.jobs) == []


async def test_a_second_job_of_one_key_is_not_inserted(db: Database) -> None:
    await db.write(lamps.enqueue, "hall", "attic", dedupe="one lamp")
    await db.write(lamps.enqueue, "hall", dedupe="one lamp")
    await db.write(lamps.enqueue, "hall", dedupe="another lamp")
    assert len(await db.read(lamps.jobs)) == 2


async def test_each_kind_is_leased_for_its_own_time(db: Database, clock: ManualClock) -> None:
    """The worker that took them died: the short one is taken again soon, whatever the long one may take."""
    long = JobKind("lamps.polish", lamps.Room, lease_s=3600)
    leases = {kind.name: timedelta(seconds=kind.lease_s) for kind in (lamps.LIGHT, long)}

    def taken(session: WriteSession) -> list[str]:
        return [job.kind for job in claim(session, leases=leases, token="dead", limit=8)]

    await db.write(lamps.enqueue, "hall")
    await db.write(lambda session: long.enqueue(session, lamps.Room(room="hall")))
    assert sorted(await db.write(taken)) == ["lamps.light", "lamps.polish"]
    clock.advance(seconds=61)
    assert await db.write(taken) == ["lamps.light"]
    clock.advance(seconds=3540)
    assert sorted(await db.write(taken)) == ["lamps.light", "lamps.polish"]


async def test_a_job_is_run_once_and_done(
    db: Database, registry: Registry, make_runner: MakeRunner, clock: ManualClock
) -> None:
    registry.register(lamps.LIGHT, lamps.light)
    await db.write(lamps.enqueue, "hall")
    assert await make_runner().run_until_idle() == 1
    assert await make_runner().run_until_idle() == 0
    job = await lamps.only_job(db)
    assert (job.state, job.attempts, job.finished_at) == ("done", 1, clock.now())
    assert (job.token, job.lease_until, job.last_error) == (None, None, None)
    assert await db.read(lamps.lit) == {"hall": 1}


async def test_a_handler_without_an_outcome_is_done_too(
    db: Database, registry: Registry, make_runner: MakeRunner
) -> None:
    seen = []

    async def look(context: JobContext, payload: lamps.Room) -> None:
        seen.append((context.job_id, payload))

    registry.register(lamps.LIGHT, look)
    await db.write(lamps.enqueue, "hall")
    await make_runner().run_until_idle()
    job = await lamps.only_job(db)
    assert seen == [(job.id, lamps.Room(room="hall"))]
    assert job.state == "done"


async def test_a_job_for_later_waits(
    db: Database, registry: Registry, make_runner: MakeRunner, clock: ManualClock
) -> None:
    registry.register(lamps.LIGHT, lamps.light)
    await db.write(lamps.enqueue, "hall", run_at=clock.now() + timedelta(minutes=5))
    assert await make_runner().run_until_idle() == 0
    clock.advance(minutes=5)
    assert await make_runner().run_until_idle() == 1


async def test_what_a_job_enqueues_is_run_as_well(db: Database, registry: Registry, make_runner: MakeRunner) -> None:
    async def go_on(context: JobContext, payload: lamps.Room) -> None:
        await context.apply(lamps.enqueue, *(["attic"] if payload.room == "hall" else []))

    registry.register(lamps.LIGHT, go_on)
    await db.write(lamps.enqueue, "hall")
    assert await make_runner().run_until_idle() == 2


async def test_a_job_nobody_can_carry_out_waits_for_one_who_can(db: Database, make_runner: MakeRunner) -> None:
    await db.write(lamps.enqueue, "hall")
    assert await make_runner().run_until_idle() == 0
    assert (await lamps.only_job(db)).state == "queued"


def failing(error: Exception) -> Handler:
    async def fail(_context: JobContext, _payload: object) -> None:
        raise error

    return fail


async def test_a_failure_is_tried_again_later_and_later_and_then_buried(
    db: Database, registry: Registry, make_runner: MakeRunner, clock: ManualClock
) -> None:
    registry.register(lamps.LIGHT, failing(LookupError("sam.sample@peerloop.example")))
    await db.write(lamps.enqueue, "hall")
    for attempt, pause in ((1, 2), (2, 4)):
        assert await make_runner().run_until_idle() == 1
        assert await lamps.state_of(db) == ("queued", attempt, clock.now() + timedelta(seconds=pause))
        clock.advance(seconds=pause)
    assert await make_runner().run_until_idle() == 1
    job = await lamps.only_job(db)
    assert (job.state, job.attempts, job.last_error) == ("dead", 3, "LookupError")
    clock.advance(days=1)
    assert await make_runner().run_until_idle() == 0


async def test_a_job_that_fails_and_then_works_is_done(
    db: Database, registry: Registry, make_runner: MakeRunner, clock: ManualClock
) -> None:
    errors: list[Exception] = [LookupError()]

    async def light(context: JobContext, payload: lamps.Room) -> None:
        if errors:
            raise errors.pop()
        await lamps.light(context, payload)

    registry.register(lamps.LIGHT, light)
    await db.write(lamps.enqueue, "hall")
    await make_runner().run_until_idle()
    clock.advance(seconds=2)
    await make_runner().run_until_idle()
    job = await lamps.only_job(db)
    assert (job.state, job.attempts, job.last_error) == ("done", 2, None)


async def test_what_a_provider_refuses_is_not_asked_again(
    db: Database, registry: Registry, make_runner: MakeRunner
) -> None:
    registry.register(lamps.LIGHT, failing(ProviderRejected()))
    await db.write(lamps.enqueue, "hall")
    await make_runner().run_until_idle()
    job = await lamps.only_job(db)
    assert (job.state, job.attempts, job.last_error) == ("dead", 1, "ProviderRejected")


@pytest.mark.parametrize(("asked_s", "pause_s"), [(0, 2), (1, 2), (7, 7), (10_800, 10_800)])
async def test_a_provider_is_left_alone_as_long_as_it_asks_for(
    db: Database, registry: Registry, make_runner: MakeRunner, clock: ManualClock, asked_s: int, pause_s: int
) -> None:
    error = ProviderUnavailable(retry_after=timedelta(seconds=asked_s))
    registry.register(lamps.LIGHT, failing(error))
    await db.write(lamps.enqueue, "hall")
    await make_runner().run_until_idle()
    assert await lamps.state_of(db) == ("queued", 1, clock.now() + timedelta(seconds=pause_s))


async def test_a_failing_outcome_is_rolled_back_and_tried_again(
    db: Database, registry: Registry, make_runner: MakeRunner
) -> None:
    def record(session: WriteSession, room: str) -> None:
        lamps.note_lit(session, room)
        raise LookupError

    async def light(context: JobContext, payload: lamps.Room) -> None:
        await context.apply(record, payload.room)

    registry.register(lamps.LIGHT, light)
    await db.write(lamps.enqueue, "hall")
    await make_runner().run_until_idle()
    assert (await lamps.only_job(db)).state == "queued"
    assert await db.read(lamps.lit) == {}


async def test_an_error_after_the_outcome_does_not_undo_it(
    db: Database, registry: Registry, make_runner: MakeRunner
) -> None:
    async def light(context: JobContext, payload: lamps.Room) -> None:
        await lamps.light(context, payload)
        raise LookupError

    registry.register(lamps.LIGHT, light)
    await db.write(lamps.enqueue, "hall")
    await make_runner().run_until_idle()
    assert (await lamps.only_job(db)).state == "done"
    assert await db.read(lamps.lit) == {"hall": 1}


async def test_a_payload_that_no_longer_fits_is_a_failure_of_that_job_only(
    db: Database, registry: Registry, make_runner: MakeRunner
) -> None:
    def spoil(session: WriteSession) -> None:
        lamps.enqueue(session, "hall", "attic")
        first = lamps.jobs(session)[0]
        session.change(update(Job).where(Job.id == first.id).values(payload={"lamp": "hall"}))

    registry.register(lamps.LIGHT, lamps.light)
    await db.write(spoil)
    await make_runner().run_until_idle()
    assert [job.state for job in await db.read(lamps.jobs)] == ["queued", "done"]


async def test_states_are_counted_and_old_finished_jobs_swept(
    db: Database, registry: Registry, make_runner: MakeRunner, clock: ManualClock
) -> None:
    registry.register(lamps.LIGHT, lamps.light)
    await db.write(lamps.enqueue, "hall")
    await make_runner().run_until_idle()
    await db.write(lamps.enqueue, "attic", run_at=clock.now() + timedelta(days=30))
    assert await db.read(count_by_state) == {"done": 1, "queued": 1}
    clock.advance(days=7)
    assert await db.write(sweep_finished) == 0
    clock.advance(microseconds=1)
    assert await db.write(sweep_finished) == 1
    assert await db.read(count_by_state) == {"queued": 1}


async def test_a_buried_job_can_be_given_another_life(
    db: Database, registry: Registry, make_runner: MakeRunner
) -> None:
    is_broken = True

    async def light(context: JobContext, payload: lamps.Room) -> None:
        if is_broken:
            raise ProviderRejected
        await lamps.light(context, payload)

    registry.register(lamps.LIGHT, light)
    await db.write(lamps.enqueue, "hall")
    await make_runner().run_until_idle()
    ((job_id, kind, error),) = await db.read(buried, 10)
    assert (kind, error) == ("lamps.light", "ProviderRejected")

    is_broken = False
    assert await db.write(requeue, job_id)
    assert not await db.write(requeue, job_id)
    await make_runner().run_until_idle()
    assert await db.read(lamps.lit) == {"hall": 1}


async def test_of_a_schedule_that_fails_for_long_one_buried_job_is_shown(
    db: Database, registry: Registry, make_runner: MakeRunner, clock: ManualClock
) -> None:
    """They would hide those of which each needs a person."""
    registry.register(lamps.CHECK, failing(ProviderRejected()))
    registry.every(timedelta(hours=1), lamps.CHECK)
    registry.register(lamps.LIGHT, failing(ProviderRejected()))
    await db.write(lamps.enqueue, "hall", "attic")
    for _ in range(3):
        await make_runner().run_until_idle()
        clock.advance(hours=1)
    kinds = [kind for _, kind, _ in await db.read(buried, 10)]
    assert sorted(kinds) == ["lamps.check", "lamps.light", "lamps.light"]


async def test_a_clock_that_is_set_back_does_not_silence_a_schedule(
    db: Database, registry: Registry, make_runner: MakeRunner, clock: ManualClock
) -> None:
    async def check(_context: JobContext, _payload: lamps.Nothing) -> None:
        """Nothing to do: only how often it runs matters."""

    start = clock.now()
    registry.register(lamps.CHECK, check)
    registry.every(timedelta(hours=1), lamps.CHECK)
    clock.advance(days=30)
    assert await make_runner().run_until_idle() == 1
    clock.move_to(start)
    assert await make_runner().run_until_idle() == 1
    assert await make_runner().run_until_idle() == 0


async def test_a_turn_without_work_only_reads(db: Database, registry: Registry, make_runner: MakeRunner) -> None:
    """There is one each second, and writing makes others wait."""

    async def check(_context: JobContext, _payload: lamps.Nothing) -> None:
        """Nothing to do: only that it was due once matters."""

    registry.register(lamps.CHECK, check)
    registry.every(timedelta(hours=1), lamps.CHECK)
    runner = make_runner()
    assert await runner.run_until_idle() == 1
    writes = Writes(db)
    assert await runner.run_until_idle() == 0
    assert writes.statements == []


async def test_one_that_waits_is_enough_and_one_that_runs_is_not(
    db: Database, registry: Registry, make_runner: MakeRunner, clock: ManualClock
) -> None:
    """What a transaction wants done must begin after it."""
    seen: list[int] = []

    async def light(context: JobContext, _payload: lamps.Room) -> None:
        await context.db.write(enqueue_one)
        seen.append(len(await db.read(lamps.jobs)))

    def enqueue_one(session: WriteSession) -> None:
        lamps.LIGHT.enqueue_one(session, lamps.Room(room="hall"), run_at=session.now + timedelta(seconds=1))

    registry.register(lamps.LIGHT, light)
    for _ in range(2):
        await db.write(enqueue_one)
    assert len(await db.read(lamps.jobs)) == 1
    clock.advance(seconds=1)
    assert await make_runner().run_once() == 1
    assert seen == [2]
    for _ in range(2):
        await db.write(enqueue_one)
    assert len(await db.read(lamps.jobs)) == 2


async def test_another_kind_that_waits_is_not_enough(db: Database) -> None:
    def enqueue_both(session: WriteSession) -> None:
        lamps.CHECK.enqueue_one(session, lamps.Nothing())
        lamps.LIGHT.enqueue_one(session, lamps.Room(room="hall"))

    await db.write(enqueue_both)
    assert {job.kind for job in await db.read(lamps.jobs)} == {"lamps.check", "lamps.light"}
