"""A migrated database without the rest of the product."""

from collections.abc import AsyncIterator

import pytest

from app.core.config import Settings
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from tests.support.clock import ManualClock


@pytest.fixture
def bus() -> EventBus:
    return EventBus()


@pytest.fixture
async def db(settings: Settings, clock: ManualClock, bus: EventBus) -> AsyncIterator[Database]:
    engines = create_engines(settings)
    yield Database(engines, clock, bus)
    await engines.dispose()
