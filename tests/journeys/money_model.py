"""Random histories of money, each against a small book of its own and against the payment service's twin.

    python -m tests.journeys.money_model --runs 1000 --steps 50                # SQLite
    python -m tests.journeys.money_model --runs 100 --database postgres
    python -m tests.journeys.money_model --runs 1 --seed 417 --verbose         # one of them again

People buy, book, attend or miss, want their money back and dispute it; payouts are asked for, decided and retried;
webhooks are dropped, doubled and reordered, answers lost, the application restarted. After each step the ledger must be
sound, say what the model says (`money_expected`), and count nothing that the payment service's books do not have
(`money_twin`). In the end nothing may be left hanging, and both books must say the same. Mails, calendars and the
catalogue are left out, for they move no money. Prints what was done; ends with 1 and names the seed when something
differs.
"""

import argparse
import asyncio
import logging
import random
import shutil
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from app.core.config import Settings
from tests.conftest import make_settings
from tests.journeys.money_market import Market, Terms
from tests.journeys.money_walk import walk
from tests.journeys.story import copy_installation, keep_installation
from tests.support.databases import Postgres, copy_sqlite, make_sqlite_template
from tests.support.inline_sqlite import use_inline_sqlite


async def run_once(settings: Settings, *, seed: int, steps: int, openings: "Openings | None" = None) -> Counter[str]:
    """One history; what was done how often. Raises `Differs`, with the steps that led there."""
    market = Market(settings, random.Random(seed))
    try:
        await _open(market, openings)
        await walk(market, steps)
    except Exception as error:
        error.add_note(f"Seed {seed}, after: " + " | ".join(market.trace))
        raise
    finally:
        await market.close()
    return market.done


async def _open(market: Market, openings: "Openings | None") -> None:
    terms = Terms.cast(market.dice)
    if openings is None:
        await market.open(terms)
    else:
        await market.resume(await openings.give(terms, market.settings.data_dir))


@dataclass(frozen=True, slots=True)
class Openings:
    """Markets on SQLite that were opened once, to be copied: one of each terms."""

    home: Path
    _opened: dict[Terms, Market] = field(default_factory=dict)

    async def give(self, terms: Terms, folder: Path) -> Market:
        """Copy the databases into the folder of somebody who resumes this."""
        kept = self.home / f"{terms.price} {terms.sessions}"
        if terms not in self._opened:
            copy_sqlite(self.home / "template.db", kept / "opening")
            self._opened[terms] = market = Market(make_settings(kept / "opening"), random.Random())
            await market.open(terms)
            await market.close()
            keep_installation(kept / "opening", kept)
        copy_installation(kept, folder)
        return self._opened[terms]


@contextmanager
def _sqlite(home: Path) -> Iterator[Settings]:
    folder = home / "run"
    folder.mkdir()
    try:
        yield make_settings(folder)
    finally:
        shutil.rmtree(folder)


@contextmanager
def _postgres(home: Path, server: Postgres) -> Iterator[Settings]:
    name, folder = server.lend_database(), home / "run"
    try:
        yield make_settings(folder, database_url=server.url(name))
    finally:
        server.take_back(name)
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Tally:
    """What was done in all, and the seeds of the runs in which something differed."""

    runs: int = 0
    done: Counter[str] = field(default_factory=Counter)
    wrong: list[int] = field(default_factory=list)

    def run_all(self, home: Path, asked: argparse.Namespace) -> None:
        server = Postgres(home / "postgres") if asked.database == "postgres" else None
        openings = None if server else Openings(home)
        if openings:
            make_sqlite_template(home)
        begun = time.perf_counter()
        try:
            for seed in range(asked.seed, asked.seed + asked.runs):
                with _postgres(home, server) if server else _sqlite(home) as settings:
                    self._run(settings, seed, asked.steps, openings)
                print(f"{self.runs} runs, {time.perf_counter() - begun:.0f} s", flush=True)
        finally:
            if server is not None:
                server.stop()

    def _run(self, settings: Settings, seed: int, steps: int, openings: Openings | None) -> None:
        try:
            self.done += asyncio.run(run_once(settings, seed=seed, steps=steps, openings=openings))
        except AssertionError:  # `Differs`, or a call that the description of Stripe does not know
            self.wrong.append(seed)
            traceback.print_exc()
        self.runs += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the first run; the next one has the next number")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--verbose", action="store_true", help="with the log of the application")
    asked, tally = parser.parse_args(), Tally()
    use_inline_sqlite()
    if not asked.verbose:
        logging.disable(logging.CRITICAL)
    with TemporaryDirectory(prefix="peerloop-money-") as home, suppress(KeyboardInterrupt):
        tally.run_all(Path(home), asked)
    for name, count in sorted(tally.done.items()):
        print(f"{count:7d}  {name}")
    verdict = f"differences with the seeds {tally.wrong}" if tally.wrong else "all books agree"
    print(f"{tally.runs} runs of {asked.steps} steps on {asked.database}, seeds from {asked.seed}: {verdict}.")
    if tally.wrong or not tally.runs:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
