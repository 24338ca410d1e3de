"""The migrations make exactly the tables that the models describe."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.core.config import Settings
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.db.migrations import current_revision, newest_revision
from app.db.session import ReadSession
from app.orm_registry import metadata
from tests.support.clock import ManualClock

ROOT = Path(__file__).parents[2]
_UNSEEN_ON_SQLITE = {"uq_users_email_lower"}  # an index on an expression, which SQLite does not show


def differences(session: ReadSession) -> list[Any]:
    context = MigrationContext.configure(
        session.connection(), opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, metadata))


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
async def test_the_models_are_the_migrated_schema(settings: Settings, clock: ManualClock) -> None:
    db = Database(create_engines(settings), clock, EventBus())
    found = await db.read(differences)
    await db.engines.dispose()
    assert [item for item in found if getattr(item[1], "name", None) not in _UNSEEN_ON_SQLITE] == []


def test_the_newest_revision_is_alembic_s_head() -> None:
    assert newest_revision() == ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_current_head()


def test_revisions_form_one_line() -> None:
    script = ScriptDirectory.from_config(Config(ROOT / "alembic.ini"))
    assert len(script.get_heads()) == len(script.get_bases()) == 1


async def test_a_migrated_database_is_at_the_newest_revision(settings: Settings, clock: ManualClock) -> None:
    db = Database(create_engines(settings), clock, EventBus())
    assert await db.read(current_revision) == newest_revision()
    await db.engines.dispose()


async def test_an_empty_database_has_no_revision(tmp_path: Path, clock: ManualClock) -> None:
    db = Database(create_engines(Settings(environment="test", data_dir=tmp_path)), clock, EventBus())
    await db.write(lambda session: session.connection())  # makes the file
    assert await db.read(current_revision) is None
    await db.engines.dispose()
