"""Comparing two books: each way in which they can differ, for each kind of movement."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domains.books import policies
from app.domains.books.types import Books, Drift, Finding, KnownPayout, Move, Movement, SentTransfer
from app.domains.payments.types import EntryFacts

NOW = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=35)
EARLIER = NOW - timedelta(hours=5)


def moved(
    move: Move, cents: int = 8715, *, key: str = "x_1", currency: str = "usd", at: datetime = EARLIER
) -> Movement:
    return Movement(move, key, cents, currency, at, f"source of {key}")


def compare(ours: list[Movement], theirs: list[Movement], **totals: dict[str, int]) -> list[Finding]:
    mine, yours = Books(tuple(ours), totals.get("mine")), Books(tuple(theirs), totals.get("yours"))
    return policies.compare(mine, yours, since=SINCE, now=NOW)


@pytest.mark.parametrize("move", list(Move))
def test_every_difference_of_every_movement_is_named(move: Move) -> None:
    good = moved(move)
    for ours, theirs, drift in (
        ([], [good], Drift.UNBOOKED),
        ([good], [], Drift.PHANTOM),
        ([good], [moved(move, 8714)], Drift.AMOUNT),
        ([good], [good, good], Drift.TWICE),
        ([good], [moved(move, currency="eur")], Drift.CURRENCY),
    ):
        (finding,) = compare(ours, theirs)
        assert (finding.move, finding.drift, finding.subject) == (move, drift, "x_1")
        assert "x_1" in finding.sentence
        if drift is not Drift.CURRENCY:
            missing = finding.theirs_cents - finding.ours_cents
            assert [line.amount_cents for line in finding.proposal] == [missing, -missing]
    assert compare([good], [good]) == []


_movements = st.lists(
    st.builds(
        moved,
        st.sampled_from(Move),
        st.integers(-500, 500),
        key=st.sampled_from(["a", "b", "c"]),
        at=st.integers(2, 200).map(lambda hours: NOW - timedelta(hours=hours)),
    )
)


@given(_movements, st.randoms(use_true_random=False))
def test_the_same_books_differ_in_nothing_whatever_their_order(books: list[Movement], random: st.DataObject) -> None:
    other = list(books)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert compare(books, other) == []


@given(_movements, _movements)
def test_what_is_proposed_makes_our_balance_theirs(ours: list[Movement], theirs: list[Movement]) -> None:
    proposed = sum(finding.proposal[0].amount_cents for finding in compare(ours, theirs) if finding.proposal)
    assert sum(each.cents for each in ours) + proposed == sum(each.cents for each in theirs)


def test_what_is_young_or_old_is_not_compared() -> None:
    young, old = NOW - timedelta(minutes=59), SINCE - timedelta(minutes=1)
    assert compare([moved(Move.PAYMENT, at=young)], []) == []
    assert compare([], [moved(Move.PAYMENT, at=old)]) == []


def test_totals_differ_by_what_nothing_explains() -> None:
    (finding,) = compare([], [], mine={"usd": 100}, yours={"usd": 90, "eur": 0})
    assert (finding.drift, finding.ours_cents, finding.theirs_cents) == (Drift.BALANCE, 100, 90)
    young = moved(Move.PAYMENT, at=NOW)
    assert compare([], [young], mine={"usd": 0}, yours={"usd": 8715}) == []


def test_old_drift_hides_neither_behind_what_is_named_nor_behind_what_is_on_its_way() -> None:
    named, young = moved(Move.OTHER, -200), moved(Move.PAYMENT, key="x_2", at=NOW)
    found = compare([], [named, young], mine={"usd": 0}, yours={"usd": 8515 - 90})
    assert [each.drift for each in found] == [Drift.UNBOOKED, Drift.BALANCE]
    assert found[1].theirs_cents - found[1].ours_cents == -90
    assert [each.drift for each in compare([], [named, young], mine={"usd": 0}, yours={"usd": 8515})] == [
        Drift.UNBOOKED
    ]
    before = moved(Move.PAYMENT, at=SINCE - timedelta(hours=1))  # the other half may be yet older
    assert compare([before], [], mine={"usd": 8715}, yours={"usd": 8715}) == []
    assert [each.drift for each in compare([before], [], mine={"usd": 8715}, yours={"usd": 0})] == [Drift.BALANCE]


def test_transfers_are_compared_as_objects_too() -> None:
    known = {"pay_1": KnownPayout("tr_1", "acct_1", 0)}
    sent = SentTransfer("tr_1", "pay_1", "acct_1", 0, "usd")
    assert policies.compare_transfers([sent], known) == []
    wrong = SentTransfer("tr_1", "pay_1", "acct_2", 430, "usd")
    assert [each.drift for each in policies.compare_transfers([wrong], known)] == [Drift.MISDIRECTED, Drift.REVERSED]


def test_each_entry_at_the_payment_service_has_its_kind() -> None:
    def moves(entry_id: str, kind: str) -> tuple[Move, str]:
        found = policies.our_movement(EntryFacts(entry_id, kind, "txn_1", 1, "usd", NOW), {})
        assert found is not None
        return found.move, found.key

    assert moves("sale:txn_1", "sale") == (Move.PAYMENT, "txn_1")
    assert moves("payout_paid:pay_1", "payout_paid") == (Move.TRANSFER, "pay_1")
    assert moves("refund_paid:ref_1", "refund_paid") == (Move.REFUND, "ref_1")
    assert moves("dispute_fee:dis_1:1500", "dispute_fee") == (Move.DISPUTE_FEE, "txn_1")
    assert moves("by-hand", "correction") == (Move.OTHER, "by-hand")


def test_what_was_accepted_stands_for_what_moved_then() -> None:
    def entry(fact: str) -> EntryFacts:
        return EntryFacts(f"accepted:{fact}:fnd_1:0:-200", "accepted", "fee_1", -200, "usd", NOW)

    found = policies.our_movement(entry("other"), {"fnd_1": EARLIER})
    assert found == Movement(Move.OTHER, "fee_1", -200, "usd", EARLIER, "accepted:other:fnd_1:0:-200")
    assert policies.our_movement(entry("balance"), {}) is None


def test_only_what_is_the_platforms_is_entered_at_its_word() -> None:
    def account(move: Move, *, source: str, drift: Drift = Drift.UNBOOKED) -> tuple[str, bool]:
        theirs = Movement(move, "x_1", 500, "usd", EARLIER, source)
        ours = [moved(move, 400)] if drift is Drift.AMOUNT else []
        (finding,) = compare(ours, [theirs])
        return finding.proposal[1].account, policies.postable(finding.proposal) is not None

    for move in (Move.REFUND, Move.TRANSFER, Move.DISPUTE, Move.FEE, Move.OTHER):
        assert account(move, source="x_1") == ("platform", True)  # of no row of ours
    for move in (Move.REFUND, Move.TRANSFER, Move.REVERSAL, Move.DISPUTE):
        assert not account(move, source="known as x_1", drift=Drift.AMOUNT)[1]
    for move in (Move.FEE, Move.OTHER):
        assert account(move, source="known as x_1", drift=Drift.AMOUNT) == ("platform", True)
    assert account(Move.REVERSAL, source="x_1") == ("releasable of the payee", False)
    assert account(Move.REFUND, source="known as x_1") == ("refunding", False)
    assert account(Move.TRANSFER, source="known as x_1") == ("in_payout of the payee", False)
    assert account(Move.BANK_PAYOUT, source="x_1") == ("bank", True)
    assert account(Move.PAYMENT, source="x_1") == ("unmatched", True)
    (phantom,) = compare([moved(Move.PAYMENT)], [])
    assert policies.postable(phantom.proposal) is None  # it would take from what is to be given back
