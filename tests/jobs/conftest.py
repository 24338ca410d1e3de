"""A database, and lamps: jobs whose effect can be counted."""

from collections.abc import Callable
from typing import Any

import pytest

from app.db.database import Database
from app.jobs.registry import Registry
from app.jobs.runner import JobRunner
from tests.db.conftest import bus, db

__all__ = ["bus", "db", "make_runner", "registry"]


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def make_runner(db: Database, registry: Registry) -> Callable[..., JobRunner]:
    """A runner that is woken or waits for an hour: no test depends on its polling."""

    def make(**options: Any) -> JobRunner:
        return JobRunner(db, registry, **{"idle_poll_s": 3600.0} | options)

    return make
