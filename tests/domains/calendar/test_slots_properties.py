"""What holds for any rules: the sweep and a slow reading of the semantics find the same slots."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domains.calendar.slots import free_slots, is_bookable
from app.domains.calendar.types import (
    AvailabilityRules,
    Busy,
    DateOverride,
    OpeningHours,
    Period,
    SessionTime,
    Slot,
    WeeklyHours,
)
from tests.domains.calendar.oracle import slow_starts
from tests.domains.calendar.questions import Question

# Each with the UTC midnight of a day near which its clocks do something.
_NIGHTS = [
    ("America/New_York", datetime(2026, 3, 8, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),
    ("Antarctica/Troll", datetime(2026, 10, 25, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 4, 23, tzinfo=UTC)),  # midnight does not exist
    ("Africa/Cairo", datetime(2026, 10, 29, tzinfo=UTC)),  # 23:00 comes twice
    ("America/Havana", datetime(2026, 11, 1, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, tzinfo=UTC)),  # a date does not exist
    ("Asia/Kathmandu", datetime(2026, 1, 10, tzinfo=UTC)),
]


def _multiples(step: int, low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low // step, high // step).map(lambda count: count * step)


_HOURS = (
    st.tuples(_multiples(15, 0, 1425), _multiples(15, 0, 1440))
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: OpeningHours(*pair))
)
_WEEKLY = st.builds(WeeklyHours, st.integers(0, 6), _HOURS)
_LIMITS = st.none() | st.integers(1, 3)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    zone, night = draw(st.sampled_from(_NIGHTS))
    days = draw(st.lists(st.integers(-2, 3), unique=True, max_size=3))
    rules = AvailabilityRules(
        zone=zone,
        weekly=tuple(draw(st.lists(_WEEKLY, min_size=4, max_size=14))),
        overrides=tuple(
            DateOverride((night + timedelta(days=day)).date(), tuple(draw(st.lists(_HOURS, max_size=2))))
            for day in days
        ),
        duration_min=draw(_multiples(5, 15, 180)),
        step_min=draw(st.none() | _multiples(5, 15, 120)),
        buffer_before_min=draw(_multiples(5, 0, 30)),
        buffer_after_min=draw(_multiples(5, 0, 60)),
        notice_min=draw(_multiples(15, 0, 600)),
        horizon_days=draw(st.integers(1, 6)),
        max_per_day=draw(_LIMITS),
        max_per_week=draw(_LIMITS),
        week_start=draw(st.integers(0, 6)),
    )
    teaching, attending = (tuple(draw(st.lists(_sessions(night), max_size=4))) for _ in range(2))
    now = night + timedelta(minutes=draw(_multiples(5, -4320, 720)))
    return Question(
        rules,
        Busy(teaching, attending),
        now,
        _period(night, draw(_multiples(5, -2880, 720)), draw(_multiples(5, 720, 4320))),
    )


@st.composite
def _sessions(draw: st.DrawFn, night: datetime) -> SessionTime:
    time = _period(night, draw(_multiples(5, -2880, 4320)), draw(_multiples(5, 15, 180)))
    before, after = (timedelta(minutes=draw(_multiples(5, 0, 30))) for _ in range(2))
    return SessionTime("old", time, Period(time.start - before, time.end + after))


def _period(night: datetime, start_min: int, length_min: int) -> Period:
    start = night + timedelta(minutes=start_min)
    return Period(start, start + timedelta(minutes=length_min))


def _free(asked: Question, window: Period) -> list[Slot]:
    return free_slots(asked.rules, asked.busy, asked.now, window)


@given(asked=questions())
@settings(max_examples=150)
def test_the_sweep_finds_what_the_slow_way_finds(asked: Question) -> None:
    found = [int(slot.start.timestamp()) // 60 for slot in _free(asked, asked.window)]
    assert found == slow_starts(asked)


@given(asked=questions(), cut_min=st.integers(0, 4320))
@settings(max_examples=50)
def test_a_query_in_two_pieces_gives_the_same_slots(asked: Question, cut_min: int) -> None:
    cut = min(asked.window.end, asked.window.start + timedelta(minutes=cut_min))
    pieces = _free(asked, Period(asked.window.start, cut)) + _free(asked, Period(cut, asked.window.end))
    assert pieces == _free(asked, asked.window)


@given(asked=questions())
@settings(max_examples=50)
def test_what_is_free_is_bookable_until_it_is_booked(asked: Question) -> None:
    for slot in _free(asked, asked.window)[:3]:
        assert is_bookable(asked.rules, asked.busy, asked.now, slot.start) is None
        time = Period(slot.start, slot.end)
        booked = Busy((*asked.busy.teaching, SessionTime("new", time, time)), asked.busy.attending)
        assert slot not in free_slots(asked.rules, booked, asked.now, asked.window)
        assert is_bookable(asked.rules, booked.without("new"), asked.now, slot.start) is None
