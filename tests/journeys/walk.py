"""Walks the tour against a server that may be killed at any moment, and checks what must hold at the end.

`python -m tests.journeys.walk --kills 50` does it on SQLite until the server was killed that often.
"""

import argparse
import asyncio
import contextlib
import random
import tempfile
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import func, select

from app.core.clock import DevelopmentClock
from app.core.config import Settings
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.db.session import ReadSession
from app.domains.notifications.types import SEND_MAIL
from app.jobs.models import Job, JobState
from app.sandbox.demo.cast import MO, SAM, TESS
from tests.journeys.server import Server
from tests.journeys.tour import Member, StepFailed, Tour, wait_for
from tests.support.cells import faults_of_time

T = TypeVar("T")
TourT = TypeVar("TourT", bound=Tour)
COURSE = "intro-to-n8n"
_ATTEMPTS = 12
_LEASE = timedelta(seconds=61)


@contextlib.contextmanager
def tour_of(server: Server, kind: type[TourT]) -> Iterator[TourT]:
    """A fresh tour of this kind through a freshly seeded installation."""
    with httpx.Client(base_url=server.base_url, timeout=20) as http:
        student = f"nora.newcomer.{uuid.uuid4().hex[:8]}@peerloop.example"
        yield kind(
            http=http,
            clock=DevelopmentClock(server.data_dir / "clock"),
            course_slug=COURSE,
            creator=Member(http, MO.email, MO.name),
            teacher=Member(http, TESS.email, TESS.name),
            student=Member(http, student, "Nora Newcomer"),
            next_student=Member(http, SAM.email, SAM.name),
        )


class Killer:
    """Kills the server at random moments and starts it again, so that steps are cut in the middle too.

    The job that a dead server had in hand is free again when its lease runs out: the clock is moved past that.
    """

    def __init__(self, server: Server, rng: random.Random, *, at_most: int) -> None:
        self._server = server
        self._clock = DevelopmentClock(server.data_dir / "clock")
        self._rng = rng
        self._left = at_most
        self.kills = 0
        self.cut_steps = 0

    @contextlib.contextmanager
    def around_a_step(self) -> Iterator[None]:
        """The kill comes while the step is under way or, when the step was quicker, between it and the next."""
        if self._left == 0:
            yield
            return
        self._left -= 1
        timer = threading.Timer(self._rng.uniform(0.0, 0.06), self._kill)
        timer.start()
        try:
            yield
        except httpx.TransportError:
            self.cut_steps += 1
            raise
        finally:
            timer.join()
            self._clock.move_to(self._clock.now() + _LEASE)
            self._server.start()
            wait_for(self._no_mail_in_hand, "the end of what the killed server was sending")

    def _no_mail_in_hand(self) -> dict[str, Any] | None:
        """A step may move the clock by days, and after one the mail service forgets what it was asked to send."""
        count = asyncio.run(_read(self._server, _count_mails_in_hand))
        return None if count else {"count": count}

    def _kill(self) -> None:
        self._server.kill()
        self.kills += 1


def walk(tour: Tour, killer: Killer) -> None:
    """Every step until it succeeds; a step that was cut is taken again."""
    for step in tour.steps:
        for attempt in range(_ATTEMPTS):
            try:
                with killer.around_a_step() if attempt == 0 else contextlib.nullcontext():
                    step()
                break
            except httpx.TransportError:
                if attempt == _ATTEMPTS - 1:
                    raise
            except StepFailed:
                if attempt > 0 or killer.kills == 0:  # a server that was left alone must not fail
                    raise


def faults(server: Server, tour: Tour) -> list[str]:
    """What must hold after any tour, whatever happened on the way."""
    server.run("books")  # fails when they are not sound
    found = []
    mails: list[dict[str, Any]] = tour.http.get("/sandbox/inbox/messages", params={"to": tour.student.email}).json()
    mails += tour.http.get("/sandbox/inbox/messages", params={"to": TESS.email}).json()
    counted = Counter((mail["to"], mail["subject"], mail["text"]) for mail in mails)
    found += [f"mailed {count} times: {mail[:2]}" for mail, count in counted.items() if count > 1]
    paid = tour.student.get("/api/transactions")["items"]
    sessions = tour.student.get("/api/sessions")["items"]
    found += [f"{len(paid)} transactions"] if len(paid) != 1 else []
    statuses = Counter(session["status"] for session in sessions)
    found += [f"sessions {statuses}"] if statuses != {"completed": 2, "cancelled": 1} else []
    moves = tour.student.get(f"/api/sessions/{tour.facts['session1']['id']}")["moves"]
    found += [f"{len(moves)} moves"] if len(moves) != 1 else []
    return found + asyncio.run(time_faults(server))


async def time_faults(server: Server) -> list[str]:
    """What is wrong with the time that is taken."""
    return await _read(server, faults_of_time)


def _count_mails_in_hand(session: ReadSession) -> int:
    is_sending = (Job.kind == SEND_MAIL.name) & (Job.state == JobState.RUNNING)
    return session.scalar(select(func.count()).where(is_sending)) or 0


async def _read(server: Server, unit: Callable[[ReadSession], T]) -> T:
    """What the database says, beside the server."""
    settings = Settings(environment="development", data_dir=server.data_dir, database_url=server.database_url)
    engines = create_engines(settings)
    db = Database(engines, DevelopmentClock(server.data_dir / "clock"), EventBus())
    found = await db.read(unit)
    await engines.dispose()
    return found


def main(kind: type[TourT], judge: Callable[[Server, TourT], list[str]], what: str | None) -> None:
    """Tours of this kind until the server was killed as often as asked; `judge` says what is wrong afterwards."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database-url", default="", help="an empty Postgres database; SQLite without it")
    asked = parser.parse_args()
    rng, kills, cut = random.Random(asked.seed), 0, 0
    while kills < asked.kills:
        with tempfile.TemporaryDirectory() as folder:
            server = Server(Path(folder), asked.database_url)
            server.run("demo")
            server.start()
            killer = Killer(server, rng, at_most=asked.kills - kills)
            try:
                with tour_of(server, kind) as tour:
                    walk(tour, killer)
                    problems = judge(server, tour)
            finally:
                server.stop()
        kills += killer.kills
        cut += killer.cut_steps
        print(f"{kills} kills, {cut} of them inside a step: {'; '.join(problems) or 'nothing lost, nothing twice'}")
        if problems:
            raise SystemExit(1)


if __name__ == "__main__":
    main(Tour, faults, __doc__)
