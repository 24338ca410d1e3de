"""Column types that mean the same on SQLite and on Postgres."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import TypeCompiler
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

JsonValue = JSON().with_variant(JSONB(), "postgresql")
"""A JSON document. Never queried inside; what is queried has a column."""

Cents = BigInteger().with_variant(Integer(), "sqlite")
"""An amount in minor units; the currency is a column beside it."""


class PlainText(String):
    """Text that is compared byte by byte, which SQLite does with all text. Only the column says so (collation C): of a
    `String(collation=…)` SQLAlchemy writes it behind each value that is bound, where it is not always allowed."""


@compiles(PlainText, "postgresql")
def _plain_text_on_postgres(_type: PlainText, _compiler: TypeCompiler, **_options: Any) -> str:
    return 'VARCHAR COLLATE "C"'


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored as integer microseconds since 1970: no driver can lose the zone, and comparison is exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone is not an instant")
        return microseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else instant(int(value))


def microseconds(value: datetime) -> int:
    """Whole microseconds since 1970-01-01T00:00:00Z."""
    delta = value - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def instant(microseconds: int) -> datetime:
    """The instant so many microseconds after 1970-01-01T00:00:00Z."""
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).replace(microsecond=microseconds % 1_000_000)
