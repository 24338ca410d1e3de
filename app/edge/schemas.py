"""The base of every request and response body, and the field types they share.

Closed (an unknown field is refused), strict (no "7" for 7), bounded. Text that one of the databases cannot store
(NUL, lone surrogates) is refused when the body is parsed; see `app.edge.routing`.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.core.clock import utc_text

ItemT = TypeVar("ItemT")

KEPT: Final[Any] = None
"""Default of a field of a PATCH body that cannot be cleared: absent, it stays as it is; null is refused. Read such
bodies with `model_dump(exclude_unset=True)`."""


class ApiModel(BaseModel):
    """Base of all bodies."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        from_attributes=True,
        str_max_length=10_000,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        json_schema_serialization_defaults_required=True,
    )


def _parse_instant(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except (ValueError, OverflowError):
        raise PydanticCustomError("instant", "must be an RFC 3339 date-time such as 2026-12-01T15:00:00Z") from None


def _demand_offset(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise PydanticCustomError("instant_offset", "must carry an offset, best Z: a time without one is ambiguous")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("instant_range", "is out of range") from None


Instant = Annotated[
    datetime,
    BeforeValidator(_parse_instant),
    AfterValidator(_demand_offset),
    PlainSerializer(utc_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-12-01T15:00:00Z"]}),
]
"""An instant: RFC 3339 with an offset on the way in, UTC with `Z` on the way out."""

AmountCents = Annotated[int, Field(ge=0, le=100_000_000, description="Amount in minor units of `currency`.")]
Currency = Annotated[str, Field(pattern="^[a-z]{3}$", description="ISO 4217 code in lower case.", examples=["usd"])]


class Page(ApiModel, Generic[ItemT]):
    """One page of a list."""

    items: list[ItemT] = Field(description="The rows of this page, in the order asked for.")
    next_cursor: str | None = Field(description="Give this as `cursor` to get the next page; null on the last one.")
    limit: int = Field(description="The page size that was applied (at most 100).")
    total: int | None = Field(None, description="How many rows match; only when asked with `count=true`.")


class DownloadAddress(ApiModel):
    """Where something is to be had, for a while. Follow it; do not keep it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"url": "https://files.peerloop.example/9c41?signature=5f0c", "expires_at": "2026-12-01T15:15:00Z"}
            ],
            "x-example-name": "A file",
        }
    )

    url: str = Field(description="The address. Whoever has it gets what is there.")
    expires_at: Instant | None = Field(
        description="Until when it works; null when it is elsewhere and not ours to say."
    )
