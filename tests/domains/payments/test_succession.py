"""Whose the teacher's part of a sale is, when teachers come and go between its sessions."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Share, royalty_of_rest, split_sale
from app.domains.payments.policies import Stake, due_release, held_by_all, succession, take_back
from app.domains.users.types import UserId

CREATOR, TESS, TOM = (UserId(f"usr_{name}") for name in ("creator", "tess", "tom"))
_MOMENTS = st.lists(st.one_of(st.sampled_from([CREATOR, TESS, TOM]), st.integers(1, 400), st.none()), max_size=20)


def sold(price: int, teacher_id: UserId | None) -> list[Stake]:
    owners = {Share.PLATFORM: None, Share.TEACHER: teacher_id}
    parts = split_sale(price, taught_by_creator=teacher_id == CREATOR)
    return [Stake(part.share, owners.get(part.share, CREATOR), part.amount_cents, 0) for part in parts]


def taught(stakes: list[Stake], teacher_id: UserId) -> list[Stake]:
    """The parts when the person teaches from now on, with what is empty."""
    moved = succession(stakes, teacher_id)
    assert sum(each.unreleased_cents for each in moved.given) == sum(each.unreleased_cents for each in moved.taken)
    kept = [replace(each, unreleased_cents=0) if each in moved.given else each for each in stakes]
    return [*kept, *moved.taken]


def _brief(stakes: list[Stake]) -> set[tuple[str, UserId | None, int]]:
    held = ((each, each.unreleased_cents + each.released_cents) for each in stakes)
    return {(str(each.share), each.recipient_id, cents) for each, cents in held if cents}


def test_the_sample_price_is_shared_out_with_whom_the_first_booking_names() -> None:
    later = sold(24900, None)
    assert _brief(later) == {("platform", None, 3735), ("creator_as_author", CREATOR, 3735), ("teacher", None, 17430)}
    assert _brief(taught(later, TESS)) == _brief(sold(24900, TESS))
    assert _brief(taught(later, CREATOR)) == _brief(sold(24900, CREATOR))
    assert _brief(taught(taught(later, CREATOR), TESS)) == _brief(sold(24900, TESS))


@given(price=st.integers(1, 200_000))
def test_a_first_booking_shares_out_every_price_as_a_checkout_would(price: int) -> None:
    for teacher_id in (TESS, CREATOR):
        assert _brief(taught(sold(price, None), teacher_id)) == _brief(sold(price, teacher_id))


@given(rest=st.integers(0, 200_000))
def test_what_the_creator_keeps_of_a_rest_is_never_more_than_it_and_half_a_cent_off(rest: int) -> None:
    royalty = royalty_of_rest(rest)
    assert 0 <= royalty <= rest
    assert abs(royalty * 85 - rest * 15) * 2 <= 85


@given(price=st.integers(1, 200_000), count=st.integers(1, 10), moments=_MOMENTS)
def test_teachers_come_and_go_between_releases_and_refunds_and_no_cent_is_lost(
    price: int, count: int, moments: list[UserId | int | None]
) -> None:
    """A person teaches from then on, a number is given back, and None is a session that is held."""
    stakes, held, given_back, withdrawn = sold(price, None), 0, 0, set[tuple[str, int]]()
    teacher_id: UserId | None = None
    for moment in moments:
        match moment:
            case str():
                if moment != teacher_id:
                    stakes, teacher_id = taught(stakes, moment), moment
            case int():
                amount = min(moment, held_by_all(stakes))
                losses = take_back(stakes, amount)
                withdrawn |= {(each.share, each.turn) for each in losses if each.unreleased_cents}
                given_back += amount
                stakes = [
                    replace(
                        each,
                        unreleased_cents=each.unreleased_cents - loss.unreleased_cents,
                        released_cents=each.released_cents - loss.released_cents,
                    )
                    for each, loss in zip(stakes, losses, strict=True)
                ]
            case None:
                if held < count and teacher_id is not None:
                    held += 1
                    stakes = [_released(each, held, count, withdrawn) for each in stakes]
        assert held_by_all(stakes) + given_back == price
        assert all(each.unreleased_cents >= 0 and each.released_cents >= 0 for each in stakes)
        assert all(each.released_cents == 0 for each in stakes if each.recipient_id is None and each.share == "teacher")
    if held == count:
        assert all(each.unreleased_cents == 0 for each in stakes)


def _released(stake: Stake, number: int, count: int, withdrawn: set[tuple[str, int]]) -> Stake:
    """Of a part that was never touched its installment, of any other an equal piece of the rest."""
    is_whole = stake.turn == 0 and (stake.share, stake.turn) not in withdrawn and not stake.released_cents
    due = due_release(
        stake.unreleased_cents + stake.released_cents,
        released=stake.released_cents,
        withdrawn=0,
        number=number,
        count=count,
        is_rest=not is_whole,
    )
    due = min(due, stake.unreleased_cents)
    return replace(stake, unreleased_cents=stake.unreleased_cents - due, released_cents=stake.released_cents + due)
