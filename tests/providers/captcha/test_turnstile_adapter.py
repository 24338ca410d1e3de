"""Turnstile's adapter against answers that a healthy twin does not give."""

import json

import httpx
import pytest

from app.core.errors import ProviderUnavailable
from app.providers.captcha.turnstile import Turnstile

PASSED = {"success": True, "error-codes": [], "hostname": "peerloop.example", "action": "signup"}


def adapter(*answers: httpx.Response | Exception) -> tuple[Turnstile, list[dict[str, str]]]:
    """The adapter, and a list of what it will have sent."""
    waiting, sent = list(answers), []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        given = waiting.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return Turnstile(secret="0xSECRET", url="http://captcha.test", hostname="peerloop.example", http=http), sent


async def passes(captcha: Turnstile) -> bool:
    return await captcha.passes("token", address="203.0.113.7", action="signup")


async def test_it_sends_the_token_with_where_it_came_from() -> None:
    captcha, sent = adapter(httpx.Response(200, json=PASSED))
    assert await passes(captcha)
    (order,) = sent
    assert len(order.pop("idempotency_key")) == 36
    assert order == {"secret": "0xSECRET", "response": "token", "remoteip": "203.0.113.7"}


async def test_a_call_that_fails_is_repeated_once_under_the_same_key() -> None:
    captcha, sent = adapter(httpx.ConnectError("away"), httpx.Response(200, json=PASSED))
    assert await passes(captcha)
    assert len({order["idempotency_key"] for order in sent}) == 1
    assert len(sent) == 2


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, text="Internal error"),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"success": "perhaps"}),
        httpx.Response(200, json={"success": False, "error-codes": ["internal-error"]}),
        httpx.Response(200, json={"success": False, "error-codes": ["invalid-input-secret"]}),
        httpx.ReadTimeout("slow"),
    ],
)
async def test_what_says_nothing_about_the_token_is_no_verdict(answer: httpx.Response | Exception) -> None:
    captcha, sent = adapter(answer, answer)
    with pytest.raises(ProviderUnavailable):
        await passes(captcha)
    assert len(sent) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"success": False, "error-codes": ["timeout-or-duplicate"]},
        {"hostname": "evil.test"},
        {"hostname": None},
        {"action": "login"},
        {"action": None},
    ],
)
async def test_a_token_that_is_not_ours_fails(change: dict[str, object]) -> None:
    captcha, _ = adapter(httpx.Response(200, json=PASSED | change))
    assert not await passes(captcha)
