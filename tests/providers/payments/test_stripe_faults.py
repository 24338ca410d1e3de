"""Answers that are lost, and services that are not themselves: nothing happens twice, and what happened can be
found."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.payments.port import RefundReason, Transfer, TransferOrder
from tests.sandbox.doubles import NOW
from tests.sandbox.stripe.conftest import account
from tests.sandbox.stripe.support import BASE, KEY, Account

__all__ = ["account"]

LATER = [timedelta(seconds=1), timedelta(hours=1), timedelta(hours=25)]


async def transfer(account: Account, to: str) -> Transfer:
    return await account.payments.create_transfer(TransferOrder("pyt_1", to, 1000, "usd", "pyt_1"))


async def lost(account: Account, call: Callable[[], Awaitable[object]], kind: str = "lost_after") -> None:
    await account.fault(kind, "POST *")
    with pytest.raises(ProviderUnavailable):
        await call()


@pytest.mark.parametrize("later", LATER)
async def test_transfer_whose_answer_was_lost_is_found_and_was_made_once(account: Account, later: timedelta) -> None:
    await account.sale()
    teacher = await account.teacher()
    await lost(account, lambda: transfer(account, teacher.id))
    account.clock.move(later)
    found = await account.payments.find_transfer(group="pyt_1")
    assert found is not None
    if later < timedelta(days=1):
        assert await transfer(account, teacher.id) == found
    assert (await account.payments.list_transfers(account_id=teacher.id)).items == (found,)
    assert (await account.payments.get_balance(account_id=teacher.id)).available == {"usd": 1000}


@pytest.mark.parametrize("later", LATER)
async def test_transfer_that_never_arrived_is_not_found_and_can_be_made(account: Account, later: timedelta) -> None:
    await account.sale()
    teacher = await account.teacher()
    await lost(account, lambda: transfer(account, teacher.id), "lost_before")
    account.clock.move(later)
    assert await account.payments.find_transfer(group="pyt_1") is None
    made = await transfer(account, teacher.id)
    assert (await account.payments.list_transfers()).items == (made,)


@pytest.mark.parametrize("later", LATER)
async def test_refund_reversal_and_account_are_found_as_well(account: Account, later: timedelta) -> None:
    payments, sold = account.payments, await account.sale()
    teacher, intent = await account.teacher(), str(sold.payment_intent_id)
    sent = await transfer(account, teacher.id)
    await lost(
        account,
        lambda: payments.create_refund(
            reference="ref_1", payment_intent_id=intent, amount_cents=100, reason=RefundReason.DUPLICATE
        ),
    )
    await lost(account, lambda: payments.reverse_transfer(reference="rev_1", transfer_id=sent.id, amount_cents=100))
    await lost(account, lambda: payments.create_account(reference="usr_2", email="ann@example.com", country="US"))
    account.clock.move(later)
    refund = await payments.find_refund(reference="ref_1", payment_intent_id=intent)
    reversal = await payments.find_reversal(reference="rev_1", transfer_id=sent.id)
    other = await payments.find_account(reference="usr_2", since=NOW)
    assert refund
    assert reversal
    assert other
    assert (refund.amount_cents, reversal.amount_cents, other.email) == (100, 100, "ann@example.com")


async def test_stripes_own_error_stays_under_the_key_until_it_is_forgotten(account: Account) -> None:
    await account.sale()
    teacher = await account.teacher()
    await lost(account, lambda: transfer(account, teacher.id), "error")
    with pytest.raises(ProviderUnavailable):
        await transfer(account, teacher.id)
    account.clock.move(timedelta(days=1))
    assert (await transfer(account, teacher.id)).amount_cents == 1000


@pytest.mark.parametrize("kind", ["rate_limit", "lock"])
async def test_busy_service_leaves_nothing_behind(account: Account, kind: str) -> None:
    await account.sale()
    teacher = await account.teacher()
    await lost(account, lambda: transfer(account, teacher.id), kind)
    assert (await account.payments.list_transfers()).items == ()
    assert (await transfer(account, teacher.id)).amount_cents == 1000


async def test_what_is_refused_for_once_is_done_under_the_same_key_later(account: Account) -> None:
    await account.sale()
    teacher = await account.teacher()
    await account.fault("refuse", "POST /v1/transfers")
    with pytest.raises(ProviderRejected):
        await transfer(account, teacher.id)
    assert (await transfer(account, teacher.id)).amount_cents == 1000


async def test_faults_fit_what_they_name_so_often_and_can_be_forgotten(account: Account) -> None:
    await account.fault("lost_before", "GET /v1/balance", times=2)
    await account.payments.list_charges()
    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            await account.payments.get_balance()
    await account.payments.get_balance()
    await account.fault("error", times=5)
    await account.control("faults/clear")
    await account.payments.get_balance()
    refusal = await account.buyer.post(f"{BASE}/control/faults", data={"kind": "unheard of"})
    assert refusal.status_code == 400


async def test_key_with_other_values_is_refused_and_the_first_answer_is_marked(account: Account) -> None:
    form = {"type": "express", "country": "US"}
    first = await account.post("/v1/accounts", form, Idempotency_Key="key")
    again = await account.post("/v1/accounts", form, Idempotency_Key="key")
    other = await account.post("/v1/accounts", form | {"country": "DE"}, Idempotency_Key="key")
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")
    account.clock.move(timedelta(days=1))
    new = await account.post("/v1/accounts", form, Idempotency_Key="key")
    assert new.json()["id"] != first.json()["id"]


async def test_requests_carry_version_key_and_the_account_acted_for(account: Account) -> None:
    teacher = await account.teacher()
    sent: list[httpx.Request] = []

    async def keep(request: httpx.Request) -> None:
        sent.append(request)

    account.http.event_hooks["request"].append(keep)
    await account.sale()
    await transfer(account, teacher.id)
    await account.payments.get_balance(account_id=teacher.id)
    *_, moved, looked = sent
    assert moved.headers["Idempotency-Key"] == "pyt_1:transfer"
    assert moved.headers["Stripe-Version"] == "2026-03-25.dahlia"
    assert moved.headers["Authorization"] == f"Bearer {KEY}"
    assert "Stripe-Account" not in moved.headers
    assert looked.headers["Stripe-Account"] == teacher.id
