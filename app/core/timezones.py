"""IANA time zones, from the `tzdata` package and never from the machine, whose copy may be years old."""

import zoneinfo
from functools import cache

import tzdata

zoneinfo.reset_tzpath(to=[])
zoneinfo.ZoneInfo.clear_cache()  # of zones that somebody read from the machine before


@cache
def timezone_names() -> frozenset[str]:
    """Every name that may be used."""
    return frozenset(zoneinfo.available_timezones())


def tzdata_version() -> str:
    """The IANA release in use, such as `2026f`."""
    return str(tzdata.IANA_VERSION)
