"""What a refund takes from whom: pure arithmetic, in cents."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.money import Share, installment, portion_half_up, royalty_of_rest, share_out
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class Stake:
    """What one party still has of a sale: what no held session has released yet, and what was released and not taken
    back. Without a recipient it is the platform's, or the part of a teacher whom nobody has chosen yet. `turn` counts
    how often the teacher had changed when the part was made."""

    share: Share
    recipient_id: UserId | None
    unreleased_cents: int
    released_cents: int
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Loss:
    """What one party gives of its stake."""

    share: Share
    recipient_id: UserId | None
    unreleased_cents: int
    released_cents: int
    turn: int = 0

    @property
    def amount_cents(self) -> int:
        return self.unreleased_cents + self.released_cents


def due_release(
    amount_cents: int, *, released: int, withdrawn: int, number: int, count: int, is_rest: bool = False
) -> int:
    """What the `number`-th of `count` sessions releases of a share: its installment; after something was taken back,
    and of the rest that came with the place from another teacher, an equal part of what is left; the last one all of
    that."""
    left = amount_cents - released - withdrawn
    if number == count:
        return left
    if withdrawn or is_rest:
        return portion_half_up(left, part=1, whole=count - number + 1)
    return min(left, installment(amount_cents, number=number, count=count))


def held_by_all(stakes: Sequence[Stake]) -> int:
    """What is left of the sale."""
    return sum(stake.unreleased_cents + stake.released_cents for stake in stakes)


def untaught_amount(price_cents: int, stakes: Sequence[Stake], *, bought: int, held: int) -> int:
    """What a refund returns unless an administrator says otherwise: the price times the share of the sessions that were
    not held, rounded half up. After an earlier refund it is what no held session has released."""
    left = held_by_all(stakes)
    if left < price_cents:
        return sum(stake.unreleased_cents for stake in stakes)
    return min(left, portion_half_up(price_cents, part=bought - held, whole=bought))


def take_back(stakes: Sequence[Stake], amount_cents: int) -> tuple[Loss, ...]:
    """Who gives what, so that it makes `amount_cents`: at first what is unreleased of all, in proportion to it, then
    what was released, in proportion to that. Nobody gives more than they have; with a greater amount nobody gives
    less."""
    unreleased = [stake.unreleased_cents for stake in stakes]
    early = min(amount_cents, sum(unreleased))
    first = share_out(early, unreleased)
    second = share_out(amount_cents - early, [stake.released_cents for stake in stakes])
    return tuple(
        Loss(stake.share, stake.recipient_id, taken, late, stake.turn)
        for stake, taken, late in zip(stakes, first, second, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Succession:
    """What a change of the teacher moves: whole unreleased parts, and the parts of the next turn that come of them."""

    given: tuple[Stake, ...]
    taken: tuple[Stake, ...]


def succession(stakes: Sequence[Stake], teacher_id: UserId) -> Succession:
    """Who teaches from now on takes what no session has released of the teacher's part. The creator who does has it
    with the royalty as one part of 85 %; of such a part the royalty stays with the creator when somebody else
    follows."""
    newest = sorted(stakes, key=lambda stake: stake.turn, reverse=True)
    taught = next(stake for stake in newest if stake.share in {Share.TEACHER, Share.CREATOR_AS_INSTRUCTOR})
    turn, rest = newest[0].turn + 1, taught.unreleased_cents
    if taught.share is Share.CREATOR_AS_INSTRUCTOR:
        royalty = royalty_of_rest(rest)
        author = Stake(Share.CREATOR_AS_AUTHOR, taught.recipient_id, royalty, 0, turn)
        return Succession((taught,), (author, Stake(Share.TEACHER, teacher_id, rest - royalty, 0, turn)))
    author = next(stake for stake in newest if stake.share is Share.CREATOR_AS_AUTHOR)
    if author.recipient_id != teacher_id:
        return Succession((taught,), (Stake(Share.TEACHER, teacher_id, rest, 0, turn),))
    whole = Stake(Share.CREATOR_AS_INSTRUCTOR, teacher_id, author.unreleased_cents + rest, 0, turn)
    return Succession((author, taught), (whole,))


RULES = {
    "sale": ("course-price", 1),
    "assign": ("untaught-to-who-teaches", 1),
    "release": ("per-held-session", 1),
    "fee": ("fee-of-the-platform", 1),
    "refund": ("untaught-first", 1),
    "refund_paid": ("untaught-first", 1),
    "refund_back": ("untaught-first", 1),
    "refund_covered": ("untaught-first", 1),
    "keep": ("rounding-to-the-share", 1),
    "dispute": ("bank-decides", 1),
    "dispute_won": ("bank-decides", 1),
    "dispute_lost": ("untaught-first", 1),
    "dispute_fee": ("fee-of-the-platform", 1),
    "accepted": ("an-administrator-decided", 1),
}
"""By which rule an entry of a kind was made, and the rule's version. That of an allocation is written on the sale."""

TITLES = {
    "sale": "The buyer paid the price.",
    "allocate": "The price was shared out.",
    "assign": "Who teaches from now on took over what is not taught yet.",
    "fee": "The payment service kept its fee, which the platform bears.",
    "release": "A held session released its part.",
    "refund": "A refund was decided.",
    "keep": "The place ended: what rounding left goes to the share it is of.",
    "refund_paid": "The refund left for the buyer.",
    "refund_back": "The refund came back: the buyer's bank did not take it.",
    "dispute": "The buyer's bank took the money for now.",
    "dispute_fee": "The payment service's fee for the dispute, which the platform bears.",
    "dispute_won": "The bank gave the money back.",
    "dispute_lost": "The bank kept the money.",
    "refund_covered": "The buyer's bank took what was to be refunded.",
    "accepted": "An administrator entered what only the payment service's books had.",
}
"""What an entry of a kind says."""

ORDER = tuple(TITLES)
"""In which order entries that were made at the same instant are told."""
