"""A few random histories of money; many more: `python -m tests.journeys.money_model`."""

import pytest

from app.core.config import Settings
from tests.journeys.money_model import run_once

pytestmark = pytest.mark.parametrize(
    ("settings", "seed"), [("sqlite", 1), ("sqlite", 2), ("postgres", 3)], indirect=["settings"]
)


async def test_ledger_model_and_twin_agree_after_each_step(settings: Settings, seed: int) -> None:
    await run_once(settings, seed=seed, steps=15)
