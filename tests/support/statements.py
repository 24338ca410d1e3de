"""Compiled statements that outlive an application, for whoever makes one after the other."""

from typing import Any

from app.db.database import Database


class _Compiled(dict[Any, Any]):
    """A key begins with the dialect, of which each engine has its own; those of one database are alike."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_named(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_named(key), compiled)


def _named(key: Any) -> tuple[Any, ...]:
    dialect, *statement = key
    return dialect.name, *statement


_COMPILED = _Compiled()


def share_compiled(db: Database) -> None:
    """Compiling is a sixth of what a random history takes."""
    for engine in (db.engines.writer, db.engines.reader):
        engine.sync_engine.update_execution_options(compiled_cache=_COMPILED)
