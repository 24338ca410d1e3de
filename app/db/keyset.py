"""Pages of lists, found by the place of the last row that was shown: rows that come or go meanwhile shift nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypeVarTuple

from sqlalchemy import BindParameter, Select, SQLColumnExpression, tuple_

Ts = TypeVarTuple("Ts")
Moment: TypeAlias = tuple[datetime, str]
"""The place of a row among those that are ordered by an instant and, where that is the same, by their id."""


def page_after(
    statement: Select[*Ts],
    *keys: SQLColumnExpression[Any],
    place: Sequence[Any] | None,
    limit: int | None,
    is_descending: bool = True,
) -> Select[*Ts]:
    """The rows that follow `place` in the order of the keys, which together must be unique; the first ones without a
    place, all without a limit. Of a statement that is used again the place consists of parameters."""
    if place is not None:
        is_given = not any(isinstance(value, BindParameter) for value in place)
        row, shown = tuple_(*keys), tuple(place) if is_given else tuple_(*place)
        statement = statement.where(row < shown if is_descending else row > shown)
    order = (key.desc() if is_descending else key.asc() for key in keys)
    return statement.order_by(*order).limit(limit)
