"""The migrations make exactly the tables that the models describe."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from app.core.config import Settings
from app.core.events import EventBus
from app.db.append_only import make_append_only
from app.db.database import Database
from app.db.engines import create_engines
from app.db.migrations import current_revision, newest_revision
from app.db.session import WriteSession
from app.orm_registry import metadata
from tests.migrations.schema_text import schema_text
from tests.support.clock import ManualClock

ROOT = Path(__file__).parents[2]


def make_tables_of_the_models(session: WriteSession) -> None:
    connection = session.connection()
    metadata.create_all(connection)
    for table in metadata.tables.values():
        if table.info.get("append_only"):
            make_append_only(connection, table.name)


async def test_the_models_are_the_migrated_schema(
    settings: Settings, blank_settings: Settings, clock: ManualClock
) -> None:
    """In the words of the database: Alembic compares no CHECKs, no triggers, no conditions of indexes."""
    migrated, modelled = (Database(create_engines(each), clock, EventBus()) for each in (settings, blank_settings))
    await modelled.write(make_tables_of_the_models)
    of_migrations, of_models = await migrated.read(schema_text), await modelled.read(schema_text)
    await migrated.engines.dispose()
    await modelled.engines.dispose()
    found = [f"only migrated: {line}" for line in sorted(of_migrations - of_models)]
    found += [f"only modelled: {line}" for line in sorted(of_models - of_migrations)]
    assert found == [], "\n".join(found)


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
