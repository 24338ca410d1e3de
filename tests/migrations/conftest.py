"""A second database beside the migrated one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.config import Settings
from tests.conftest import make_settings
from tests.support.databases import Postgres


@pytest.fixture
def blank_settings(settings: Settings, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty database of the same kind."""
    folder = tmp_path / "blank"
    if not settings.database_url:
        yield make_settings(folder)
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create_database("template0")
    yield make_settings(folder, database_url=server.url(name))
    server.drop_database(name)
