"""Engines for both databases, with the settings that make them safe.

SQLite: one writing connection with `BEGIN IMMEDIATE` in WAL mode and `synchronous=FULL`, and read-only readers. The
driver's default behaviour loses updates silently, and deferred transactions fail under contention; both are switched
off here. Postgres: units of work without named statements, so that a transaction pooler may stand in front, and a
small pool past it for lookups.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import Connection, Engine, ExceptionContext, NullPool, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.core.config import Settings
from app.core.ids import new_id
from app.db.glances import Glances
from app.db.lookup import InlineLookups, Lookups, PooledLookups
from app.db.transactions import PooledTransactions, ThreadWriter, Writer

_COMMON = ("temp_store=MEMORY", "trusted_schema=OFF")
_WRITER = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "journal_size_limit=67108864", *_COMMON)
# What SQLite cannot change of a table, Alembic changes by making it anew, and nobody may drop what others refer to.
_MIGRATOR = (*_WRITER, "foreign_keys=OFF")
# SQLite keeps 2 MiB of pages for each connection; the operating system has the file once for all of them.
_READER = ("query_only=ON", "cache_size=-512", *_COMMON)
_READERS = 4
_LOOKUPS = 4
# Below the 30 s of a request, and long enough for two hundred people who want the same minute.
_PATIENCE_S = 10.0
_POSTGRES: dict[str, Any] = {
    "pool_recycle": 240,  # below the five minutes after which an idle Neon compute is suspended
    "pool_use_lifo": True,
    "hide_parameters": True,
}
_CONNECT_ARGS: dict[str, Any] = {
    "statement_cache_size": 0,
    "timeout": 10,
    "command_timeout": 30,
    "server_settings": {"application_name": "peerloop"},  # a pooler refuses any other startup parameter
}
_LOCK_PATIENCE_S = 5.0  # another process, a migration for one, holds SQLite's file
_INLINE_PATIENCE_S = 0.02  # a reader waits only while the file is being recovered, and here everybody waits with it


@dataclass(frozen=True, slots=True)
class Engines:
    """What writes, what reads, and what finds single rows. On Postgres the first two are one pool, and nothing is short
    enough to be read on the event loop."""

    writer: Writer
    reader: PooledTransactions
    lookups: Lookups
    glances: Glances | None = None

    async def dispose(self) -> None:
        if self.glances is not None:
            self.glances.dispose()
        await self.lookups.dispose()
        await self.reader.dispose()
        await self.writer.dispose()


def sqlite_path(settings: Settings) -> Path:
    return settings.data_dir / "peerloop.db"


def create_engines(settings: Settings, *, patience_s: float = _PATIENCE_S) -> Engines:
    """Both engines. They wait `patience_s` for a connection of the pool or a lock of the file."""
    if settings.database_url:
        engine = _postgres(settings, patience_s)
        reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return Engines(
            writer=PooledTransactions(engine),
            reader=PooledTransactions(reader),
            lookups=PooledLookups(_postgres_lookups(settings, patience_s)),
        )
    path = _sqlite_file(settings)
    return Engines(
        writer=ThreadWriter(_sqlite_writer(path, patience_s, _WRITER), patience_s=patience_s),
        reader=_sqlite_reader(path, patience_s),
        lookups=InlineLookups(_sqlite_inline(path, begin=None)),
        glances=Glances(_sqlite_inline(path, begin="BEGIN")),
    )


def _sqlite_file(settings: Settings) -> Path:
    path = sqlite_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _sqlite_writer(path: Path, patience_s: float, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=1,
        max_overflow=0,
        connect_args={"timeout": min(patience_s, _LOCK_PATIENCE_S), "check_same_thread": False},  # busy_timeout
        hide_parameters=True,  # bound values are personal data and must not reach the log
    )
    _configure(engine, pragmas, begin="BEGIN IMMEDIATE")
    return engine


def _sqlite_reader(path: Path, patience_s: float) -> PooledTransactions:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true",
        pool_size=_READERS,
        max_overflow=0,
        pool_timeout=patience_s,
        connect_args={"timeout": min(patience_s, _LOCK_PATIENCE_S)},  # SQLite's busy_timeout
        hide_parameters=True,  # bound values are personal data and must not reach the log
    )
    _configure(engine.sync_engine, _READER, begin="BEGIN")
    return PooledTransactions(engine)


def _sqlite_inline(path: Path, *, begin: str | None) -> Engine:
    """The driver that runs in the calling thread. Without a BEGIN each statement sees the newest state."""
    engine = create_engine(
        f"sqlite:///file:{path}?mode=ro&uri=true",
        poolclass=NullPool,
        connect_args={"timeout": _INLINE_PATIENCE_S, "check_same_thread": False},
        hide_parameters=True,
    )
    _configure(engine, _READER, begin=begin)
    return engine


def _configure(engine: Engine, pragmas: tuple[str, ...], *, begin: str | None) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not send a BEGIN of its own
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if begin is not None:
            connection.exec_driver_sql(begin)


def _postgres(settings: Settings, patience_s: float) -> AsyncEngine:
    engine = create_async_engine(
        asyncpg_url(settings.database_url),
        pool_size=settings.database_pool_size,
        max_overflow=5,
        pool_timeout=patience_s,
        pool_pre_ping=True,
        connect_args=_CONNECT_ARGS | {"prepared_statement_cache_size": 0, "prepared_statement_name_func": _no_name},
        **_POSTGRES,
    )
    event.listen(engine.sync_engine, "handle_error", _forget_quoted_row)
    return engine


def _no_name() -> str:
    """A statement with a name would have to be closed, which is a round trip, and be there on another connection of
    the pooler; one without is used in the transaction that it was made in."""
    return ""


def _postgres_lookups(settings: Settings, patience_s: float) -> AsyncEngine:
    """Connections that only look up: each commits by itself, keeps its statements, and is left as it is for the next.

    That takes sessions of our own, hence the direct address. The names differ everywhere, so that one that leads to a
    pooler by mistake fails, and never finds the statement of somebody else.
    """
    engine = create_async_engine(
        _direct_url(settings),
        isolation_level="AUTOCOMMIT",
        pool_size=_LOOKUPS,
        max_overflow=0,
        pool_timeout=patience_s,
        pool_reset_on_return=None,
        connect_args=_CONNECT_ARGS | {"prepared_statement_name_func": lambda: new_id("stm")},
        **_POSTGRES,
    )
    event.listen(engine.sync_engine, "handle_error", _forget_quoted_row)
    return engine


def _forget_quoted_row(context: ExceptionContext) -> None:
    """Postgres quotes the offending row as an error's detail, and the text of an error reaches the log."""
    cause = context.original_exception.__cause__
    if cause is not None:
        vars(cause).pop("detail", None)


def create_migration_engine(settings: Settings) -> Engine | AsyncEngine:
    """The engine for Alembic: on SQLite the writer's, which lets rows refer to what is not there until somebody looks
    (`PRAGMA foreign_key_check`), on Postgres that of the direct (not pooled) address."""
    if not settings.database_url:
        return _sqlite_writer(_sqlite_file(settings), _PATIENCE_S, _MIGRATOR)
    return create_async_engine(_direct_url(settings))


def create_sole_engine(settings: Settings) -> Engine:
    """The SQLite file for a command that nobody may disturb: connecting fails while anybody else has it open."""
    engine = create_engine(
        f"sqlite:///{sqlite_path(settings)}",
        poolclass=NullPool,
        connect_args={"timeout": _INLINE_PATIENCE_S},
        hide_parameters=True,
    )
    _configure(engine, ("locking_mode=EXCLUSIVE", *_COMMON), begin="BEGIN EXCLUSIVE")
    return engine


def _direct_url(settings: Settings) -> str:
    return asyncpg_url(settings.database_url_direct or settings.database_url)


def asyncpg_url(url: str) -> str:
    """A copied libpq address in asyncpg's words: `sslmode` becomes `ssl`, `channel_binding` is dropped."""
    parts = urlsplit(url)
    query = [("ssl" if key == "sslmode" else key, value) for key, value in parse_qsl(parts.query)]
    kept = urlencode([(key, value) for key, value in query if key != "channel_binding"])
    return f"postgresql+asyncpg://{parts.netloc}{parts.path}" + (f"?{kept}" if kept else "")
