"""Slots in all zones of `zoneinfo` over 2024 to 2032, and wherever the machine is."""

import os
import subprocess
import sys
from pathlib import Path

from app.core.timezones import timezone_names
from tests.domains.calendar import every_zone

_ROOT = Path(__file__).parents[3]


def test_slots_are_right_in_every_zone() -> None:
    slots = sum(every_zone.check(asked) for zone in sorted(timezone_names()) for asked in every_zone.sample(zone))
    assert slots > 10_000, "it was a sample of something"


def test_the_zone_of_the_machine_changes_nothing() -> None:
    """At UTC, fourteen hours ahead of it, and half an hour beside it."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.domains.calendar.anywhere"]
    there = {"UTC": 0, "Pacific/Kiritimati": 840, "America/St_Johns": -210}
    runs = [
        subprocess.Popen(command, cwd=_ROOT, env=os.environ | {"TZ": zone}, stdout=subprocess.PIPE, text=True)  # noqa: S603
        for zone in there
    ]
    assert [int(run.communicate(timeout=100)[0] or 1) for run in runs] == list(there.values())
