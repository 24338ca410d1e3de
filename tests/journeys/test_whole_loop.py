"""Learn, certify, teach, earn: the whole loop over real HTTP, on both databases, through crashes."""

import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import keeping
from tests.journeys.keeping import KeepingTour
from tests.journeys.server import Server
from tests.journeys.tour import Tour
from tests.journeys.walk import Killer, faults, tour_of, walk
from tests.support.databases import Postgres, copy_sqlite


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A freshly seeded installation, running."""
    if request.param == "sqlite":
        copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        server = Server(tmp_path)
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        server = Server(tmp_path, postgres.url(postgres.create_database()))
    server.run("demo")
    server.start()
    yield server
    server.stop()


def test_the_whole_loop(server: Server) -> None:
    """Killed on the way and started again; without kills: `python -m tests.journeys.walk`."""
    killer = Killer(server, random.Random(7), at_most=4)
    with tour_of(server, Tour) as tour:
        walk(tour, killer)
        assert faults(server, tour) == []
    assert killer.kills == 4
    assert server.stop() in {0, -signal.SIGTERM}  # uvicorn finishes, then hands the signal on
    assert "Application shutdown complete." in (server.data_dir / "server.log").read_text()


def test_a_kept_time_is_paid_moved_and_given_back(server: Server) -> None:
    killer = Killer(server, random.Random(11), at_most=3)
    with tour_of(server, KeepingTour) as tour:
        walk(tour, killer)
        assert keeping.faults(server, tour) == []
