"""Whether the database is at the newest revision, and bringing it there."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import inspect, text

from app.core.config import Settings
from app.db.session import ReadSession

SETTINGS = "settings"
"""Of `alembic/env.py`, which else takes those of the environment."""

_ROOT = Path(__file__).parents[2]
_REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
_DOWN = re.compile(r'^down_revision = "(\w+)"', re.MULTILINE)


@cache
def _sources() -> list[str]:
    """Of the revisions that this code was shipped with; read from the files, because Alembic takes 39 MB."""
    return [file.read_text(encoding="utf-8") for file in (_ROOT / "alembic" / "versions").glob("*.py")]


def known_revisions() -> set[str]:
    """All that a database of this version or of an earlier one can be at."""
    return {match for source in _sources() for match in _REVISION.findall(source)}


@cache
def newest_revision() -> str:
    """The head of them."""
    (head,) = known_revisions() - {match for source in _sources() for match in _DOWN.findall(source)}
    return head


def current_revision(session: ReadSession) -> str | None:
    """The revision the database is at; None when nothing was migrated yet."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    revision: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def migrate(settings: Settings) -> None:
    """Run the pending revisions on the database of these settings."""
    from alembic import command  # noqa: PLC0415 - never loaded in the server
    from alembic.config import Config  # noqa: PLC0415

    command.upgrade(Config(_ROOT / "alembic.ini", attributes={SETTINGS: settings}), "head")
