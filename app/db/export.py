"""Rows as plain data, for people who ask for everything that is kept of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Select

from app.core.clock import utc_text
from app.db.session import ReadSession

MOST_ROWS = 10_000
Plain: TypeAlias = dict[str, Any]
"""Names and values that JSON knows."""


def plain_rows(session: ReadSession, statement: Select[*tuple[Any, ...]]) -> list[Plain]:
    """The first 10,000 rows, with instants as text. Name the columns: a new one must not get out unseen."""
    return [_plain(row.items()) for row in session.execute(statement.limit(MOST_ROWS)).mappings()]


def _plain(values: Iterable[tuple[Any, Any]]) -> Plain:
    return {str(name): utc_text(value) if isinstance(value, datetime) else value for name, value in values}
