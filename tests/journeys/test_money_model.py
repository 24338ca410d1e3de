"""A few random histories of money; many more: `python -m tests.journeys.money_model`."""

import pytest

from app.core.config import Settings
from tests.journeys.money_model import run_once

pytestmark = pytest.mark.parametrize(
    ("settings", "seeds", "steps"),
    [("sqlite", range(1, 4), 20), ("postgres", range(11, 12), 20)],
    indirect=["settings"],
)


async def test_ledger_model_and_twin_agree_after_each_step(settings: Settings, seeds: range, steps: int) -> None:
    for seed in seeds:
        await run_once(settings, seed=seed, steps=steps)
