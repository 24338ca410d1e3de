"""How a unique constraint decides a race without an exception, on both databases."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import CursorResult, Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import UpdateBase

from app.db.base import Base
from app.db.session import WriteSession


def insert_or_skip(session: WriteSession, table: type[Base], *rows: dict[str, Any]) -> int:
    """Insert the rows that no unique constraint refuses; answer how many were inserted."""
    return sum(_insert_one(session, table, row) for row in rows)


def _insert_one(session: WriteSession, table: type[Base], row: dict[str, Any]) -> int:
    return cast("CursorResult[Any]", session.execute(_skipping(table, session.on_postgres), row)).rowcount


@cache
def _skipping(table: type[Base], on_postgres: bool) -> Insert:
    """Values are no part of the statement, so that it is compiled once; with values of several rows it never is."""
    return _into(table, on_postgres).on_conflict_do_nothing()


def _into(table: type[Base], on_postgres: bool) -> postgresql.Insert | sqlite.Insert:
    build = postgresql.insert if on_postgres else sqlite.insert
    return build(Base.metadata.tables[table.__tablename__])


def insert_many_or_skip(session: WriteSession, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """The same for rows in any number, which need not be counted: they are sent all at once."""
    if rows:
        session.execute(_skipping(table, session.on_postgres), rows)


def insert_or_bump(
    session: WriteSession, table: type[Base], *rows: dict[str, Any], keys: tuple[str, ...], counter: str
) -> None:
    """Insert each row, or add one to `counter` of the row that has these keys. Either way the rows are locked, in the
    order in which they are given."""
    session.execute(_bumping(table, session.on_postgres, keys, counter), rows)


@cache
def _bumping(table: type[Base], on_postgres: bool, keys: tuple[str, ...], counter: str) -> Insert:
    statement = _into(table, on_postgres)
    bumped = {counter: statement.table.c[counter] + 1}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=bumped)


def insert_or_replace(
    session: WriteSession, table: type[Base], row: dict[str, Any], *, keys: tuple[str, ...], replaced: tuple[str, ...]
) -> None:
    """Insert the row, or give these columns of the one that has these keys the row's values. Either way it is locked,
    even when somebody else has just deleted it."""
    session.execute(_replacing(table, session.on_postgres, keys, replaced), row)


@cache
def _replacing(table: type[Base], on_postgres: bool, keys: tuple[str, ...], replaced: tuple[str, ...]) -> Insert:
    statement = _into(table, on_postgres)
    values = {name: statement.excluded[name] for name in replaced}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=values)


def update_or_skip(session: WriteSession, *statements: UpdateBase) -> int:
    """Run UPDATEs or DELETEs; answer how many rows the last one touched, and none, with nothing changed, when a
    constraint refuses one of them: a value is taken, or something else refers to a row."""
    touched = 0
    try:
        with session.begin_nested():
            for statement in statements:
                touched = session.change(statement)
    except IntegrityError:
        return 0
    return touched
