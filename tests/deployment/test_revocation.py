"""A right that was taken away is gone at the very next request, in every process that serves the same database.

Two servers share one Postgres; on SQLite one server is all there is. What ends a right happens at the first, by its API
or by a row; the token is shown to the second, which has accepted it before.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.core.clock import SystemClock
from app.core.config import Settings
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.db.session import WriteSession
from app.domains.auth.models import AuthSession
from app.domains.auth.passwords import Passwords
from app.domains.users import service as users
from app.domains.users.models import User
from tests.journeys.server import Server, free_port
from tests.support.world import PASSWORD

EMAIL = "ada.example@peerloop.example"
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Pair:
    """Where rights end, and where the token is shown; and a third hand on the rows."""

    here: httpx.AsyncClient
    there: httpx.AsyncClient
    db: Database

    async def log_in(self) -> dict[str, str]:
        """Log in here; the token is accepted there, more than once."""
        answer = await self.here.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
        headers = {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}
        for _ in range(3):
            assert (await self.there.get("/api/users/me", headers=headers)).status_code == 200
        return headers

    async def verdicts(self, headers: dict[str, str]) -> set[tuple[int, str | None]]:
        """The next request there, and then some that come together."""
        first = await self.there.get("/api/users/me", headers=headers)
        rest = (self.there.get("/api/users/me", headers=headers) for _ in range(AT_ONCE))
        answers = [first, *await asyncio.gather(*rest)]
        return {(answer.status_code, answer.json().get("code")) for answer in answers}


@pytest.fixture
async def pair(settings: Settings) -> AsyncIterator[Pair]:
    """Both processes have the same key, issuer and database, as two replicas do."""
    engines, passwords = create_engines(settings), Passwords()
    db = Database(engines, SystemClock(), EventBus())
    await db.write(_make_ada, await passwords.hash(PASSWORD))
    passwords.close()
    first = Server(settings.data_dir, settings.database_url)
    second = replace(first, port=free_port(), settings={"PEERLOOP_PUBLIC_URL": first.base_url})
    servers = [first, second] if settings.database_url else [first]
    for server in servers:
        server.start()
    async with (
        httpx.AsyncClient(base_url=servers[0].base_url, timeout=20) as here,
        httpx.AsyncClient(base_url=servers[-1].base_url, timeout=20) as there,
    ):
        yield Pair(here, there, db)
    await engines.dispose()
    for server in servers:
        server.stop()


def _make_ada(session: WriteSession, password_hash: str) -> None:
    user_id = users.create_user(
        session, email=EMAIL, name="Ada Example", password_hash=password_hash, timezone="Europe/London", is_admin=True
    )
    assert user_id is not None
    users.mark_email_verified(session, user_id)


def change_ada(session: WriteSession, /, **values: Any) -> None:
    assert session.change(update(User).where(User.email == EMAIL).values(**values)) == 1


def end_sessions(session: WriteSession, column: str) -> None:
    assert session.change(update(AuthSession).values({column: session.now})) > 0


async def test_a_right_that_ends_here_has_ended_there(pair: Pair, openapi_document: dict[str, Any]) -> None:
    await ended_by_logging_out(pair)
    for column in ("revoked_at", "expires_at"):
        headers = await pair.log_in()
        await pair.db.write(end_sessions, column)
        assert await pair.verdicts(headers) == {(401, "not_authenticated")}, column
    await suspended_and_back(pair)
    await no_admin_any_more(pair, reads_of_admins(openapi_document))


async def ended_by_logging_out(pair: Pair) -> None:
    headers, other = await pair.log_in(), await pair.log_in()
    assert (await pair.here.post("/api/auth/logout", headers=headers)).status_code == 204
    assert await pair.verdicts(headers) == {(401, "not_authenticated")}
    assert await pair.verdicts(other) == {(200, None)}


async def suspended_and_back(pair: Pair) -> None:
    headers = await pair.log_in()
    await pair.db.write(change_ada, suspended_at=pair.db.clock.now())
    assert await pair.verdicts(headers) == {(403, "account_suspended")}
    await pair.db.write(change_ada, suspended_at=None)
    assert await pair.verdicts(headers) == {(200, None)}


async def no_admin_any_more(pair: Pair, reads: list[str]) -> None:
    headers = await pair.log_in()
    assert "admin" in (await pair.there.get("/api/users/me", headers=headers)).json()["roles"]
    assert {(await pair.there.get(path, headers=headers)).status_code for path in reads} <= {200}
    await pair.db.write(change_ada, is_admin=False)
    assert (await pair.there.get("/api/users/me", headers=headers)).json()["roles"] == ["student"]
    assert {(await pair.there.get(path, headers=headers)).status_code for path in reads} <= {403}


def reads_of_admins(document: dict[str, Any]) -> list[str]:
    """What only administrators may read and what needs nothing but its address."""
    return [
        path
        for path, methods in document["paths"].items()
        if "{" not in path
        and methods.get("get", {}).get("x-audience") == ["admin"]
        and not any(given.get("required") for given in methods["get"].get("parameters", []))
    ]
