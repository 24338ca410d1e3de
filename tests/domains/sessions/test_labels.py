"""Starts as texts: what a clock shows, and the mark where it is changed before."""

import json
from datetime import UTC, datetime

import pytest

from app.core.clock import utc_text
from app.domains.sessions.schemas import SlotTime
from app.domains.sessions.service.labels import Clock, clock_change, instant_text
from tests.support.learning import instant


@pytest.mark.parametrize("text", ["2026-12-03T09:00:00Z", "2027-12-31T23:59:59Z", "2028-02-29T00:00:00Z"])
def test_instants_are_written_as_everywhere(text: str) -> None:
    start = instant(text)
    assert instant_text(int(start.timestamp())) == utc_text(start) == text


def test_each_change_of_a_clock_has_its_own_mark() -> None:
    """The clocks of one year and of the next show the same offset, but were set forward on different days."""
    now = datetime(2027, 1, 15, 9, tzinfo=UTC)
    starts = [instant(text) for text in ("2027-02-01T09:00:00Z", "2027-07-01T09:00:00Z", "2028-07-03T09:00:00Z")]
    clock = Clock("Europe/Berlin", now, int(starts[-1].timestamp()))
    written = [clock.write(int(start.timestamp())) for start in [*starts, *starts]]
    changes = [SlotTime.model_validate_json(text).clock_change for text in written]
    assert changes == [clock_change("Europe/Berlin", now, start) for start in starts] * 2
    assert [change and change.at.year for change in changes[:3]] == [None, 2027, 2028]
    assert [json.loads(text)["text"] for text in written[:2]] == [
        "Mon 1 Feb 2027, 10:00 (UTC+01:00)",
        "Thu 1 Jul 2027, 11:00 (UTC+02:00)",
    ]
