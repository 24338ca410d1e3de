"""Accounts, transfers, refunds, disputes and books through the adapter: what happens, and what is refused why."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.errors import ProviderRejected
from app.providers.payments.port import (
    BankPayoutStatus,
    Capability,
    CheckoutStatus,
    DisputeStatus,
    Evidence,
    Reason,
    Refund,
    RefundReason,
    RefundStatus,
    Reversal,
    Transfer,
    TransferOrder,
)
from tests.sandbox.doubles import NOW
from tests.sandbox.stripe.conftest import account
from tests.sandbox.stripe.support import DELAYED, GOOD_CARD, ORDER, Account

__all__ = ["account"]

FEE = 175
"""Of a sale of 5,000 cents."""


async def refused(call: Awaitable[object]) -> str:
    with pytest.raises(ProviderRejected) as caught:
        await call
    return caught.value.reason


async def available(account: Account, of: str | None = None) -> int:
    return (await account.payments.get_balance(account_id=of)).available.get("usd", 0)


async def transfer(
    account: Account, to: str, amount: int, *, reference: str = "pyt_1", source: str | None = None
) -> Transfer:
    return await account.payments.create_transfer(TransferOrder(reference, to, amount, "usd", reference, source))


async def refund(account: Account, intent: str | None, amount: int, *, reference: str = "ref_1") -> Refund:
    return await account.payments.create_refund(
        reference=reference, payment_intent_id=str(intent), amount_cents=amount, reason=RefundReason.REQUESTED
    )


async def reverse(account: Account, of: str, amount: int, *, reference: str = "rev_1") -> Reversal:
    return await account.payments.reverse_transfer(reference=reference, transfer_id=of, amount_cents=amount)


async def test_account_is_what_it_may_do(account: Account) -> None:
    payments = account.payments
    new = await payments.create_account(reference="usr_1", email="tom@example.com", country="US")
    assert (new.reference, new.transfers, new.payouts_enabled) == ("usr_1", Capability.INACTIVE, False)
    assert "external_account" in new.past_due
    assert new.bank_marker is None
    ready = await account.teacher()
    assert ready.id == new.id
    assert (ready.transfers, ready.payouts_enabled, ready.details_submitted) == (Capability.ACTIVE, True, True)
    assert (ready.currently_due, ready.disabled_reason, ready.charges_enabled) == ((), None, False)
    assert (await payments.find_account(reference="usr_1", since=NOW)) == ready
    assert await payments.find_account(reference="usr_2", since=NOW) is None


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("ask", (Capability.ACTIVE, True, None)),
        ("restrict", (Capability.INACTIVE, False, "requirements.past_due")),
        ("reject", (Capability.INACTIVE, False, "rejected.fraud")),
    ],
)
async def test_more_questions_and_restrictions_show(
    account: Account, act: str, expected: tuple[Capability, bool, str | None]
) -> None:
    teacher = await account.teacher()
    await account.control(f"accounts/{teacher.id}/{act}")
    now = await account.payments.get_account(teacher.id)
    assert (now.transfers, now.payouts_enabled, now.disabled_reason) == expected


async def test_verification_takes_its_time(account: Account) -> None:
    made = await account.payments.create_account(reference="usr_1", email="tom@example.com", country="US")
    await account.control(f"accounts/{made.id}/fulfil-slowly")
    waiting = await account.payments.get_account(made.id)
    assert (waiting.transfers, waiting.details_submitted) == (Capability.PENDING, True)
    assert waiting.pending_verification
    await account.control(f"accounts/{made.id}/verify")
    assert (await account.payments.get_account(made.id)).transfers is Capability.ACTIVE


async def test_another_bank_account_shows_by_its_marker(account: Account) -> None:
    before = await account.teacher()
    await account.control(f"accounts/{before.id}/change-bank", bank="000999999999")
    after = await account.payments.get_account(before.id)
    assert after.bank_marker not in (None, before.bank_marker)
    assert replace(after, bank_marker=before.bank_marker) == before


async def test_account_that_left_is_answered_as_such_and_gets_nothing(account: Account) -> None:
    await account.sale()
    teacher = await account.teacher()
    await account.control(f"accounts/{teacher.id}/deauthorise")
    gone = await account.payments.get_account(teacher.id)
    assert (gone.deauthorised, gone.transfers, gone.payouts_enabled) == (True, Capability.INACTIVE, False)
    assert await refused(transfer(account, teacher.id, 100)) == Reason.ACCOUNT_GONE
    assert await refused(account.payments.get_balance(account_id=teacher.id)) == Reason.ACCOUNT_GONE
    assert await refused(account.payments.get_account("acct_1")) == Reason.NOT_FOUND


async def test_links_are_for_accounts_that_are_so_far(account: Account) -> None:
    made = await account.payments.create_account(reference="usr_1", email="tom@example.com", country="US")
    assert await refused(account.payments.create_dashboard_link(made.id)) == Reason.ACCOUNT_NOT_ENABLED
    link = await account.payments.create_onboarding_link(
        made.id, return_url="https://app.example.com/back", refresh_url="https://app.example.com/again"
    )
    assert link.expires_at == NOW + timedelta(minutes=5)


async def test_transfer_takes_from_the_balance_and_comes_back(account: Account) -> None:
    await account.sale()
    teacher = await account.teacher()
    sent = await transfer(account, teacher.id, 3000)
    assert (sent.reference, sent.account_id, sent.group, sent.reversed_cents) == ("pyt_1", teacher.id, "pyt_1", 0)
    assert (await available(account), await available(account, teacher.id)) == (5000 - FEE - 3000, 3000)
    back = await reverse(account, sent.id, 1000)
    assert (back.reference, back.amount_cents, back.transfer_id) == ("rev_1", 1000, sent.id)
    assert (await account.payments.get_transfer(sent.id)).reversed_cents == 1000
    assert (await available(account), await available(account, teacher.id)) == (5000 - FEE - 2000, 2000)
    assert await account.payments.find_reversal(reference="rev_1", transfer_id=sent.id) == back
    assert await account.payments.find_reversal(reference="rev_2", transfer_id=sent.id) is None


async def test_transfer_is_refused_for_want_of_money_or_of_a_right(account: Account) -> None:
    await account.sale()
    teacher = await account.teacher()
    assert await refused(transfer(account, teacher.id, 5000)) == Reason.INSUFFICIENT_BALANCE
    await account.control(f"accounts/{teacher.id}/restrict")
    assert await refused(transfer(account, teacher.id, 100, reference="pyt_2")) == Reason.ACCOUNT_NOT_ENABLED
    assert await refused(transfer(account, "acct_1", 100, reference="pyt_3")) == Reason.ACCOUNT_GONE
    assert await available(account) == 5000 - FEE


async def test_refusal_stays_under_its_reference_for_a_day(account: Account) -> None:
    teacher = await account.teacher()
    for _ in range(2):
        assert await refused(transfer(account, teacher.id, 100)) == Reason.INSUFFICIENT_BALANCE
        await account.sale()
    assert (await transfer(account, teacher.id, 100, reference="pyt_1:2")).amount_cents == 100
    assert await refused(transfer(account, teacher.id, 101, reference="pyt_1:2")) == Reason.REFERENCE_REUSED


async def test_source_lends_its_money_before_it_is_there_but_no_more(account: Account) -> None:
    sold, teacher = await account.sale(card=GOOD_CARD), await account.teacher()
    assert await available(account) == 0
    sent = await transfer(account, teacher.id, 3500, source=sold.charge_id)
    assert (sent.group, sent.source_charge_id) == ("pur_1", sold.charge_id)
    assert await available(account, teacher.id) == 0
    more = transfer(account, teacher.id, 1501, reference="pyt_2", source=sold.charge_id)
    assert await refused(more) == Reason.TOO_MUCH
    account.clock.move(timedelta(days=2))
    assert (await available(account), await available(account, teacher.id)) == (5000 - FEE - 3500, 3500)


async def test_no_more_comes_back_than_was_sent_or_is_there(account: Account) -> None:
    await account.sale()
    teacher = await account.teacher()
    sent = await transfer(account, teacher.id, 2000)
    assert await refused(reverse(account, sent.id, 2001)) == Reason.TOO_MUCH
    await account.control(f"accounts/{teacher.id}/pay-out")
    assert await refused(reverse(account, sent.id, 1, reference="rev_2")) == Reason.INSUFFICIENT_BALANCE
    (payout,) = (await account.payments.list_bank_payouts(account_id=teacher.id)).items
    await account.control(f"payouts/{payout.id}/fail")
    await reverse(account, sent.id, 2000, reference="rev_3")
    assert await refused(reverse(account, sent.id, 1, reference="rev_4")) == Reason.TOO_MUCH


async def test_refund_gives_back_in_parts_and_never_more(account: Account) -> None:
    sold = await account.sale()
    first = await refund(account, sold.payment_intent_id, 2000)
    assert (first.status, first.reference, first.charge_id) == (RefundStatus.SUCCEEDED, "ref_1", sold.charge_id)
    over = refund(account, sold.payment_intent_id, 3001, reference="ref_2")
    assert await refused(over) == Reason.TOO_MUCH
    await account.sale("pur_2")
    await refund(account, sold.payment_intent_id, 3000, reference="ref_3")
    again = refund(account, sold.payment_intent_id, 1, reference="ref_4")
    assert await refused(again) == Reason.ALREADY_REFUNDED
    charge = await account.payments.get_charge(str(sold.charge_id))
    assert charge.balance is not None
    assert (charge.refunded_cents, charge.balance.fee_cents, charge.balance.net_cents) == (5000, FEE, 5000 - FEE)
    assert await available(account) == 5000 - 2 * FEE
    found = await account.payments.find_refund(reference="ref_1", payment_intent_id=str(sold.payment_intent_id))
    assert found == first


async def test_refund_waits_for_money_and_can_fail_afterwards(account: Account) -> None:
    sold = await account.sale()
    waiting = await refund(account, sold.payment_intent_id, 5000)
    assert (waiting.status, waiting.balance_transaction_id) == (RefundStatus.PENDING, None)
    await account.sale("pur_2")
    assert (await account.payments.get_refund(waiting.id)).status is RefundStatus.SUCCEEDED
    assert await available(account) == 5000 - 2 * FEE
    await account.control(f"refunds/{waiting.id}/fail")
    failed = await account.payments.get_refund(waiting.id)
    assert (failed.status, failed.failure_reason) == (RefundStatus.FAILED, "expired_or_canceled_card")
    assert await available(account) == 10000 - 2 * FEE
    assert (await account.payments.get_charge(str(sold.charge_id))).refunded_cents == 0


@pytest.mark.parametrize(("act", "status", "back"), [("win", DisputeStatus.WON, 5000), ("lose", DisputeStatus.LOST, 0)])
async def test_dispute_takes_the_money_and_a_fee_until_it_is_won(
    account: Account, act: str, status: DisputeStatus, back: int
) -> None:
    sold = await account.sale()
    opened = await account.control(f"charges/{sold.charge_id}/dispute")
    dispute = await account.payments.get_dispute(opened["id"])
    assert (dispute.status, dispute.evidence_due_by) == (DisputeStatus.NEEDS_RESPONSE, NOW + timedelta(days=7))
    assert await available(account) == -FEE - 1500
    assert (await account.payments.get_charge(str(sold.charge_id))).is_disputed
    assert await refused(refund(account, sold.payment_intent_id, 100)) == Reason.DISPUTED
    await account.control(f"disputes/{dispute.id}/{act}")
    ended = (await account.payments.list_disputes(charge_id=sold.charge_id)).items[0]
    assert (ended.status, len(ended.balance_transaction_ids)) == (status, 1 + (back > 0))
    assert await available(account) == back - FEE - 1500
    with pytest.raises(ProviderRejected):
        await account.payments.close_dispute(reference="dis_1", dispute_id=dispute.id)


async def test_evidence_is_staged_sent_once_and_in_time(account: Account) -> None:
    payments, evidence = account.payments, Evidence(uncategorized_text="He came.", uncategorized_file="file_1")
    disputes = []
    for reference in ("pur_1", "pur_2"):
        sold = await account.sale(reference)
        disputes.append((await account.control(f"charges/{sold.charge_id}/dispute"))["id"])
    first, second = disputes
    staged = await payments.submit_evidence(reference="evi_1", dispute_id=first, evidence=evidence, is_final=False)
    assert (staged.has_evidence, staged.evidence_submissions) == (True, 0)
    sent = await payments.submit_evidence(reference="evi_2", dispute_id=first, evidence=Evidence(), is_final=True)
    assert (sent.status, sent.evidence_submissions) == (DisputeStatus.UNDER_REVIEW, 1)
    more = payments.submit_evidence(reference="evi_3", dispute_id=first, evidence=evidence, is_final=True)
    assert await refused(more) == Reason.OTHER
    account.clock.move(timedelta(days=7))
    late = payments.submit_evidence(reference="evi_4", dispute_id=second, evidence=evidence, is_final=True)
    assert await refused(late) == Reason.OTHER
    lost = await payments.close_dispute(reference="dis_1", dispute_id=second)
    assert lost.status is DisputeStatus.LOST


async def test_delayed_payment_comes_or_does_not(account: Account) -> None:
    came, failed = await account.sale(card=DELAYED), await account.sale("pur_2", card=DELAYED)
    assert came.status is failed.status is CheckoutStatus.PROCESSING
    assert not (await account.payments.get_charge(str(came.charge_id))).is_paid
    await account.control(f"charges/{came.charge_id}/settle")
    await account.control(f"charges/{failed.charge_id}/fail")
    assert (await account.payments.get_checkout(came.id)).status is CheckoutStatus.PAID
    assert (await account.payments.get_checkout(failed.id)).status is CheckoutStatus.FAILED
    types = [event.type for event in (await account.payments.list_events()).items]
    assert {"checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed"} <= set(types)


async def test_only_open_checkouts_expire(account: Account) -> None:
    made = await account.payments.create_checkout(ORDER)
    assert (await account.payments.expire_checkout(made.id)).status is CheckoutStatus.EXPIRED
    assert await refused(account.payments.expire_checkout(made.id)) == Reason.CLOSED


async def test_bank_payouts_are_paid_or_come_back_and_end(account: Account) -> None:
    await account.sale()
    teacher = await account.teacher()
    await transfer(account, teacher.id, 2000)
    paid = await account.control(f"accounts/{teacher.id}/pay-out")
    await account.control(f"payouts/{paid['id']}/pay")
    await transfer(account, teacher.id, 500, reference="pyt_2")
    failed = await account.control(f"accounts/{teacher.id}/pay-out")
    await account.control(f"payouts/{failed['id']}/fail")
    newest, oldest = (await account.payments.list_bank_payouts(account_id=teacher.id)).items
    assert (oldest.status, oldest.amount_cents) == (BankPayoutStatus.PAID, 2000)
    assert (newest.status, newest.failure_code) == (BankPayoutStatus.FAILED, "account_closed")
    assert await available(account, teacher.id) == 500
    assert not (await account.payments.get_account(teacher.id)).payouts_enabled
    ours = await account.control("payouts")
    assert (await account.payments.get_bank_payout(ours["id"])).amount_cents == 5000 - FEE - 2500


async def test_books_are_read_page_by_page_and_add_up(account: Account) -> None:
    payments, sold, teacher = account.payments, await account.sale(), await account.teacher()
    for number in range(101):
        await transfer(account, teacher.id, 1, reference=f"pyt_{number}")
    first = await payments.list_balance_transactions(since=NOW)
    rest = await payments.list_balance_transactions(since=NOW, cursor=first.next)
    assert (len(first.items), len(rest.items), rest.next) == (100, 2, None)
    assert sum(each.net_cents for each in first.items + rest.items) == await available(account)
    (charge,) = (await payments.list_balance_transactions(kind="charge", source_id=sold.charge_id)).items
    assert (charge.reporting_category, charge.created_at, charge.net_cents) == ("charge", NOW, 5000 - FEE)
    found = await payments.find_transfer(group="pyt_0")
    assert found is not None
    assert found.reference == "pyt_0"
    events = await payments.list_events(types=("charge.succeeded",), since=NOW)
    assert [event.object_id for event in events.items] == [sold.charge_id]
    assert (await payments.list_charges(since=NOW + timedelta(hours=1))).items == ()
