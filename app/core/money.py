"""Money is an integer number of minor units with a currency beside it, never a float.

The split rules are those of the product: the base is the gross price, platform and royalty are rounded half up,
and the last human recipient takes the remainder, so the parts always add up to the price.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

CURRENCY: Final = "usd"
SPLIT_RULE = "gross-15-15-70"
SPLIT_RULE_VERSION = 1
_PLATFORM_PERCENT = 15
_ROYALTY_PERCENT = 15


class Share(StrEnum):
    """Why somebody receives a part of a sale."""

    PLATFORM = "platform"
    CREATOR_AS_AUTHOR = "creator_as_author"
    CREATOR_AS_INSTRUCTOR = "creator_as_instructor"
    TEACHER = "teacher"


PERCENT_OF: Final = {
    Share.PLATFORM: _PLATFORM_PERCENT,
    Share.CREATOR_AS_AUTHOR: _ROYALTY_PERCENT,
    Share.CREATOR_AS_INSTRUCTOR: 100 - _PLATFORM_PERCENT,
    Share.TEACHER: 100 - _PLATFORM_PERCENT - _ROYALTY_PERCENT,
}
"""The percentage of the gross price that each share is made of."""


@dataclass(frozen=True, slots=True)
class Part:
    """One recipient's part of a sale: why, how much, and the percentage that was applied."""

    share: Share
    amount_cents: int

    @property
    def percent(self) -> int:
        return PERCENT_OF[self.share]


def percent_half_up(amount_cents: int, percent: int) -> int:
    """`percent` of a non-negative amount, rounded half up to the cent."""
    return basis_points_half_up(amount_cents, percent * 100)


def basis_points_half_up(amount_cents: int, basis_points: int) -> int:
    """So many hundredths of a percent of a non-negative amount, rounded half up to the cent."""
    return (amount_cents * basis_points + 5000) // 10_000


def split_sale(amount_cents: int, *, taught_by_creator: bool) -> tuple[Part, ...]:
    """The parts of one sale: 15/85 when the creator teaches, else 15/15/70. They sum to `amount_cents` exactly."""
    if amount_cents < 0:
        raise ValueError("a sale cannot be negative")
    platform = percent_half_up(amount_cents, _PLATFORM_PERCENT)
    if taught_by_creator:
        rest = amount_cents - platform
        return (
            Part(Share.PLATFORM, platform),
            Part(Share.CREATOR_AS_INSTRUCTOR, rest),
        )
    # The second rounding may not exceed what the first one left: one cent would otherwise be given twice.
    royalty = min(percent_half_up(amount_cents, _ROYALTY_PERCENT), amount_cents - platform)
    teacher = amount_cents - platform - royalty
    return (
        Part(Share.PLATFORM, platform),
        Part(Share.CREATOR_AS_AUTHOR, royalty),
        Part(Share.TEACHER, teacher),
    )


def royalty_of_rest(rest_cents: int) -> int:
    """What stays with the creator of what is left of a creator's whole share, when somebody else teaches from now on:
    the royalty's part of it, rounded half up. Who teaches takes the remainder."""
    whole = PERCENT_OF[Share.CREATOR_AS_INSTRUCTOR]
    return portion_half_up(rest_cents, part=_ROYALTY_PERCENT, whole=whole)


def installment(amount_cents: int, *, number: int, count: int) -> int:
    """The part of `amount_cents` released by the `number`-th of `count` sessions (from 1).

    Cumulative floor division: the installments differ by at most one cent and sum to the amount exactly.
    """
    if not 1 <= number <= count:
        raise ValueError("the installment's number must lie between 1 and the count")
    return amount_cents * number // count - amount_cents * (number - 1) // count


def portion_half_up(amount_cents: int, *, part: int, whole: int) -> int:
    """`part` of `whole` equal pieces of a non-negative amount, rounded half up to the cent."""
    return (2 * amount_cents * part + whole) // (2 * whole)


def share_out(amount_cents: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount that the weights together hold in proportion to them, to the cent.

    The parts sum to the amount exactly; none is negative or exceeds its weight, so that who holds so much can give it;
    and with a greater amount none is less. One after the other takes its portion of what the ones before left.
    """
    left, of = amount_cents, sum(weights)
    if not 0 <= amount_cents <= of:
        raise ValueError("the amount must lie between zero and the sum of the weights")
    parts = []
    for weight in weights:
        part = portion_half_up(left, part=weight, whole=of) if of else 0
        parts.append(part)
        left, of = left - part, of - weight
    return parts
