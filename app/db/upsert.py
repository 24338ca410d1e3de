"""How a unique constraint decides a race without an exception, on both databases."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import UpdateBase

from app.db.base import Base
from app.db.session import WriteSession


def insert_or_skip(session: WriteSession, table: type[Base], *rows: dict[str, Any]) -> int:
    """Insert the rows that no unique constraint refuses; answer how many were inserted."""
    build = postgresql.insert if session.on_postgres else sqlite.insert
    return session.change(build(table).values(list(rows)).on_conflict_do_nothing())


def insert_many_or_skip(session: WriteSession, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """The same for rows in any number, which need not be counted: one statement that is compiled once and sent with each
    row, where a statement with all of them takes longer to compile than to run."""
    if rows:
        build = postgresql.insert if session.on_postgres else sqlite.insert
        session.execute(build(Base.metadata.tables[table.__tablename__]).on_conflict_do_nothing(), rows)


def insert_or_bump(
    session: WriteSession, table: type[Base], *rows: dict[str, Any], keys: Sequence[str], counter: str
) -> None:
    """Insert each row, or add one to `counter` of the row that has these keys. Either way the rows are locked, in the order
    in which they are given."""
    build = postgresql.insert if session.on_postgres else sqlite.insert
    statement = build(table).values(list(rows))
    bumped = {counter: getattr(table, counter) + 1}
    session.change(statement.on_conflict_do_update(index_elements=list(keys), set_=bumped))


def update_or_skip(session: WriteSession, *statements: UpdateBase) -> int:
    """Run UPDATEs or DELETEs; answer how many rows the last one touched, and none, with nothing changed, when a constraint
    refuses one of them: a value is taken, or something else refers to a row."""
    touched = 0
    try:
        with session.begin_nested():
            for statement in statements:
                touched = session.change(statement)
    except IntegrityError:
        return 0
    return touched
