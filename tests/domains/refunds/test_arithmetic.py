"""Who gives how much: exact, never negative, never more than is there, and with more no less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Share, share_out
from app.domains.payments.policies import Stake, due_release, held_by_all, take_back, untaught_amount
from tests.domains.refunds.every_total import check, stakes_after

WEIGHTS = st.lists(st.integers(0, 100_000), min_size=1, max_size=4)


@given(weights=WEIGHTS, data=st.data())
def test_an_amount_is_shared_out_to_the_cent(weights: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    parts = share_out(amount, weights)
    assert sum(parts) == amount
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
    if amount < sum(weights):
        assert all(one <= more for one, more in zip(parts, share_out(amount + 1, weights), strict=True))


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1, 2]), (4, [1, 2]), (1, [])])
def test_what_is_not_there_is_not_shared_out(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="between"):
        share_out(amount, weights)


def test_totals_from_nothing_to_two_thousand_dollars() -> None:
    """Every 53rd; all of them: `python -m tests.domains.refunds.every_total`."""
    for total in range(1, 200_001, 53):
        check(total)


@given(
    price=st.integers(1, 200_000),
    bought=st.integers(1, 12),
    held=st.integers(0, 12),
    by_creator=st.booleans(),
    data=st.data(),
)
def test_a_refund_is_exact_bounded_and_monotone(
    price: int, bought: int, held: int, by_creator: bool, data: st.DataObject
) -> None:
    stakes = stakes_after(price, bought=bought, held=min(held, bought), by_creator=by_creator)
    amount = data.draw(st.integers(0, price))
    losses = take_back(stakes, amount)
    assert sum(loss.amount_cents for loss in losses) == amount
    for loss, stake in zip(losses, stakes, strict=True):
        assert 0 <= loss.unreleased_cents <= stake.unreleased_cents
        assert 0 <= loss.released_cents <= stake.released_cents
    if amount < price:
        more = take_back(stakes, amount + 1)
        assert all(a.amount_cents <= b.amount_cents for a, b in zip(losses, more, strict=True))


def test_the_product_s_own_example() -> None:
    half = stakes_after(24900, bought=2, held=1, by_creator=False)
    assert untaught_amount(24900, half, bought=2, held=1) == 12450
    whole = stakes_after(24900, bought=2, held=0, by_creator=False)
    assert [loss.amount_cents for loss in take_back(whole, 24900)] == [3735, 3735, 17430]


def test_after_an_earlier_refund_what_is_unreleased_is_returned() -> None:
    stakes = [Stake(Share.PLATFORM, None, 100, 150), Stake(Share.TEACHER, None, 300, 400)]
    assert held_by_all(stakes) == 950
    assert untaught_amount(1000, stakes, bought=2, held=1) == 400


@given(amount=st.integers(0, 200_000), count=st.integers(1, 12), at=st.integers(1, 12), taken=st.integers(0, 200_000))
def test_what_was_not_taken_back_is_released_to_the_cent(amount: int, count: int, at: int, taken: int) -> None:
    """Sessions release equal parts, before and after something is taken back."""
    released, withdrawn = 0, 0
    parts: list[int] = []
    for number in range(1, count + 1):
        if number == at:
            withdrawn = min(taken, amount - released)
            parts.clear()
        due = due_release(amount, released=released, withdrawn=withdrawn, number=number, count=count)
        released += due
        parts.append(due)
    assert released == amount - withdrawn
    assert max(parts) - min(parts) <= 1
