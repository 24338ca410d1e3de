"""The clocks."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.clock import Clock, DevelopmentClock, SystemClock

INSTANT = datetime(2031, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
SOON = timedelta(seconds=30)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "not" / "there" / "clock"


def is_about(clock: Clock, instant: datetime) -> bool:
    return timedelta(0) <= clock.now() - instant < SOON


def test_the_system_clock_knows_its_zone() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_an_untouched_development_clock_shows_the_machine_s_time(file: Path) -> None:
    assert is_about(DevelopmentClock(file), SystemClock().now())


@pytest.mark.parametrize("instant", [INSTANT, datetime(1999, 12, 31, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)])
def test_it_moves_and_goes_on_from_there(file: Path, instant: datetime) -> None:
    clock = DevelopmentClock(file)
    clock.move_to(instant)
    first = clock.now()
    assert is_about(clock, instant)
    assert clock.now() >= first


def test_a_move_is_seen_by_other_clocks_of_the_file(file: Path) -> None:
    """The server, the command line and a restarted server each have a clock of their own."""
    before = DevelopmentClock(file)
    assert is_about(before, SystemClock().now())
    DevelopmentClock(file).move_to(INSTANT)
    assert is_about(before, INSTANT)
    assert is_about(DevelopmentClock(file), INSTANT)


def test_moves_in_quick_succession_are_all_seen(file: Path) -> None:
    clock = DevelopmentClock(file)
    for days in range(200):
        instant = INSTANT + timedelta(days=days)
        clock.move_to(instant)
        assert is_about(clock, instant)


def test_reset_returns_to_the_machine_s_time(file: Path) -> None:
    clock = DevelopmentClock(file)
    clock.reset()
    clock.move_to(INSTANT)
    clock.reset()
    assert is_about(clock, SystemClock().now())
