"""What CONTRIBUTING.md says about places in the code is true."""

import re
from pathlib import Path

import pytest

from app.core.config import Settings

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d.*) \| (.*) \|$", GUIDE, re.MULTILINE)


def test_the_table_of_numbers_is_found() -> None:
    assert len(ROWS) >= 10


@pytest.mark.parametrize(("number", "place"), ROWS)
def test_every_number_lives_where_the_table_says(number: str, place: str) -> None:
    words = re.findall(r"`([^`]+)`", place)
    files = [word for word in words if word.endswith(".py")]
    text = "".join((ROOT / "app" / file).read_text(encoding="utf-8") for file in files)
    assert files, number
    for name in set(words) - set(files):
        pattern = name.replace("*", r"\w+")
        assert re.search(rf"^ *(\w+, )*{pattern}(, \w+)*(: [^=]+)? = ", text, re.MULTILINE), name


def test_the_settings_it_names_have_these_defaults() -> None:
    fields = Settings.model_fields
    named = {
        "join_opens_minutes": 15,
        "join_grace_minutes": 15,
        "late_cancel_hours": 24,
        "most_reschedules": 2,
        "booking_horizon_days": 28,
        "booking_notice_minutes": 120,
        "booking_buffer_minutes": 15,
        "checkout_expires_minutes": 30,
        "payout_minimum_cents": 5000,
        "payout_daily_cap_cents": 1_000_000,
    }
    assert {name: fields[name].default for name in named} == named


def test_the_modules_it_names_are_those_that_domains_have() -> None:
    """Besides the usual ones; packages in the place of a module count as one."""
    section = GUIDE.partition("A domain holds only")[2].partition("Across domains")[0]
    named = {word for words in re.findall(r"`([^`]+)`", section) for word in words.split()}
    domains = [folder for folder in (ROOT / "app" / "domains").iterdir() if (folder / "__init__.py").exists()]
    modules = {file.stem for folder in domains for file in folder.glob("*.py")} - {"__init__"}
    assert modules <= named, modules - named
