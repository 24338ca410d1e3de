"""Tokens in the wrong place: of another kind, in another spelling, too many at once, or with a key from elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from jose import jwt

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.auth import repository
from app.domains.auth import service as auth
from app.domains.auth.types import Device, LoginMethod, MailTokenId, MailTokenPurpose
from app.domains.users.types import UserId
from app.main import signing_key
from tests.domains.auth.forgery import Workshop, recipes
from tests.hostile.document import Operation, resolve
from tests.hostile.findings import Findings, changed, snapshot
from tests.support.world import Actor, World

TOKEN_FIELDS = ("token", "refresh_token")
RIGHT = {
    "auth.refresh": "refresh",
    "auth.verify_email": MailTokenPurpose.VERIFY_EMAIL,
    "auth.reset_password": MailTokenPurpose.RESET_PASSWORD,
    "auth.confirm_email": MailTokenPurpose.CHANGE_EMAIL,
}
"""The one kind that an operation takes; every other one is wrong there, and to an operation not named here all are."""


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


async def every_kind(world: World, actor: Actor) -> dict[str, str]:
    """One live token of each kind that this service gives out."""
    pair = await world.write(
        auth.start_auth_session, actor.user_id, world.settings.refresh_token_life, LoginMethod.PASSWORD, Device()
    )
    mailed = {
        str(purpose): world.app.state.mail_tokens.text(await world.write(_mail_token, actor.user_id, purpose), purpose)
        for purpose in MailTokenPurpose
    }
    secret = world.settings.stripe_webhook_secret.get_secret_value()
    return {"access": actor.token, "refresh": pair.refresh_token, "webhook secret": secret, **mailed}


def _mail_token(session: WriteSession, user_id: UserId, purpose: MailTokenPurpose) -> MailTokenId:
    token_id = MailTokenId(new_id("mtk"))
    expires_at = session.now + timedelta(hours=1)
    repository.insert_mail_token(session, token_id, user_id, purpose=purpose, expires_at=expires_at)
    return token_id


async def test_no_token_works_in_the_place_of_another(
    openapi_document: dict[str, Any], walked: list[Operation], world: World, sam: Actor, findings: Findings
) -> None:
    newcomer = await world.member("Nia Newcomer", is_verified=False)
    kinds = await every_kind(world, newcomer)
    before, tried = await snapshot(world), 0
    for operation in walked:
        field = next((name for name in TOKEN_FIELDS if name in _properties(openapi_document, operation)), None)
        for kind, text in kinds.items() if field else ():
            if RIGHT.get(operation.id) == kind:
                continue
            answer = await world.http.request(
                operation.method, operation.path, json=operation.example | {str(field): text}
            )
            findings.refused(f"{operation.id} {kind}", answer, 400, 401, 404, 422)
            tried += 1
    for kind, text in kinds.items():
        if kind != "access":
            answer = await world.http.get("/api/users/me", headers={"Authorization": f"Bearer {text}"})
            findings.refused(f"access {kind}", answer, 401)
    findings.same("rows", changed(before, await snapshot(world)), {})
    assert tried >= 10
    assert (await newcomer.get("/api/users/me")).status_code == 200


def _properties(document: dict[str, Any], operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = resolve(document, operation.body).get("properties", {}) if operation.body else {}
    return found


async def test_every_kind_works_in_its_own_place(world: World) -> None:
    """The control of the test above."""
    newcomer = await world.member("Nia Newcomer", is_verified=False)
    kinds = await every_kind(world, newcomer)
    assert (await newcomer.get("/api/users/me")).status_code == 200
    refreshed = await world.http.post("/api/auth/refresh", json={"refresh_token": kinds["refresh"]})
    assert refreshed.status_code == 200
    verified = await world.http.post("/api/auth/verify-email", json={"token": kinds["verify_email"]})
    assert verified.status_code == 204


async def test_two_hundred_nested_heads_at_once_are_two_hundred_refusals(world: World, sam: Actor) -> None:
    """python-jose reads the head before the signature, and json gives up on it with a RecursionError."""
    shop = Workshop(
        signing_key(world.settings), jwt.get_unverified_header(sam.token), jwt.get_unverified_claims(sam.token)
    )
    nested = [token for name, token in recipes(shop, world.clock.now()).items() if "1100" in name]
    assert len(nested) == 3

    async def ask(number: int) -> int:
        headers = {"Authorization": f"Bearer {nested[number % 3]}"}
        return (await world.http.get("/api/users/me", headers=headers)).status_code

    assert await asyncio.gather(*(ask(number) for number in range(200))) == [401] * 200
    assert (await sam.get("/api/users/me")).status_code == 200


@asynccontextmanager
async def canary() -> AsyncIterator[tuple[str, list[int]]]:
    """An address where keys could be fetched, and the list of who came."""
    visits: list[int] = []

    async def note(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append(1)
        writer.close()

    server = await asyncio.start_server(note, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/jwks.json", visits


async def test_no_key_is_fetched_from_where_a_token_says(world: World, sam: Actor) -> None:
    header, claims = jwt.get_unverified_header(sam.token), jwt.get_unverified_claims(sam.token)
    shop = Workshop(signing_key(world.settings), header, claims)
    async with canary() as (address, visits):
        for changes in ({"jku": address}, {"x5u": address}, {"kid": address}, {"jku": address, "kid": "elsewhere"}):
            headers = {"Authorization": f"Bearer {shop.with_header(**changes)}"}
            assert (await world.http.get("/api/users/me", headers=headers)).status_code == 401
            assert (await world.http.patch("/api/users/me", headers=headers, json={"name": "Eve"})).status_code == 401
        issuer = {"Authorization": f"Bearer {shop.with_claims(iss=address)}"}
        assert (await world.http.get("/api/users/me", headers=issuer)).status_code == 401
        await asyncio.sleep(0)
        assert visits == []


async def test_no_spelling_of_a_token_outlives_its_log_in(world: World, sam: Actor) -> None:
    """Revocation is by the log-in and never by the token's text."""
    shop = Workshop(
        signing_key(world.settings), jwt.get_unverified_header(sam.token), jwt.get_unverified_claims(sam.token)
    )
    again = [sam.token, shop.good(), shop.with_claims(jti="another")]
    for token in again:
        headers = {"Authorization": f"Bearer {token}"}
        assert (await world.http.get("/api/users/me", headers=headers)).status_code == 200
    assert (await sam.post("/api/auth/logout")).status_code == 204
    spellings = [text for name, text in recipes(shop, world.clock.now()).items() if "spelling" in name]
    assert len(spellings) > 3
    for token in (*again, *spellings):
        headers = {"Authorization": f"Bearer {token}"}
        assert (await world.http.get("/api/users/me", headers=headers)).status_code == 401, token


async def test_a_token_in_a_form_or_an_address_is_nobody(world: World, sam: Actor) -> None:
    """RFC 6750 has them; RFC 9700 takes them away, because addresses and forms are logged."""
    form = await world.http.post("/api/auth/logout", data={"access_token": sam.token})
    in_address = await world.http.post("/api/auth/logout", params={"access_token": sam.token})
    cookie = await world.http.post("/api/auth/logout", headers={"Cookie": f"access_token={sam.token}"})
    assert {form.status_code, cookie.status_code} == {401}
    assert in_address.status_code in {401, 422}
    assert (await sam.get("/api/users/me")).status_code == 200
