"""Every availability case, and a calendar from elsewhere, without pytest: `TZ=… python -m
tests.domains.calendar.anywhere`.

It prints how far the machine's clock is from UTC, so that it is known to have been somewhere.
"""

import sys
import time

from app.domains.calendar.busy_times import busy_times
from app.domains.calendar.slots import by_local_date, free_slots
from app.domains.calendar.zones import wall_label
from tests.domains.calendar.cases import filled, instant, load
from tests.domains.calendar.questions import Question
from tests.domains.calendar.test_busy_times import ASKED, calendar


def main() -> None:
    file = load("availability_cases.json")
    for case in file["cases"]:
        given, expected = filled(file["defaults"], case["input"]), case["expect"]
        if "error" in expected:
            continue
        asked = Question.of(given)
        slots = free_slots(asked.rules, asked.busy, asked.now, asked.window)
        assert [slot.start for slot in slots] == [instant(start) for start in expected["slots"]], case["id"]
        days = by_local_date(slots, given["viewer_zone"])
        labels = {day.isoformat(): [wall_label(local) for local in starts] for day, starts in days.items()}
        assert labels == expected.get("by_viewer_date", labels), case["id"]
    text = calendar("DTSTART:20261201T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2")
    assert busy_times(text, ASKED).times == [(1796112000, 1796115600), (1796198400, 1796202000)]
    sys.stdout.write(str(-time.timezone // 60))


if __name__ == "__main__":
    main()
