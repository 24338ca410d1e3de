"""Feeds are read as in production: with all that is kept of answers."""

import pytest

from app.core.config import Settings
from tests.conftest import CACHES


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest) -> Settings:
    made: Settings = request.getfixturevalue(f"{request.param}_settings")
    return made.model_copy(update={"public_cache_seconds": CACHES["public_cache_seconds"]})
