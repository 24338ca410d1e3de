"""Which statements change something in the database."""

import re

from sqlalchemy import event

from app.db.database import Database

_READS = re.compile(r"\s*(SELECT|BEGIN|PRAGMA)\b", re.IGNORECASE)


class Writes:
    """Notes every statement that is sent from now on and does not only read."""

    def __init__(self, db: Database) -> None:
        self.statements: list[str] = []
        for engine in {db.engines.writer.sync_engine, db.engines.reader.sync_engine}:
            event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not _READS.match(statement):
            self.statements.append(statement)
