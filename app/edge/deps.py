"""What routes ask for by type: the database and the settings of this process."""

from typing import Annotated

from fastapi import Depends, Request

from app.core.config import Settings
from app.db.database import Database


def _database(request: Request) -> Database:
    database: Database = request.app.state.db
    return database


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


Db = Annotated[Database, Depends(_database)]
AppSettings = Annotated[Settings, Depends(_settings)]
