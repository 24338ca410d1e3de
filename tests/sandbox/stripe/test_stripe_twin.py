"""The Stripe twin's calls: what it takes, what it refuses in Stripe's words, and what it answers."""

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.stripe.support import BASE, EPOCH, FORM, KEY, Account, without

SESSIONS = "/v1/checkout/sessions"
ENCODED = (
    "mode=payment&success_url=https%3A%2F%2Fapp.example.com%2Fok%3Fs%3D%7BCHECKOUT_SESSION_ID%7D"
    "&client_reference_id=order+1&line_items[0][quantity]=1&line_items[0][price_data][currency]=usd"
    "&line_items[0][price_data][unit_amount]=5000&line_items[0][price_data][product_data][name]=Kurs+%26+Tee"
    "&payment_intent_data[transfer_group]=enr_1&payment_intent_data[metadata][enrollment_id]=1"
    "&allow_promotion_codes=false"
)
"""What the official SDK puts on the wire."""


async def _refused(account: Account, form: Any, **headers: str) -> dict[str, Any]:
    answer = await account.post(SESSIONS, form, **headers)
    assert answer.status_code == 400, answer.text
    error: dict[str, Any] = answer.json()["error"]
    return error


async def test_new_session_is_open_and_unpaid(account: Account) -> None:
    session = await account.order()
    assert session["id"].startswith("cs_test_")
    assert session["url"] == f"{BASE}/pay/{session['id']}"
    assert {name: session[name] for name in ("object", "status", "payment_status", "payment_intent", "mode")} == {
        "object": "checkout.session",
        "status": "open",
        "payment_status": "unpaid",
        "payment_intent": None,
        "mode": "payment",
    }
    assert (session["amount_total"], session["currency"], session["expires_at"]) == (45000, "usd", EPOCH + 1800)
    assert (session["client_reference_id"], session["metadata"]) == ("pur_1", {"purchase": "pur_1"})
    assert session["success_url"] == FORM["success_url"]
    assert await account.session(session["id"]) == session


async def test_form_of_the_official_sdk_is_read(account: Account) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Bearer {KEY}"}
    answer = await account.http.post(f"{BASE}{SESSIONS}", content=ENCODED, headers=headers)
    session = answer.json()
    assert (session["amount_total"], session["client_reference_id"]) == (5000, "order 1")
    assert session["allow_promotion_codes"] is False
    assert session["expires_at"] == EPOCH + 86400


async def test_answers_carry_request_id_and_version(account: Account) -> None:
    for answer in (await account.post(SESSIONS, FORM), await account.get("/v1/events/evt_none")):
        assert answer.headers["Request-Id"].startswith("req_")
        assert answer.headers["Stripe-Version"] == "2026-03-25.dahlia"


@pytest.mark.parametrize(
    "authorization", [b"", KEY.encode(), f"Basic {KEY}".encode(), b"Bearer sk_test", b"Bearer \xff"]
)
async def test_wrong_key_is_refused(account: Account, authorization: bytes) -> None:
    headers = {b"Authorization": authorization}
    for answer in (
        await account.http.post(f"{BASE}{SESSIONS}", data=FORM, headers=headers),
        await account.http.get(f"{BASE}/v1/events", headers=headers),
    ):
        assert answer.status_code == 401
        assert answer.json()["error"]["type"] == "invalid_request_error"
        assert KEY not in answer.text


@pytest.mark.parametrize(
    ("extra", "param"),
    [
        ({"sucess_url": "https://x.test"}, "sucess_url"),
        ({"line_items[0][quantitty]": "1"}, "line_items[0][quantitty]"),
        ({"line_items[0][price_data][product_data][nmae]": "x"}, "line_items[0][price_data][product_data][nmae]"),
        ({"payment_intent_data[transfergroup]": "x"}, "payment_intent_data[transfergroup]"),
    ],
)
async def test_misspelt_field_is_refused(account: Account, extra: dict[str, str], param: str) -> None:
    error = await _refused(account, FORM | extra)
    assert error == {
        "type": "invalid_request_error",
        "code": "parameter_unknown",
        "message": f"Received unknown parameter: {param}",
        "param": param,
    }


async def test_unknown_query_parameter_is_refused(account: Account) -> None:
    answer = await account.get("/v1/events?tpye=x&lmit=1")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "Received unknown parameters: tpye, lmit"


@pytest.mark.parametrize(
    "name",
    [
        "mode",
        "success_url",
        "line_items[0][quantity]",
        "line_items[0][price_data][currency]",
        "line_items[0][price_data][unit_amount]",
        "line_items[0][price_data][product_data][name]",
    ],
)
async def test_missing_field_is_refused(account: Account, name: str) -> None:
    error = await _refused(account, without(name))
    assert (error["code"], name.startswith(error["param"])) == ("parameter_missing", True)


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"mode": "gift"}, "mode"),
        ({"mode": "setup"}, "mode"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"expires_at": str(EPOCH + 1799)}, "expires_at"),
        ({"expires_at": str(EPOCH + 86401)}, "expires_at"),
        ({"success_url": "javascript:alert(1)"}, "success_url"),
        ({"cancel_url": "http://["}, "cancel_url"),
        ({"customer_email": "ann"}, "customer_email"),
        ({"line_items[0][quantity]": "0"}, "line_items[0]"),
        ({"line_items[0][price_data][unit_amount]": "1.5"}, "line_items[0][price_data][unit_amount]"),
        ({"metadata[a][b]": "c"}, "metadata[a]"),
        ({f"metadata[{'k' * 41}]": "v"}, "metadata"),
        ({f"payment_intent_data[metadata][{number}]": "v" for number in range(51)}, "payment_intent_data[metadata]"),
    ],
)
async def test_unacceptable_value_is_refused(account: Account, changes: dict[str, str], param: str) -> None:
    assert (await _refused(account, FORM | changes))["param"] == param


async def test_amount_below_stripes_minimum_is_refused(account: Account) -> None:
    error = await _refused(account, without(**{"line_items[0][price_data][unit_amount]": "49"}))
    assert error["code"] == "amount_too_small"


@pytest.mark.parametrize(
    "body",
    [
        b"mode[=payment",
        b"mode=payment&mode=setup",
        b"mode=payment&mode[a]=b",
        b"line_items[][quantity]=1",
        b"mode=%ff",
        b"\xff",
        b"a" + b"[b]" * 11 + b"=c",
        b"&".join(b"metadata[%d]=x" % number for number in range(1001)),
    ],
)
async def test_body_that_is_no_form_is_refused(account: Account, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Bearer {KEY}"}
    answer = await account.http.post(f"{BASE}{SESSIONS}", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


async def test_json_body_is_refused(account: Account) -> None:
    answer = await account.http.post(f"{BASE}{SESSIONS}", json=FORM, headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 400
    assert "application/x-www-form-urlencoded" in answer.json()["error"]["message"]


async def test_same_key_and_parameters_replay_the_answer(account: Account) -> None:
    first = await account.post(SESSIONS, FORM, Idempotency_Key="pur_1:checkout")
    again = await account.post(SESSIONS, dict(reversed(FORM.items())), Idempotency_Key="pur_1:checkout")
    assert again.json() == first.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_same_key_with_other_parameters_is_refused(account: Account) -> None:
    await account.post(SESSIONS, FORM, Idempotency_Key="k")
    error = await _refused(account, without(client_reference_id="pur_2"), Idempotency_Key="k")
    assert error["type"] == "idempotency_error"


async def test_refused_request_leaves_its_key_free(account: Account) -> None:
    await _refused(account, without("mode"), Idempotency_Key="k")
    answer = await account.post(SESSIONS, FORM, Idempotency_Key="k")
    assert (answer.status_code, "Idempotent-Replayed" in answer.headers) == (200, False)


async def test_key_is_forgotten_after_a_day(account: Account) -> None:
    first = await account.post(SESSIONS, FORM, Idempotency_Key="k")
    account.clock.move(timedelta(days=1))
    later = await account.post(SESSIONS, without("expires_at"), Idempotency_Key="k")
    assert later.json()["id"] != first.json()["id"]


async def test_key_that_is_too_long_is_refused(account: Account) -> None:
    assert (await _refused(account, FORM, Idempotency_Key="k" * 256))["type"] == "idempotency_error"


@pytest.mark.parametrize(
    "path", [f"{SESSIONS}/cs_none", "/v1/payment_intents/pi_none", "/v1/charges/ch_none", "/v1/events/evt_none"]
)
async def test_unknown_object_is_not_found(account: Account, path: str) -> None:
    answer = await account.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "resource_missing")


async def test_unknown_path_is_not_found(account: Account) -> None:
    answer = await account.get("/v1/unicorns")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "Unrecognized request URL (GET: /v1/unicorns)."


async def test_open_session_can_be_expired_once(account: Account) -> None:
    session = await account.order()
    answer = await account.post(f"{SESSIONS}/{session['id']}/expire")
    assert (answer.json()["status"], answer.json()["url"]) == ("expired", None)
    again = await account.post(f"{SESSIONS}/{session['id']}/expire")
    assert (again.status_code, again.json()["error"]["type"]) == (400, "invalid_request_error")
    assert await account.event_types() == ["checkout.session.expired"]
