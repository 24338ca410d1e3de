"""The split of a sale and the installments of a part never lose or make a cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Share, installment, percent_half_up, split_sale

AMOUNTS = st.integers(0, 200_000)
COUNTS = st.integers(1, 40)


def amounts(total: int, *, taught_by_creator: bool) -> list[int]:
    return [part.amount_cents for part in split_sale(total, taught_by_creator=taught_by_creator)]


def check_split(total: int, *, taught_by_creator: bool) -> None:
    parts = split_sale(total, taught_by_creator=taught_by_creator)
    assert sum(part.amount_cents for part in parts) == total
    assert all(part.amount_cents >= 0 for part in parts)
    assert sum(part.percent for part in parts) == 100


@pytest.mark.parametrize("taught_by_creator", [True, False])
def test_every_small_total_is_split_exactly(taught_by_creator: bool) -> None:
    for total in range(3000):
        check_split(total, taught_by_creator=taught_by_creator)


@given(AMOUNTS, st.booleans())
def test_every_total_is_split_exactly(total: int, taught_by_creator: bool) -> None:
    check_split(total, taught_by_creator=taught_by_creator)


@pytest.mark.parametrize("taught_by_creator", [True, False])
def test_a_higher_price_gives_nobody_less(taught_by_creator: bool) -> None:
    before = amounts(0, taught_by_creator=taught_by_creator)
    for total in range(1, 3000):
        now = amounts(total, taught_by_creator=taught_by_creator)
        # Rounding may hand the next cent to somebody else, but takes at most that one cent from the remainder.
        assert all(new >= old for new, old in zip(now[:-1], before[:-1], strict=True))
        assert now[-1] >= before[-1] - 1
        before = now


@given(AMOUNTS, AMOUNTS, st.booleans())
def test_platform_and_royalty_are_monotone(one: int, other: int, taught_by_creator: bool) -> None:
    low, high = sorted((one, other))
    lower, higher = (amounts(total, taught_by_creator=taught_by_creator) for total in (low, high))
    assert all(new >= old for new, old in zip(higher[:-1], lower[:-1], strict=True))


@given(AMOUNTS)
def test_nobody_is_further_than_a_cent_from_the_exact_share(total: int) -> None:
    for part in split_sale(total, taught_by_creator=False):
        assert abs(part.amount_cents * 100 - total * part.percent) <= 100


def test_the_product_s_own_example() -> None:
    assert amounts(24_900, taught_by_creator=False) == [3735, 3735, 17_430]
    assert amounts(24_900, taught_by_creator=True) == [3735, 21_165]


def test_the_shares_say_who_is_paid_for_what() -> None:
    by_teacher = [part.share for part in split_sale(100, taught_by_creator=False)]
    by_creator = [part.share for part in split_sale(100, taught_by_creator=True)]
    assert by_teacher == [Share.PLATFORM, Share.CREATOR_AS_AUTHOR, Share.TEACHER]
    assert by_creator == [Share.PLATFORM, Share.CREATOR_AS_INSTRUCTOR]


def test_a_negative_sale_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        split_sale(-1, taught_by_creator=True)


@pytest.mark.parametrize(("amount", "cents"), [(0, 0), (3, 0), (4, 1), (10, 2), (110, 17), (24_900, 3735)])
def test_percentages_are_rounded_half_up(amount: int, cents: int) -> None:
    assert percent_half_up(amount, 15) == cents


@given(AMOUNTS, COUNTS)
def test_installments_add_up_and_differ_by_at_most_a_cent(total: int, count: int) -> None:
    parts = [installment(total, number=number, count=count) for number in range(1, count + 1)]
    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1


@pytest.mark.parametrize("number", [-1, 0, 6])
def test_an_installment_that_is_not_there_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="between 1 and the count"):
        installment(100, number=number, count=5)
