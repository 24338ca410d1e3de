"""The books: balanced, entered once, never overdrawn, append-only, recomputable."""

import asyncio

import pytest

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.payments import ledger, repository
from app.domains.payments.errors import LedgerRefused
from app.domains.payments.ledger import Account, Line
from app.domains.payments.types import AccountKind
from tests.support.world import World

STRIPE = Account(AccountKind.STRIPE, "usd")
UNMATCHED = Account(AccountKind.UNMATCHED, "usd")


def enter(session: WriteSession, entry_id: str, *lines: Line) -> bool:
    return ledger.post(session, entry_id, kind="test", reference="test", lines=list(lines))


def credit(session: ReadSession, account: Account) -> int:
    return ledger.credit_of(session, account)


async def test_an_entry_moves_both_balances_and_the_books_stay_sound(world: World) -> None:
    assert await world.write(enter, "sale:1", Line(STRIPE, 24900), Line(UNMATCHED, -24900))
    books = await world.db.read(ledger.trial_balance)
    assert books.is_sound
    assert books.balances == {STRIPE.id: 24900, UNMATCHED.id: -24900}


async def test_the_same_fact_is_entered_once_however_often_and_however_parallel(world: World) -> None:
    lines = (Line(STRIPE, 100), Line(UNMATCHED, -100))
    entered = await asyncio.gather(*(world.write(enter, "sale:1", *lines) for _ in range(20)))
    assert sorted(entered) == [False] * 19 + [True]
    assert await world.db.read(credit, UNMATCHED) == 100


@pytest.mark.parametrize(
    "lines",
    [
        (Line(STRIPE, 100), Line(UNMATCHED, -99)),
        (Line(STRIPE, 100), Line(Account(AccountKind.UNMATCHED, "eur"), -100)),
    ],
)
async def test_an_entry_that_does_not_balance_is_refused(world: World, lines: tuple[Line, Line]) -> None:
    with pytest.raises(LedgerRefused, match="does not balance"):
        await world.write(enter, "sale:1", *lines)
    assert (await world.db.read(ledger.trial_balance)).balances == {}


async def test_a_persons_account_is_never_overdrawn(world: World) -> None:
    owner = (await world.member("Tess Template")).user_id
    earned = Account(AccountKind.RELEASABLE, "usd", owner)
    await world.write(enter, "give", Line(STRIPE, 100), Line(earned, -100))
    with pytest.raises(LedgerRefused, match="overdraw"):
        await world.write(enter, "take", Line(STRIPE, -101), Line(earned, 101))
    assert await world.db.read(credit, earned) == 100


async def test_money_taken_by_forty_at_once_leaves_once(world: World) -> None:
    owner = (await world.member("Tess Template")).user_id
    earned = Account(AccountKind.RELEASABLE, "usd", owner)
    await world.write(enter, "give", Line(STRIPE, 100), Line(earned, -100))

    def take() -> "asyncio.Future[bool]":
        return asyncio.ensure_future(world.write(enter, new_id("tst"), Line(STRIPE, -100), Line(earned, 100)))

    outcomes = await asyncio.gather(*(take() for _ in range(40)), return_exceptions=True)
    assert outcomes.count(True) == 1
    assert sum(isinstance(outcome, LedgerRefused) for outcome in outcomes) == 39
    assert (await world.db.read(ledger.trial_balance)).is_sound


async def test_a_balance_that_was_tampered_with_is_named(world: World) -> None:
    await world.write(enter, "sale:1", Line(STRIPE, 100), Line(UNMATCHED, -100))

    def tamper(session: WriteSession) -> None:
        repository.add_to_balance(session, STRIPE.id, 1, may_be_debit=True)

    await world.write(tamper)
    books = await world.db.read(ledger.trial_balance)
    assert not books.is_sound
    assert books.faults == (f"{STRIPE.id}: balance 101, postings 100",)
