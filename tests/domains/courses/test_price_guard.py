"""What everybody keeps of one sale: the sums are exact, and nobody loses without a warning."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domains.courses.price_book import BOOK
from app.domains.courses.price_guard import Party, WarningCode, break_even, guard
from tests.domains.courses.studio import Desk
from tests.support.world import World

BOTH_WAYS = (False, True)


@given(st.integers(0, 100_000_000))
@settings(max_examples=200, deadline=None)
def test_the_lines_of_every_price_sum_exactly(price: int) -> None:
    for sale in guard(price).sales:
        kept = sale.teacher_keeps_cents + sale.creator_keeps_cents + sale.platform_keeps_cents
        assert kept + sale.fees_cents == price
        assert sum(line.amount_cents for line in sale.lines) == sale.platform_keeps_cents
        assert min(sale.teacher_keeps_cents, sale.creator_keeps_cents, sale.fees_cents) >= 0
        by_party = {party: -sum(line.amount_cents for line in sale.lines if line.party is party) for party in Party}
        assert by_party == {
            Party.BUYER: -price,
            Party.TEACHER: sale.teacher_keeps_cents,
            Party.CREATOR: sale.creator_keeps_cents,
            Party.PAYMENT_SERVICE: sale.fees_cents,
        }


@pytest.mark.parametrize("is_taught_by_creator", BOTH_WAYS)
def test_from_the_break_even_price_on_nobody_loses(is_taught_by_creator: bool) -> None:
    price = break_even(is_taught_by_creator=is_taught_by_creator)
    kept = [guard(each).sales[is_taught_by_creator].platform_keeps_cents for each in range(price - 1, price + 500)]
    assert kept[0] < 0
    assert min(kept[1:]) >= 0


def test_the_demo_price_by_hand() -> None:
    """$249: 15 % are 37.35; the card costs 2.9 % + 0.30 = 7.52; paying out 174.30, 37.35 and 211.65 costs 0.25 % +
    0.25, and 2.00 for each account."""
    by_teacher, by_creator = guard(24_900).sales
    assert (by_teacher.teacher_keeps_cents, by_teacher.creator_keeps_cents) == (17_430, 3_735)
    assert by_teacher.fees_cents == 752 + (44 + 25) + (9 + 25) + 2 * 200
    assert by_teacher.platform_keeps_cents == 3_735 - 1_255
    assert (by_creator.teacher_keeps_cents, by_creator.creator_keeps_cents) == (0, 21_165)
    assert by_creator.fees_cents == 752 + (53 + 25) + 200
    assert by_creator.platform_keeps_cents == 3_735 - 1_030
    assert guard(24_900).warnings == []


def test_a_free_course_moves_no_money() -> None:
    found = guard(0)
    assert found.warnings == []
    for sale in found.sales:
        assert {line.amount_cents for line in sale.lines} == {0}
        assert (sale.fees_cents, sale.platform_keeps_cents) == (0, 0)


@pytest.mark.parametrize(
    ("price", "codes"),
    [
        (1, [WarningCode.BELOW_SMALLEST_CHARGE, WarningCode.PLATFORM_LOSES, WarningCode.PLATFORM_LOSES]),
        (50, [WarningCode.PLATFORM_LOSES, WarningCode.PLATFORM_LOSES]),
        (3000, [WarningCode.PLATFORM_LOSES]),
        (5000, []),
    ],
)
def test_a_price_at_which_somebody_loses_is_warned_of(price: int, codes: list[WarningCode]) -> None:
    assert [warning.code for warning in guard(price).warnings] == codes


async def test_the_preview_and_the_draft_show_the_guard(world: World) -> None:
    desk = await Desk.draft(world)
    path = f"/api/courses/{desk.course_id}/price-preview"
    preview = (await desk.actor.get(path, params={"price_cents": 3000})).json()
    assert [warning["code"] for warning in preview["warnings"]] == ["platform_loses"]
    assert (preview["price_book"]["version"], preview["price_book"]["as_of"]) == (BOOK.version, "2026-11-30")
    assert (await desk.show())["price_guard"]["price_cents"] == 0
    changed = await desk.patch("", {"price_cents": 3000, "currency": "usd"})
    assert changed.json()["price_guard"] == preview
    stranger = await world.member("Nick Nobody")
    assert (await stranger.get(path, params={"price_cents": 3000})).status_code == 404
