"""Every acceptance case of the slot computation. The expected instants were written by hand."""

from datetime import timedelta

import pytest

from app.core.errors import Problem
from app.core.timezones import tzdata_version
from app.domains.calendar.slots import by_local_date, free_slots, is_bookable, next_free
from app.domains.calendar.zones import wall_label
from tests.domains.calendar.cases import Json, case_id, filled, instant, load
from tests.domains.calendar.questions import Question

_FILE = load("availability_cases.json")
_CASES: list[Json] = [case | {"input": filled(_FILE["defaults"], case["input"])} for case in _FILE["cases"]]
_ANSWERED = [case for case in _CASES if "slots" in case["expect"]]
_GROUPED = [case for case in _CASES if "by_viewer_date" in case["expect"]]
_REFUSED = [case for case in _CASES if "error" in case["expect"]]

_LONGEST_WALK = 3 * 48


def test_no_case_is_left_out() -> None:
    assert (len(_ANSWERED), len(_REFUSED), len(_CASES)) == (97, 10, 107)
    assert max(case.get("min_tzdata", "") for case in _CASES) <= tzdata_version()


@pytest.mark.parametrize("case", _ANSWERED, ids=case_id)
def test_free_slots(case: Json) -> None:
    asked = Question.of(case["input"])
    slots = free_slots(asked.rules, asked.busy, asked.now, asked.window)
    assert [slot.start for slot in slots] == [instant(start) for start in case["expect"]["slots"]]
    assert {slot.end - slot.start for slot in slots} <= {timedelta(minutes=asked.rules.duration_min)}


@pytest.mark.parametrize("case", _ANSWERED, ids=case_id)
def test_next_free_is_the_beginning_of_the_same_answer(case: Json) -> None:
    asked, expected = Question.of(case["input"]), [instant(start) for start in case["expect"]["slots"]]
    found = next_free(asked.rules, asked.busy, asked.now, asked.window.start, len(expected))
    assert [slot.start for slot in found] == expected


@pytest.mark.parametrize("case", _ANSWERED, ids=case_id)
def test_is_bookable_agrees_at_every_half_hour(case: Json) -> None:
    asked, free = Question.of(case["input"]), {instant(start) for start in case["expect"]["slots"]}
    half_hours = (asked.window.start + timedelta(minutes=30 * step) for step in range(_LONGEST_WALK))
    for start in free | {start for start in half_hours if start < asked.window.end}:
        assert (is_bookable(asked.rules, asked.busy, asked.now, start) is None) == (start in free), start


@pytest.mark.parametrize("case", _GROUPED, ids=case_id)
def test_by_local_date(case: Json) -> None:
    asked = Question.of(case["input"])
    slots = free_slots(asked.rules, asked.busy, asked.now, asked.window)
    days = by_local_date(slots, case["input"]["viewer_zone"])
    labels = {day.isoformat(): [wall_label(local) for local in starts] for day, starts in days.items()}
    assert labels == case["expect"]["by_viewer_date"]


@pytest.mark.parametrize("case", _REFUSED, ids=case_id)
def test_refused_input(case: Json) -> None:
    with pytest.raises(Problem) as refusal:
        _ask_and_show(case["input"])
    assert refusal.value.code == case["expect"]["error"]


def _ask_and_show(case: Json) -> None:
    asked = Question.of(case)
    by_local_date(free_slots(asked.rules, asked.busy, asked.now, asked.window), case["viewer_zone"])
