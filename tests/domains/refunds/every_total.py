"""Every total from 1 to 200,000 cents: `python -m tests.domains.refunds.every_total` takes some minutes."""

from app.core.money import split_sale
from app.domains.payments.policies import Stake, due_release, take_back, untaught_amount

_PLACES = ((1, 0), (2, 1), (3, 1), (3, 2), (7, 5))  # sessions bought, and held


def stakes_after(price: int, *, bought: int, held: int, by_creator: bool) -> list[Stake]:
    """What everybody has of a sale once so many of its sessions were held."""
    return [
        Stake(part.share, None, part.amount_cents - released, released)
        for part in split_sale(price, taught_by_creator=by_creator)
        for released in [_released(part.amount_cents, bought, held)]
    ]


def _released(amount: int, bought: int, held: int) -> int:
    released = 0
    for number in range(1, held + 1):
        released += due_release(amount, released=released, withdrawn=0, number=number, count=bought)
    return released


def check(total: int) -> None:
    """A refund of what was not taught, and of a cent more and less, is exact and takes nothing that is not there."""
    for bought, held in _PLACES:
        for by_creator in (True, False):
            stakes = stakes_after(total, bought=bought, held=held, by_creator=by_creator)
            due = untaught_amount(total, stakes, bought=bought, held=held)
            assert abs(due * bought - total * (bought - held)) * 2 <= bought, (total, bought, held)
            before = [0] * len(stakes)
            for amount in (max(0, due - 1), due, min(total, due + 1), total):
                losses = [loss.amount_cents for loss in take_back(stakes, amount)]
                assert sum(losses) == amount, (total, bought, held, amount)
                assert all(one <= more for one, more in zip(before, losses, strict=True)), (total, amount)
                before = losses


if __name__ == "__main__":
    for each in range(1, 200_001):
        check(each)
    print("200,000 totals: every refund is exact, within what everybody has, and monotone.")  # noqa: T201 - a command
