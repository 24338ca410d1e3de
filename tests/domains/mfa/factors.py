"""People with an authenticator app, who log in through the API."""

from dataclasses import dataclass
from typing import Any

import httpx
import pyotp
from sqlalchemy import select

from app.db.session import ReadSession
from app.domains.auth.models import AuthSession
from app.domains.users.events import SecurityChanged
from app.domains.users.types import SecurityChange, UserId
from tests.domains.auth import accounts
from tests.support.world import PASSWORD, Actor, World

WRONG = "000000"


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody whose log-ins need a code."""

    world: World
    actor: Actor
    secret: str
    recovery_codes: list[str]

    def code(self, *, steps: int = 0) -> str:
        """What the app shows now, or so many steps later."""
        return code_of(self.world, self.secret, steps=steps)

    async def challenge(self, **more: Any) -> str:
        """The first step of a log-in; what it answers."""
        answer = await accounts.log_in(self.world, self.actor.email, **more)
        assert accounts.code(answer) == (401, "second_factor_needed"), answer.text
        text: str = answer.json()["challenge"]
        return text

    async def answer(self, challenge: str, code: str, mode: str = "token") -> httpx.Response:
        body = {"challenge": challenge, "code": code, "mode": mode}
        return await self.world.http.post("/api/auth/login/second-factor", json=body)

    async def disable(self, code: str, **more: Any) -> httpx.Response:
        return await self.actor.post("/api/auth/totp/disable", {"code": code} | more)


def code_of(world: World, secret: str, *, steps: int = 0) -> str:
    code: str = pyotp.TOTP(secret).at(world.clock.now(), counter_offset=steps)
    return code


async def owner(world: World, name: str = "Sam Sample") -> Owner:
    """A member with a password and a confirmed app whose present code is unused."""
    actor = await world.member(name)
    await accounts.set_password(world, actor.email, PASSWORD)
    secret = (await actor.post("/api/auth/totp")).json()["secret"]
    confirmed = await actor.post("/api/auth/totp/confirm", {"code": code_of(world, secret, steps=-1)})
    assert confirmed.status_code == 200, confirmed.text
    return Owner(world, actor, secret, confirmed.json()["recovery_codes"])


def listen(world: World) -> list[SecurityChange]:
    """What owners are told of from now on."""
    heard: list[SecurityChange] = []

    def hear(_session: object, event: SecurityChanged) -> None:
        heard.append(event.change)

    world.db._events.subscribe(SecurityChanged, hear)
    return heard


def sessions_of(session: ReadSession, user_id: UserId) -> list[AuthSession]:
    statement = select(AuthSession).where(AuthSession.user_id == user_id).order_by(AuthSession.id)
    return list(session.scalars(statement))
