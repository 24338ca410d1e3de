"""A stage that was set once, as the files and rows it left, from which every test gets a copy of its own."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from app.core.config import Settings
from app.main import create_app
from tests.hostile.stage import Stage, set_stage
from tests.support.clock import ManualClock
from tests.support.databases import Postgres
from tests.support.world import Actor, World


@asynccontextmanager
async def running(settings: Settings, clock: ManualClock) -> AsyncIterator[World]:
    """The whole product on what these settings name."""
    app = create_app(settings, clock=clock, in_process=True)
    async with app.router.lifespan_context(app), World.of(app, clock) as world:
        yield world
    app.state.twins.books.close()


@dataclass(frozen=True, slots=True)
class Photograph:
    """Setting a stage takes seconds, copying it a fraction of one. On SQLite the rows are among the files."""

    folder: Path
    database: str | None
    taken_at: datetime
    stage: Stage

    @classmethod
    async def take(cls, settings: Settings, folder: Path, postgres: Postgres | None) -> Self:
        """Set a stage on these settings' empty database, and keep what it left."""
        clock = ManualClock()
        async with running(settings, clock) as world:
            stage = await set_stage(world)
        shutil.copytree(settings.data_dir, folder)
        database = postgres.create_database(urlsplit(settings.database_url).path[1:]) if postgres else None
        return cls(folder, database, clock.now(), stage)

    @asynccontextmanager
    async def copy(self, settings: Settings, clock: ManualClock, postgres: Postgres | None) -> AsyncIterator[Stage]:
        """The stage again, in the folder of these settings and in a database of its own."""
        shutil.copytree(self.folder, settings.data_dir, dirs_exist_ok=True)
        clock.move_to(self.taken_at)
        if postgres is None:
            async with running(settings, clock) as world:
                yield _in(world, self.stage)
            return
        assert self.database is not None
        name = postgres.create_database(self.database)
        async with running(settings.model_copy(update={"database_url": postgres.url(name)}), clock) as world:
            yield _in(world, self.stage)
        postgres.drop_database(name)


def _in(world: World, stage: Stage) -> Stage:
    """The same people and things, in another world."""

    def moved(actor: Actor) -> Actor:
        return replace(actor, http=world.http)

    calls = {name: replace(call, actor=call.actor and moved(call.actor)) for name, call in stage.calls.items()}
    room = replace(stage.room, world=world, teacher=moved(stage.room.teacher))
    return replace(
        stage, world=world, room=room, student=replace(stage.student, actor=moved(stage.student.actor)), calls=calls
    )
