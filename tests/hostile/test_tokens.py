"""Every operation that needs a token, with every kind of bad one: one and the same 401, nothing changed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from jose import jwt

from app.domains.auth import service as auth
from app.domains.auth.tokens import AccessTokens, new_private_key
from app.domains.auth.types import Device, LoginMethod
from app.main import signing_key
from tests.hostile.document import Operation
from tests.hostile.findings import Findings, changed, comparable, snapshot
from tests.hostile.stage import Call, Stage
from tests.support.world import Actor, World

Claims = dict[str, Any]
# A bad token is refused before the database is asked; one whose log-in has ended:
# `tests/domains/auth/test_revocation.py`.
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@on_sqlite
async def test_no_bad_token_opens_anything(walked: list[Operation], stage: Stage, findings: Findings) -> None:
    protected = [operation for operation in walked if operation.needs_token]
    bad = [*bad_headers(stage.world, stage.student.actor), *await _ended(stage.world, stage.student.actor)]
    before = await snapshot(stage.world)
    for operation in protected:
        call, answers = stage.calls[operation.id], set()
        for name, header in bad:
            answer = await stage.send(operation, call, _headers(call, header))
            findings.refused(f"{operation.id} {name}", answer, 401)
            answers.add((answer.headers.get("www-authenticate"), comparable(answer)))
        findings.same(f"{operation.id}: different answers", len(answers), 1)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})
    for operation in protected:
        findings.accepted(operation.id, await stage.send(operation, stage.calls[operation.id]))


def _headers(call: Call, header: str | None) -> dict[str, str]:
    others = {name: value for name, value in call.headers().items() if name != "Authorization"}
    return others if header is None else others | {"Authorization": header}


async def test_two_authorization_headers_are_400(walked: list[Operation], stage: Stage, findings: Findings) -> None:
    before = await snapshot(stage.world)
    for operation in (each for each in walked if each.needs_token):
        call = stage.calls[operation.id]
        token = call.headers()["Authorization"]
        for name, pair in {
            "same": (token, token),
            "good first": (token, "Basic eDp5"),
            "bad first": ("", token),
        }.items():
            headers = [*_headers(call, None).items(), *(("Authorization", value) for value in pair)]
            answer = await stage.world.http.request(
                operation.method, operation.path.format(**call.path), headers=headers, json=call.body
            )
            findings.refused(f"{operation.id} {name}", answer, 400)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})


@on_sqlite
async def test_where_a_token_is_optional_a_bad_one_shows_no_more_than_none(
    walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    for operation in (each for each in walked if not each.needs_token and each.method == "GET"):
        call = stage.calls[operation.id]
        wanted = await stage.send(operation, call)
        for name, header in bad_headers(stage.world, stage.student.actor):
            answer = await stage.send(operation, call, _headers(call, header))
            findings.same(f"{operation.id} {name}", answer.status_code, wanted.status_code)
            findings.same(f"{operation.id} {name}", _shown(answer), _shown(wanted))


def _shown(answer: httpx.Response) -> Any:
    """Of a redirect its path: the query has a fresh secret each time."""
    if answer.has_redirect_location:
        return answer.headers["location"].partition("?")[0]
    if answer.headers["content-type"].startswith("text/"):
        return answer.text
    body = answer.json()
    return {key: value for key, value in body.items() if key != "request_id"}


def bad_headers(world: World, actor: Actor) -> Iterator[tuple[str, str | None]]:
    """What may stand in the Authorization header, and must not work."""
    yield "none", None
    token, basic = actor.token, base64.b64encode(f"{actor.email}:x".encode()).decode()
    others = {
        "empty": "",
        "scheme only": "Bearer",
        "scheme and blank": "Bearer ",
        "token without scheme": token,
        "Basic": f"Basic {basic}",
        "Basic with the token": f"Basic {token}",
        "DPoP": f"DPoP {token}",
        "two blanks": f"Bearer  {token}",
        "two tokens": f"Bearer {token} {token}",
        "comma": f"Bearer {token},",
    }
    yield from others.items()
    for name, text in (*_malformed(token), *_forged(world, actor)):
        yield name, f"Bearer {text}"


def _malformed(token: str) -> Iterator[tuple[str, str]]:
    head, claims, signature = token.split(".")
    yield "word", "hello"
    yield "three words", "a.b.c"
    yield "dots", ".."
    yield "5000 characters", "x" * 5000
    yield "cut", token[:-1]
    yield "padded", token + "=="
    yield "standard alphabet", f"{head}.{claims}.{signature}".replace("-", "+").replace("_", "/") + "+"
    yield "other spelling of the last byte", token[:-1] + _next_letter(token[-1])
    yield "without signature", f"{head}.{claims}."
    yield "without head", f".{claims}.{signature}"
    yield "one bit of the claims", f"{head}.{claims[:-2]}{_next_letter(claims[-2])}{claims[-1]}.{signature}"
    yield "nested head", f"{_encode(b'[' * 1100 + b']' * 1100)}.{claims}.{signature}"
    yield "nested claims", f"{head}.{_encode(b'[' * 600 + b']' * 600)}.{signature}"
    yield "head is a list", f"{_encode(b'[1, 2, 3, 4, 5, 6, 7]')}.{claims}.{signature}"
    yield "head is null", f"{_encode(b'null            ')}.{claims}.{signature}"


def _next_letter(letter: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return alphabet[(alphabet.index(letter) + 1) % 64]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _forged(world: World, actor: Actor) -> Iterator[tuple[str, str]]:
    """Made with what everybody can have, and, to test the claims, with our own key."""
    claims, head = jwt.get_unverified_claims(actor.token), jwt.get_unverified_header(actor.token)
    key = signing_key(world.settings)
    yield from _by_hmac(world, claims, head)
    yield from _unsigned(claims, head)
    yield "another key", _signed(new_private_key(), claims, head)
    yield "unknown key id", _signed(key, claims, head | {"kid": "AAAAAAAAAAAAAAAA"})
    yield "key brought along", _signed(key, claims, head | {"jwk": world.app.state.access_tokens.jwks["keys"][0]})
    yield "key elsewhere", _signed(key, claims, head | {"jku": "http://127.0.0.1:9/jwks.json"})
    yield "critical extension", _signed(key, claims, head | {"crit": ["exp"]})
    yield "another type", _signed(key, claims, head | {"typ": "JWT"})
    for name, changes in _wrong_claims(world).items():
        kept = {claim: value for claim, value in (claims | changes).items() if value is not None}
        yield name, _signed(key, kept, head)
    yield "another issuer's", _issued_by(world, actor, "http://127.0.0.1:9000")


def _signed(key: str, claims: Claims, head: Claims) -> str:
    return str(jwt.encode(claims, key, algorithm="ES256", headers=head))


def _by_hmac(world: World, claims: Claims, head: Claims) -> Iterator[tuple[str, str]]:
    """The classic confusion: the public key, which everybody knows, used as an HMAC secret."""
    public = world.app.state.access_tokens.jwks["keys"][0]
    secrets = {
        "x": public["x"].encode(),
        "x decoded": base64.urlsafe_b64decode(public["x"] + "="),
        "the whole key": json.dumps(public).encode(),
        "the key id": public["kid"].encode(),
        "nothing": b"",
    }
    for name, secret in secrets.items():
        for algorithm in ("HS256", "ES256"):
            text = f"{_part(head | {'alg': algorithm})}.{_part(claims)}"
            digest = hmac.digest(secret, text.encode(), hashlib.sha256)
            padded = digest * 2 if algorithm == "ES256" else digest
            yield f"{algorithm} by {name}", f"{text}.{_encode(padded)}"


def _unsigned(claims: Claims, head: Claims) -> Iterator[tuple[str, str]]:
    for algorithm in ("none", "None", "NONE", "nOnE", ""):
        text = f"{_part(head | {'alg': algorithm})}.{_part(claims)}"
        yield f"unsigned {algorithm!r}", f"{text}."
        yield f"unsigned {algorithm!r} with zeros", f"{text}.{'A' * 86}"
    yield "ES256 of zeros", f"{_part(head)}.{_part(claims)}.{'A' * 86}"


def _part(value: Claims) -> str:
    return _encode(json.dumps(value).encode())


def _wrong_claims(world: World) -> dict[str, Claims]:
    now = int(world.clock.now().timestamp())
    wrong: dict[str, Claims] = {
        "expired": {"iat": now - 901, "exp": now - 1},
        "expires now": {"iat": now - 900, "exp": now},
        "from tomorrow": {"iat": now + 86_400, "exp": now + 86_400 + 900},
        "for a year": {"exp": now + 31_536_000},
        "for ever": {"exp": 10**17},
        "expiry as text": {"exp": str(now + 900)},
        "expiry as fraction": {"exp": now + 900.5},
        "another audience": {"aud": "peerloop-admin"},
        "two audiences": {"aud": ["peerloop-admin", "other"]},
        "another person": {"sub": "usr_01kbq2z7m8e6h9s0t3v5x7y9za"},
        "a person as a list": {"sub": ["usr_1"]},
        "another log-in": {"sid": "aus_01kbq2z7m8e6h9s0t3v5x7y9za"},
        "a log-in as an object": {"sid": {"a": 1}},
        "NUL in the log-in": {"sid": "aus_\x00"},
        "surrogate in the person": {"sub": "usr_\ud800"},
    }
    return wrong | {f"without {claim}": {claim: None} for claim in ("iss", "aud", "sub", "sid", "iat", "exp", "jti")}


def _issued_by(world: World, actor: Actor, issuer: str) -> str:
    """With our key and for our audience, by a service of another address."""
    claims, key = jwt.get_unverified_claims(actor.token), signing_key(world.settings)
    other = AccessTokens(private_key_pem=key, previous_public_pems="", issuer=issuer, life=timedelta(minutes=15))
    return other.issue(user_id=claims["sub"], auth_session_id=claims["sid"], now=world.clock.now())


async def _ended(world: World, actor: Actor) -> list[tuple[str, str | None]]:
    """A log-in that was ended, and the tokens that are for something else."""
    gone = await world.log_in(actor.user_id, actor.email)
    assert (await gone.post("/api/auth/logout")).status_code == 204
    pair = await world.write(
        auth.start_auth_session, actor.user_id, world.settings.refresh_token_life, LoginMethod.PASSWORD, Device()
    )
    link = world.app.state.mail_tokens.text("mtk_01kbq2z7m8e6h9s0t3v5x7y9za", "verify_email")
    texts = {"logged out": gone.token, "refresh token": pair.refresh_token, "mailed token": link}
    return [(name, f"Bearer {text}") for name, text in texts.items()]


async def test_a_token_dies_with_its_time(walked: list[Operation], stage: Stage, findings: Findings) -> None:
    """The clock moves; nobody logs out."""
    before = await snapshot(stage.world)
    stage.world.clock.advance(minutes=15)
    for operation in (each for each in walked if each.needs_token):
        findings.refused(operation.id, await stage.send(operation, stage.calls[operation.id]), 401)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})
