"""The tables of offsets say what `zoneinfo` says, and the data are the package's."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.timezones import tzdata_version
from app.domains.calendar.errors import InvalidTimezone
from app.domains.calendar.timetable import day_number
from app.domains.calendar.zones import DAY, wall_label, zone_of, zone_offsets

_ZONES = sorted(zoneinfo.available_timezones())
_START, _END = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2005, 2040))

a_zone = st.sampled_from(_ZONES)
an_instant = st.integers(_START, _END)


def test_the_machine_is_not_asked() -> None:
    assert zoneinfo.TZPATH == ()
    assert tzdata_version() >= "2026b"
    vancouver = datetime(2026, 12, 1, 9, tzinfo=zone_of("America/Vancouver"))  # wrong in older data
    assert vancouver.astimezone(UTC) == datetime(2026, 12, 1, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "/etc/localtime", "Europe", "utc", "Not/AZone", "UTC\x00", "zones"]
)
def test_only_iana_names_are_zones(name: str) -> None:
    with pytest.raises(InvalidTimezone):
        zone_of(name)
    with pytest.raises(InvalidTimezone):
        zone_offsets(name, _START, _END)


@given(name=a_zone, instant=an_instant, days=st.integers(0, 60))
@settings(max_examples=200)
def test_local_dates_and_walls_are_those_of_zoneinfo(name: str, instant: int, days: int) -> None:
    offsets = zone_offsets(name, instant - days * DAY, instant + days * DAY)
    local = datetime.fromtimestamp(instant, zone_of(name))
    assert offsets.day_of(instant) == day_number(local.date())
    wall = int(local.replace(tzinfo=UTC).timestamp())
    assert offsets.instant_of(wall) == int(local.replace(fold=0).timestamp())


@given(name=a_zone, instant=an_instant)
@settings(max_examples=200)
def test_a_date_starts_with_its_first_instant(name: str, instant: int) -> None:
    offsets = zone_offsets(name, instant - 2 * DAY, instant + 2 * DAY)
    day = offsets.day_of(instant)
    start = offsets.start_of(day)
    assert start <= instant
    assert offsets.day_of(start) == day
    assert offsets.day_of(start - 1) < day


@pytest.mark.parametrize(
    ("name", "day", "start"),
    [
        ("Africa/Cairo", date(2026, 4, 24), datetime(2026, 4, 23, 22, tzinfo=UTC)),  # 00:00 is skipped
        ("Africa/Cairo", date(2026, 10, 30), datetime(2026, 10, 29, 22, tzinfo=UTC)),  # 23:00 came twice
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC)),  # 00:00 comes twice
        ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10, tzinfo=UTC)),  # the date is skipped
        ("America/Toronto", date(1918, 4, 14), datetime(1918, 4, 14, 5, tzinfo=UTC)),
    ],
)
def test_difficult_midnights(name: str, day: date, start: datetime) -> None:
    instant = int(start.timestamp())
    assert zone_offsets(name, instant, instant).start_of(day_number(day)) == instant


def test_a_label_tells_repeated_hours_apart() -> None:
    new_york, first = zone_of("America/New_York"), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    labels = [wall_label((first + timedelta(hours=hours)).astimezone(new_york)) for hours in (0, 1)]
    assert labels == ["01:30-04:00", "01:30-05:00"]
