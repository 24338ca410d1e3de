"""Tells the story's notices in any order, any of them any number of times or never, and then looks itself: what becomes
of it must be what becomes of the whole story told in order.

`python -m tests.journeys.deliveries --runs 1000 --seed 1` does it on SQLite, with `--postgres` on a Postgres server
of its own.
"""

import argparse
import asyncio
import json
import logging
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from app.core.config import Settings
from app.db.session import ReadSession
from app.domains.books.jobs import differences
from app.domains.enrollments.models import Enrollment
from app.domains.payments import invariants
from app.domains.payments.models import LedgerAccount, LedgerEntry, LedgerPosting, PaymentSplit, Purchase, Transaction
from app.domains.payouts.models import Payout, PayoutAccount, PayoutReversal
from app.domains.refunds.models import Dispute, Refund
from app.jobs.models import Job, JobState
from app.sandbox.books import Delivery
from tests.conftest import make_settings
from tests.domains.payouts.till import service_of
from tests.journeys.story import Untold, installation, tell
from tests.support.clock import ManualClock
from tests.support.databases import Postgres, copy_sqlite, make_sqlite_template
from tests.support.inline_sqlite import use_inline_sqlite
from tests.support.world import World

_MOST_COPIES, _MOST_IN_A_ROW, _REPORTED = 3, 12, 50
_LATER: Final = [timedelta(minutes=11), timedelta(minutes=31), timedelta(hours=1), timedelta(hours=25)]
"""The silences after which something is asked about: checkouts, refunds, what was asked once in an hour, accounts."""

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of it, and what is wrong with that."""

    state: State
    faults: list[str]


async def ending(untold: Untold, settings: Settings, deliveries: Iterable[Delivery], rng: random.Random) -> Ending:
    """Tell these notices to a copy of the story's end, and let the schedule do the rest."""
    clock = ManualClock(untold.ended_at)
    async with installation(settings, clock) as world:
        await _deliver(world, deliveries, rng)
        for step in _LATER:
            clock.advance(seconds=step.total_seconds())
            await world.app.state.runner.run_until_idle()
        apart = [finding.sentence for finding in await differences(world.db, service_of(world))]
        return Ending(await world.db.read(_state), [*apart, *await world.db.read(_faults)])


async def _deliver(world: World, deliveries: Iterable[Delivery], rng: random.Random) -> None:
    """Some at once, then the jobs, and so on."""
    left = list(deliveries)
    while left:
        size = rng.randint(1, _MOST_IN_A_ROW)
        answers = await asyncio.gather(*(_send(world, delivery) for delivery in left[:size]))
        assert set(answers) == {200}
        del left[:size]
        await world.app.state.runner.run_until_idle()


async def _send(world: World, delivery: Delivery) -> int:
    headers = world.app.state.twins.deliveries.headers_of(delivery)
    return (await world.http.post(delivery.url, content=delivery.body, headers=headers)).status_code


def shuffled(deliveries: Sequence[Delivery], rng: random.Random) -> list[Delivery]:
    """Any of them, each up to three times, in any order."""
    share = rng.random()
    told = [each for each in deliveries if rng.random() < share for _ in range(rng.randint(1, _MOST_COPIES))]
    rng.shuffle(told)
    return told


def _state(session: ReadSession) -> State:
    """What people, we and the payment service would see; what is made anew in every run has no name here."""
    sales = {sale.id: sale for sale in session.scalars(select(Transaction))}
    splits = [
        (sales[each.transaction_id].buyer_id, each.share, each.recipient_id, each.amount_cents, each.withdrawn_cents)
        for each in session.scalars(select(PaymentSplit))
    ]
    return {
        "purchases": _counted((each.id, each.status) for each in session.scalars(select(Purchase))),
        "sales": _counted((each.buyer_id, each.status, each.refunded_cents) for each in sales.values()),
        "shares": _counted(splits),
        "places": _counted((each.student_id, each.status) for each in session.scalars(select(Enrollment))),
        "refunds": _counted(
            (each.buyer_id, each.cause, each.status, each.amount_cents) for each in session.scalars(select(Refund))
        ),
        "disputes": _counted(
            (each.provider_id, each.status, each.amount_cents, each.fee_cents)
            for each in session.scalars(select(Dispute))
        ),
        "payouts": _counted(
            (each.id, each.status, each.transfer_id, each.reversed_cents) for each in session.scalars(select(Payout))
        ),
        "reversals": _counted((each.id, each.status) for each in session.scalars(select(PayoutReversal))),
        "accounts": _counted(
            (each.user_id, each.status, *each.requirements) for each in session.scalars(select(PayoutAccount))
        ),
        "balances": _counted((each.id, each.balance_cents) for each in session.scalars(select(LedgerAccount))),
        "entries": _entries(session),
    }


def _counted(rows: Iterable[tuple[object, ...]]) -> Counter[str]:
    return Counter(" ".join(map(str, row)) for row in rows)


def _entries(session: ReadSession) -> Counter[str]:
    """Each movement with its lines; an entry that was made twice counts as two."""
    lines: dict[str, list[str]] = {}
    postings = select(LedgerPosting).order_by(LedgerPosting.entry_id, LedgerPosting.line)
    for line in session.scalars(postings):
        lines.setdefault(line.entry_id, []).append(f"{line.account_id} {line.amount_cents}")
    entries = session.execute(select(LedgerEntry.id, LedgerEntry.kind)).all()
    return Counter(f"{kind}: {', '.join(lines.get(known, []))}" for known, kind in entries)


def _faults(session: ReadSession) -> list[str]:
    buried = session.execute(select(Job.kind, Job.last_error).where(Job.state == JobState.DEAD)).all()
    return [*invariants.faults(session), *(f"buried: {kind} {error}" for kind, error in buried)]


def difference(ended: Ending, expected: Ending) -> list[str]:
    """In words; nothing when the endings are the same."""
    found = list(ended.faults)
    for name, wanted in expected.state.items():
        seen = ended.state[name]
        found += [f"{name}: {row} is missing" for row in (wanted - seen).elements()]
        found += [f"{name}: {row} is too much" for row in (seen - wanted).elements()]
    return found


def kinds(deliveries: Iterable[Delivery]) -> Counter[str]:
    return Counter(json.loads(delivery.body)["type"] for delivery in deliveries)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where endings are made: each on a copy of its own, of the files or of the story's database on a server."""

    untold: Untold
    postgres: Postgres | None = None
    database: str = ""

    async def play(self, deliveries: Iterable[Delivery], rng: random.Random) -> Ending:
        with tempfile.TemporaryDirectory() as folder:
            self.untold.copy_to(Path(folder))
            if self.postgres is None:
                return await ending(self.untold, make_settings(Path(folder)), deliveries, rng)
            copy = self.postgres.create_database(template=self.database)
            settings = make_settings(Path(folder), database_url=self.postgres.url(copy))
            ended = await ending(self.untold, settings, deliveries, rng)
            self.postgres.drop_database(copy)
            return ended


async def _set_up(folder: Path, postgres: Postgres | None) -> Stage:
    database = postgres.create_database() if postgres else ""
    url = postgres.url(database) if postgres else ""
    return Stage(await tell(make_settings(folder, database_url=url), folder / "untold"), postgres, database)


async def _run(folder: Path, postgres: Postgres | None, seeds: range) -> int:
    stage = await _set_up(folder, postgres)
    notices = stage.untold.deliveries
    print(f"{len(notices)} notices of {len(kinds(notices))} types")
    expected = await stage.play(notices, random.Random(0))
    failed, heard, began = int(bool(expected.faults)), 0, time.monotonic()
    print(f"told in order: {'; '.join(expected.faults) or 'sound'}", flush=True)
    for done, seed in enumerate(seeds, start=1):
        rng = random.Random(seed)
        some = shuffled(notices, rng)
        heard += len(some)
        found = difference(await stage.play(some, rng), expected)
        failed += bool(found)
        if found or done % _REPORTED == 0 or done == len(seeds):
            took = time.monotonic() - began
            print(
                f"{done} runs, {heard} deliveries, {failed} different, {took:.0f} s {[seed, *found] if found else ''}",
                flush=True,
            )
    return int(failed > 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="of the first run; the next one has the next")
    parser.add_argument("--postgres", action="store_true", help="on a Postgres server of its own")
    asked = parser.parse_args()
    logging.disable()  # answers are lost on purpose
    use_inline_sqlite()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory(prefix="peerloop-postgres-") as server:
        postgres = Postgres(Path(server)) if asked.postgres else None
        if postgres is None:
            copy_sqlite(make_sqlite_template(Path(folder) / "template"), Path(folder))
        code = asyncio.run(_run(Path(folder), postgres, range(asked.seed, asked.seed + asked.runs)))
        if postgres is not None:
            postgres.stop()
    raise SystemExit(code)


if __name__ == "__main__":
    main()
