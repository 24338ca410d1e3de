"""What the values of the calendar refuse."""

from datetime import date
from typing import Any

import pytest

from app.domains.calendar.errors import DuplicateOverride, InvalidRules, InvalidWindow
from app.domains.calendar.types import AvailabilityRules, DateOverride, OpeningHours, WeeklyHours

DAYTIME = OpeningHours(540, 1020)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("09:00", "17:00", (540, 1020)),
        ("22:00", "02:00", (1320, 1560)),
        ("22:00", "00:00", (1320, 1440)),
        ("22:00", "24:00", (1320, 1440)),
        ("00:00", "24:00", (0, 1440)),
        ("23:59", "23:58", (1439, 2878)),
    ],
)
def test_hours(start: str, end: str, minutes: tuple[int, int]) -> None:
    hours = OpeningHours.from_wall(start, end)
    assert (hours.start_minute, hours.until_minute) == minutes


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("09:00", "09:00"),
        ("00:00", "00:00"),
        ("24:00", "02:00"),
        ("09:00", "24:01"),
        ("9:00", "10:00"),
        ("09:60", "10:00"),
        ("09:00\n", "10:00"),
        ("", "10:00"),
        ("-1:00", "10:00"),
        ("\u0660\u0669:00", "10:00"),  # Arabic digits, which int() would read
    ],
)
def test_impossible_hours(start: str, end: str) -> None:
    with pytest.raises(InvalidWindow):
        OpeningHours.from_wall(start, end)


@pytest.mark.parametrize("weekday", [-1, 7])
def test_impossible_weekdays(weekday: int) -> None:
    with pytest.raises(InvalidWindow):
        WeeklyHours(weekday, DAYTIME)


@pytest.mark.parametrize(
    "bad",
    [
        {"duration_min": 0},
        {"duration_min": 1441},
        {"step_min": 0},
        {"buffer_before_min": -1},
        {"buffer_after_min": -1},
        {"notice_min": -1},
        {"horizon_days": -1},
        {"horizon_days": 10**9},
        {"max_per_day": 0},
        {"max_per_week": 0},
        {"week_start": 7},
    ],
    ids=str,
)
def test_impossible_rules(bad: dict[str, Any]) -> None:
    with pytest.raises(InvalidRules):
        AvailabilityRules("UTC", (), **bad)


def test_a_date_has_one_override() -> None:
    override = DateOverride(date(2026, 1, 12))
    with pytest.raises(DuplicateOverride):
        AvailabilityRules("UTC", (), (override, DateOverride(date(2026, 1, 12), (DAYTIME,))))
