"""Notices of money may come in any order, often, or never: what becomes of it is the same."""

import random
from pathlib import Path

from app.core.config import Settings
from tests.journeys.deliveries import Stage, difference, kinds, shuffled
from tests.journeys.story import tell


async def test_any_notices_in_any_order_end_the_same(sqlite_settings: Settings, tmp_path: Path) -> None:
    """On one database, for it takes long; on the other: `python -m tests.journeys.deliveries --postgres`."""
    stage = Stage(await tell(sqlite_settings, tmp_path / "untold"))
    notices, rng = stage.untold.deliveries, random.Random(2)
    assert len(kinds(notices)) >= 12
    expected = await stage.play(notices, rng)
    assert expected.faults == []
    assert difference(await stage.play(shuffled(notices, rng), rng), expected) == []
