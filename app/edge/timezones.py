"""IANA time zone names as a field type. The data come from the `tzdata` package, never from the machine."""

import zoneinfo
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

zoneinfo.reset_tzpath(to=[])  # the machine's copy may be older than the package's


@cache
def _names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _check(value: str) -> str:
    if value not in _names():
        raise PydanticCustomError("timezone", "must be an IANA time zone such as Europe/Berlin")
    return value


TimezoneField = Annotated[
    str,
    AfterValidator(_check),
    Field(max_length=64, description="IANA time zone.", examples=["Europe/Berlin"]),
]
