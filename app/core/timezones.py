"""IANA time zones, from the `tzdata` package and never from the machine, whose copy may be years old."""

import zoneinfo
from datetime import UTC, datetime
from functools import cache

import tzdata

_FRESH_MONTHS = 6

zoneinfo.reset_tzpath(to=[])
zoneinfo.ZoneInfo.clear_cache()  # of zones that somebody read from the machine before


@cache
def timezone_names() -> frozenset[str]:
    """Every name that may be used."""
    return frozenset(zoneinfo.available_timezones())


def tzdata_version() -> str:
    """The IANA release in use, such as `2026f`."""
    return str(tzdata.IANA_VERSION)


def is_tzdata_old(now: datetime, release: str | None = None) -> bool:
    """Whether the release is of a year that ended more than six months ago. IANA publishes several times a year, often
    weeks before a government's change takes effect; who lags a year behind shows wrong hours somewhere."""
    year = int((release or tzdata_version())[:4])
    return now >= datetime(year + 1, 1 + _FRESH_MONTHS, 1, tzinfo=UTC)
