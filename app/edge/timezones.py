"""IANA time zone names as a field type."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.core.timezones import timezone_names


def _check(value: str) -> str:
    if value not in timezone_names():
        raise PydanticCustomError("timezone", "must be an IANA time zone such as Europe/Berlin")
    return value


TimezoneField = Annotated[
    str,
    AfterValidator(_check),
    Field(max_length=64, description="IANA time zone.", examples=["Europe/Berlin"]),
]
