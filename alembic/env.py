"""Runs migrations on either database with the service's own settings; one transaction per revision."""

import asyncio
from typing import Literal

from alembic import context
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import load_settings
from app.db.engines import create_migration_engine
from app.db.migrations import SETTINGS
from app.db.types import PlainText, UtcDateTime
from app.orm_registry import metadata

_RENDERED = {
    UtcDateTime: "sa.BigInteger()",
    PlainText: 'sa.String().with_variant(sa.String(collation="C"), "postgresql")',
}


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our own column types as what they are in the database: a migration must not change with the code."""
    return _RENDERED.get(type(item), False) if kind == "type" else False


def check_references(*, ctx: MigrationContext, **_rest: object) -> None:
    """Let no revision be committed on SQLite that lost a row to which others refer: nothing else holds them
    together."""
    if ctx.dialect.name == "sqlite":
        broken = ctx.connection.execute(text("PRAGMA foreign_key_check")).first()  # type: ignore[union-attr]
        if broken is not None:
            raise SystemExit(f"a row of {broken.table} refers to a row of {broken.parent} that is not there")


def run(connection: Connection) -> None:
    """Run the pending revisions; on Postgres with short lock waits and never twice at once."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
        render_item=render_item,
        on_version_apply=check_references,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = '4s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(727377)"))
        context.run_migrations()


async def run_asynchronously(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


def main() -> None:
    engine = create_migration_engine(context.config.attributes.get(SETTINGS) or load_settings())
    if isinstance(engine, AsyncEngine):
        asyncio.run(run_asynchronously(engine))
        return
    with engine.connect() as connection:
        run(connection)
        connection.commit()
    engine.dispose()


if context.is_offline_mode():
    raise SystemExit("offline migrations are not supported: run against the database")
main()
