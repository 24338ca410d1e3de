"""DDL that several migrations share. Databases were made with it: it is never changed."""

from typing import Any, Final

from sqlalchemy import Connection, text

APPEND_ONLY: Final[dict[str, Any]] = {"info": {"append_only": True}}
"""Ends the `__table_args__` of a model whose table a migration made append-only; tests hold both to it."""


def make_append_only(connection: Connection, table: str) -> None:
    """Let no row of the table be changed or deleted: what is wrong is answered by another row."""
    for statement in _on_sqlite(table) if connection.dialect.name == "sqlite" else _on_postgres(table):
        connection.execute(text(statement))


def _on_sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _on_postgres(table: str) -> list[str]:
    refusal = f"BEGIN RAISE EXCEPTION '{table} is append-only'; END"
    events = f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {refusal} $$",
        f"CREATE TRIGGER {table}_append_only {events} FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]
