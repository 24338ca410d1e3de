"""How accounts are found."""

from typing import Any

from sqlalchemy import Connection, event, text

from app.db.session import ReadSession
from app.domains.users import service
from tests.support.world import World


def _plan_of_a_look_up(session: ReadSession) -> str:
    """What the database does when an account is looked for by its address."""
    asked: list[tuple[str, Any]] = []

    def note(_: Connection, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    connection = session.connection()
    if session.on_postgres:
        session.execute(text("SET LOCAL enable_seqscan = off"))  # it would read a table of some rows whole
    event.listen(connection, "before_cursor_execute", note)
    service.find_by_email(session, "somebody@peerloop.example")
    event.remove(connection, "before_cursor_execute", note)
    [(statement, parameters)] = asked
    explain = "EXPLAIN" if session.on_postgres else "EXPLAIN QUERY PLAN"
    return str(connection.exec_driver_sql(f"{explain} {statement}", parameters).all())


async def test_an_address_is_looked_up_by_its_index(world: World) -> None:
    assert "uq_users_email_lower" in await world.db.read(_plan_of_a_look_up)
