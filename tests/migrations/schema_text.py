"""What a database says of its own schema, as lines that do not depend on when a column came to its table."""

import re

from sqlalchemy import text

from app.db.session import ReadSession

_CONSTRAINTS = """
SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype <> 'n'"""
_INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
_TRIGGERS = """
SELECT pg_get_triggerdef(pg_trigger.oid), tgenabled::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal"""
_FUNCTIONS = "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
_COLUMNS = """
SELECT attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid),
  attcollation::regcollation, attidentity::text, attgenerated::text
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"""
_ON_POSTGRES = (_CONSTRAINTS, _INDEXES, _TRIGGERS, _FUNCTIONS, _COLUMNS)
_ON_SQLITE = "SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
_TOKEN = re.compile(r"'(?:[^']|'')*'|[^\s'\"(),]+|[(),]")
_BESIDE_ITS_COLUMN = re.compile(r"(?P<column>\w+) .*?(?P<constraint> CONSTRAINT \w+ (?:CHECK|REFERENCES) .*)")


def schema_text(session: ReadSession) -> set[str]:
    """One line for each column, constraint, index, trigger and function, without those of Alembic's own table."""
    lines = _on_postgres(session) if session.on_postgres else _on_sqlite(session)
    return {line for line in lines if "alembic_version" not in line}


def _on_postgres(session: ReadSession) -> set[str]:
    return {" ".join(map(str, row)) for query in _ON_POSTGRES for row in session.execute(text(query))}


def _on_sqlite(session: ReadSession) -> set[str]:
    """SQLite answers the statements as they were given, and what was added to them since."""
    lines: set[str] = set()
    for kind, table, sql in session.execute(text(_ON_SQLITE)):
        if kind == "table":
            lines |= {f"{table} {line}" for item in _items(sql) for line in _apart(item)}
        else:
            lines.add(" ".join(_TOKEN.findall(sql)))
    return lines


def _items(create_table: str) -> list[str]:
    """What stands between the outer brackets of a CREATE TABLE, and behind them."""
    items: list[list[str]] = [[]]
    depth = 0
    for token in _TOKEN.findall(create_table.partition("(")[2]):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if depth < 0 or (token == "," and depth == 0):
            items.append([])
        else:
            items[-1].append(token)
    return [" ".join(item) for item in items]


def _apart(item: str) -> list[str]:
    """A column and its constraint: SQLite can add the latter to a table only beside the former."""
    found = None if item.startswith("CONSTRAINT ") else _BESIDE_ITS_COLUMN.fullmatch(item)
    if found is None:
        return [item]
    constraint = found["constraint"]
    as_of_the_table = constraint.replace(" REFERENCES ", f" FOREIGN KEY ( {found['column']} ) REFERENCES ", 1)
    return [item.removesuffix(constraint), as_of_the_table.lstrip()]
