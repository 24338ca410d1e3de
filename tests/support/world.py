"""The whole product in one process: the app, its twins, its clock, and people who act through the API."""

import re
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import httpx
from fastapi import FastAPI

from app.core.config import Settings
from app.db.database import Database
from app.db.session import WriteSession
from app.domains.auth import service as auth
from app.domains.auth.types import Device, LoginMethod
from app.domains.users import service as users
from app.domains.users.types import UserId
from tests.support.clock import ManualClock
from tests.support.stripe_watch import Contract

P = ParamSpec("P")
T = TypeVar("T")
BASE_URL = "http://127.0.0.1:8000"
PASSWORD = "correct horse sample staple"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with a log-in. Every call carries the token; POSTs carry a fresh Idempotency-Key unless one is given."""

    user_id: UserId
    email: str
    http: httpx.AsyncClient
    token: str

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.get(path, headers=self._headers(), **options)

    async def post(self, path: str, json: Any = None, *, key: str | None = None) -> httpx.Response:
        headers = self._headers() | {"Idempotency-Key": key or uuid.uuid4().hex}
        return await self.http.post(path, json={} if json is None else json, headers=headers)

    async def put(
        self, path: str, json: Any, *, if_match: str | None = None, params: dict[str, str] | None = None
    ) -> httpx.Response:
        condition = {} if if_match is None else {"If-Match": if_match}
        return await self.http.put(path, json=json, params=params, headers=self._headers() | condition)

    async def patch(self, path: str, json: Any, *, if_match: str | None = None) -> httpx.Response:
        condition = {} if if_match is None else {"If-Match": if_match}
        return await self.http.patch(path, json=json, headers=self._headers() | condition)

    async def delete(self, path: str, *, params: dict[str, str] | None = None) -> httpx.Response:
        return await self.http.delete(path, params=params, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True, slots=True)
class World:
    """What a test holds."""

    app: FastAPI
    clock: ManualClock
    http: httpx.AsyncClient

    @classmethod
    @asynccontextmanager
    async def of(cls, app: FastAPI, clock: ManualClock) -> "AsyncIterator[World]":
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        contract = Contract()
        contract.watch(app.state.http)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
            yield cls(app, clock, http)
        assert contract.found == []

    @property
    def db(self) -> Database:
        database: Database = self.app.state.db
        return database

    @property
    def settings(self) -> Settings:
        settings: Settings = self.app.state.settings
        return settings

    async def settle(self) -> None:
        """Let everything that is due happen: jobs, and webhooks of the twins, until nothing is left."""
        while await self.app.state.runner.run_until_idle() + await self.app.state.twins.deliveries.deliver_due():
            continue

    async def write(self, unit: Callable[Concatenate[WriteSession, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.db.write(unit, *args, **kwargs)

    async def member(self, name: str, *, is_verified: bool = True, **capabilities: bool) -> Actor:
        """Make an account through the services (no password: hashing is slow) and log it in."""
        email = f"{re.sub('[^a-z]+', '.', name.lower())}.{uuid.uuid4().hex[:6]}@peerloop.example"
        user_id = await self.write(_create_member, email, name, is_verified, capabilities)
        return await self.log_in(user_id, email)

    async def log_in(self, user_id: UserId, email: str) -> Actor:
        pair = await self.write(
            auth.start_auth_session, user_id, self.settings.refresh_token_life, LoginMethod.PASSWORD, Device()
        )
        token = self.app.state.access_tokens.issue(
            user_id=user_id, auth_session_id=pair.auth_session_id, now=pair.issued_at
        )
        return Actor(user_id, email, self.http, token)

    async def mails_to(self, address: str) -> list[dict[str, Any]]:
        """What the sandbox inbox holds for an address, newest first, after everything due was sent."""
        await self.settle()
        answer = await self.http.get("/sandbox/inbox/messages", params={"to": address})
        mails: list[dict[str, Any]] = answer.raise_for_status().json()
        return mails


def _create_member(
    session: WriteSession, email: str, name: str, is_verified: bool, capabilities: dict[str, bool]
) -> UserId:
    user_id = users.create_user(
        session, email=email, name=name, password_hash="none", timezone="Europe/Berlin", **capabilities
    )
    assert user_id is not None
    if is_verified:
        users.mark_email_verified(session, user_id)
    return user_id
