"""Stripe's webhooks: what the adapter believes, and the many things it must not."""

import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.providers.errors import WebhookRefused
from app.providers.payments.port import PaymentEvent
from app.providers.payments.stripe import StripePayments, check_signature
from tests.sandbox.doubles import NOW

SECRET = "whsec_test_secret"
CONNECT_SECRET = "whsec_connect_secret"
EPOCH = int(NOW.timestamp())

# A published vector
VECTOR_BODY = b'{\n  "id": "evt_1PeerLoopVector0001",\n  "object": "event",\n  "type": "ping"\n}'
VECTOR_MAC = "2f215f67244ec83eff308a64c93a1d61b93fc49a823b759b499b3a597466b799"
VECTOR = f"t=1795341600,v1={VECTOR_MAC}"

EVENT: dict[str, Any] = {
    "id": "evt_1",
    "object": "event",
    "api_version": "2026-03-25.dahlia",
    "created": EPOCH - 2,
    "data": {"object": {"id": "cs_test_1", "object": "checkout.session", "metadata": {"name": "Ännchen 🍵"}}},
    "livemode": False,
    "pending_webhooks": 1,
    "request": {"id": None, "idempotency_key": None},
    "type": "checkout.session.completed",
}
BODY = json.dumps(EVENT, indent=2, ensure_ascii=False).encode()
THIN = {
    "id": "evt_2",
    "object": "v2.core.event",
    "created": "2026-11-22T10:00:00Z",
    "livemode": False,
    "type": "v2.core.account.updated",
    "related_object": {"id": "acct_1", "type": "v2.core.account", "url": "/v2/core/accounts/acct_1"},
}
CHANGES: tuple[dict[str, Any], ...] = (
    {"id": None},
    {"id": 7},
    {"id": ""},
    {"id": "evt\x00"},
    {"id": "evt_\ud800"},
    {"id": "e" * 256},
    {"type": ["checkout.session.completed"]},
    {"type": "two words"},
    {"object": "checkout.session"},
    {"created": "1795341600"},
    {"created": True},
    {"created": 1.5},
    {"created": -1},
    {"created": 10**30},
    {"livemode": "false"},
    {"livemode": 0},
    {"data": []},
    {"data": {}},
    {"data": {"object": None}},
    {"data": {"object": "cs_test_1"}},
    {"data": {"object": {}}},
    {"data": {"object": {"id": None}}},
    {"data": {"object": {"id": "cs\n1"}}},
)
"""Each turns the event into something that Stripe would not send."""

PAYMENTS = StripePayments("sk_test_key", SECRET, CONNECT_SECRET, None, httpx.AsyncClient())


def _mac(body: bytes = BODY, *, at: int = EPOCH, secret: str = SECRET) -> str:
    return hmac.digest(secret.encode(), f"{at}.".encode() + body, "sha256").hex()


def _header(body: bytes = BODY, *, at: int = EPOCH, secret: str = SECRET) -> str:
    return f"t={at},v1={_mac(body, at=at, secret=secret)}"


def _verify(body: bytes, header: str, now: datetime = NOW) -> PaymentEvent:
    return PAYMENTS.verify_event(body, header, now)


def _refuses(body: bytes, header: str, now: datetime = NOW) -> None:
    with pytest.raises(WebhookRefused):
        _verify(body, header, now)


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in EVENT.items() if key != name}


def test_published_signature_is_accepted() -> None:
    check_signature(VECTOR_BODY, VECTOR, secret=SECRET.encode(), now=NOW)
    with pytest.raises(WebhookRefused):
        check_signature(VECTOR_BODY, VECTOR, secret=b"whsec_other", now=NOW)


def test_genuine_event_is_read() -> None:
    assert _verify(BODY, _header()) == PaymentEvent(
        id="evt_1",
        type="checkout.session.completed",
        object_id="cs_test_1",
        created_at=datetime.fromtimestamp(EPOCH - 2, UTC),
        livemode=False,
    )


def test_event_of_an_unknown_type_is_read_too() -> None:
    body = json.dumps(EVENT | {"type": "radar.unheard_of", "livemode": True, "new_field": [1]}).encode()
    event = _verify(body, _header(body))
    assert (event.type, event.livemode) == ("radar.unheard_of", True)


@pytest.mark.parametrize(
    "header",
    [
        f"t={EPOCH},v1={'0' * 64},v1={_mac()}",
        f"t={EPOCH},v1={_mac()},v1={'0' * 64}",
        f"t={EPOCH},v0={'0' * 64},v1={_mac()}",
        f"v1={_mac()},t={EPOCH}",
    ],
    ids=["second v1", "first v1", "v0 beside it", "other order"],
)
def test_one_good_signature_among_several_is_enough(header: str) -> None:
    assert _verify(BODY, header).id == "evt_1"


@pytest.mark.parametrize(
    "header",
    [
        "",
        ",",
        "=",
        f"t={EPOCH}",
        f"t={EPOCH},v1=",
        f"v1={_mac()}",
        f"t={EPOCH},v0={_mac()}",
        f"t={EPOCH},v1={_mac()[:-1]}",
        f"t={EPOCH},v1={_mac()}0",
        f"t={EPOCH},v1={_mac().upper()}",
        f"t={EPOCH},v1={_mac(secret='whsec_other')}",
        f"t={EPOCH},v1={_mac(secret='test_secret')}",
        f"t={EPOCH},v1={_mac(secret='')}",
        f"t={EPOCH + 1},v1={_mac()}",
        f"t={EPOCH},t={EPOCH},v1={_mac()}",
        f"t= {EPOCH},v1={_mac()}",
        f"t=0{EPOCH},v1={_mac()}",
        f"t=-{EPOCH},v1={_mac()}",
        f"t={EPOCH}.0,v1={_mac()}",
        f"t={'9' * 5000},v1={_mac()}",
        f"t=٣,v1={_mac()}",
        f"t={EPOCH},v1={'ü' * 64}",
        f"t={EPOCH},v1=\udc80",
        f"t={EPOCH};v1={_mac()}",
        f"T={EPOCH},V1={_mac()}",
        "v1=a," * 100_000,
        "\x00",
    ],
)
def test_wrong_signature_header_is_refused(header: str) -> None:
    _refuses(BODY, header)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        BODY[:-1],
        BODY + b"\n",
        BODY.replace(b"cs_test_1", b"cs_test_2"),
        json.dumps(EVENT, indent=2).encode(),
        json.dumps(EVENT, separators=(",", ":"), ensure_ascii=False).encode(),
        b"\xef\xbb\xbf" + BODY,
    ],
    ids=["empty", "truncated", "longer", "changed", "escaped", "re-serialised", "with a BOM"],
)
def test_other_bytes_than_those_signed_are_refused(body: bytes) -> None:
    _refuses(body, _header())


@pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
def test_fresh_delivery_is_accepted_by_our_clock(seconds: int) -> None:
    assert _verify(BODY, _header(at=EPOCH + seconds)).id == "evt_1"


@pytest.mark.parametrize("seconds", [-301, 301, -3600, 3600, -EPOCH + 1, 10**11])
def test_stale_and_future_deliveries_are_refused(seconds: int) -> None:
    _refuses(BODY, _header(at=EPOCH + seconds))


def test_bound_moves_with_the_clock_and_not_with_the_machine() -> None:
    later = NOW + timedelta(days=365)
    _refuses(BODY, _header(), later)
    assert _verify(BODY, _header(at=int(later.timestamp())), later).id == "evt_1"
    _refuses(BODY, _header(), NOW + timedelta(seconds=300, microseconds=1))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not JSON",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"event"',
        b"1e999",
        b"NaN",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        json.dumps(THIN).encode(),
        json.dumps([EVENT]).encode(),
        *(json.dumps(_without(name)).encode() for name in ("id", "object", "type", "created", "livemode", "data")),
        *(json.dumps(EVENT | change).encode() for change in CHANGES),
    ],
)
def test_signed_nonsense_is_refused(body: bytes) -> None:
    _refuses(body, _header(body))


CONNECTED = json.dumps(EVENT | {"type": "account.updated", "account": "acct_1"}, indent=2).encode()
SPOILT = {
    "wrong secret": (CONNECTED, _header(CONNECTED, secret="whsec_other")),
    "secret of the other endpoint": (CONNECTED, _header(CONNECTED, secret=SECRET)),
    "empty secret": (CONNECTED, _header(CONNECTED, secret="")),
    "stale": (CONNECTED, _header(CONNECTED, at=EPOCH - 301, secret=CONNECT_SECRET)),
    "future": (CONNECTED, _header(CONNECTED, at=EPOCH + 301, secret=CONNECT_SECRET)),
    "truncated": (CONNECTED[:-1], _header(CONNECTED, secret=CONNECT_SECRET)),
    "re-serialised": (json.dumps(json.loads(CONNECTED)).encode(), _header(CONNECTED, secret=CONNECT_SECRET)),
    "of our own account": (BODY, _header(BODY, secret=CONNECT_SECRET)),
    "without a header": (CONNECTED, ""),
}


def test_endpoint_of_connected_accounts_believes_its_own_secret_and_says_which_account() -> None:
    good = _mac(CONNECTED, secret=CONNECT_SECRET)
    for header in (f"t={EPOCH},v1={good}", f"t={EPOCH},v1={'0' * 64},v1={good}"):
        assert PAYMENTS.verify_connect_event(CONNECTED, header, NOW).account_id == "acct_1"
    _refuses(CONNECTED, _header(CONNECTED, secret=CONNECT_SECRET))


@pytest.mark.parametrize(("body", "header"), SPOILT.values(), ids=SPOILT)
def test_endpoint_of_connected_accounts_refuses_everything_else(body: bytes, header: str) -> None:
    with pytest.raises(WebhookRefused):
        PAYMENTS.verify_connect_event(body, header, NOW)


@pytest.mark.parametrize(("key", "is_live"), [("sk_live_1", True), ("rk_live_1", True), ("sk_test_1", False)])
def test_key_tells_whether_money_is_real(key: str, is_live: bool) -> None:
    assert StripePayments(key, SECRET, CONNECT_SECRET, None, httpx.AsyncClient()).is_live is is_live


def test_refusal_does_not_repeat_the_body() -> None:
    body = json.dumps(_without("id")).encode()
    with pytest.raises(WebhookRefused) as caught:
        _verify(body, _header(body))
    assert caught.value.__cause__ is None
    assert caught.value.context == {}


@given(body=st.binary(), header=st.text())
def test_whatever_comes_is_refused_and_nothing_else(body: bytes, header: str) -> None:
    _refuses(body, header)
    _refuses(body, _header(body))
