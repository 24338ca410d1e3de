"""What a checkout's states make of a purchase, whatever the order and however often they are reported."""

import asyncio
import dataclasses
import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.core.events import EventBus
from app.core.money import Share
from app.db.database import Database
from app.db.session import WriteSession
from app.domains.payments import ledger, repository, service
from app.domains.payments.types import PurchaseRef, PurchaseStatus, TransactionId
from app.domains.users.types import UserId
from app.edge.idempotency import IdempotencyKeyReused
from app.providers.payments.port import Checkout, CheckoutStatus
from tests.support.world import World

PRICE = 24900


@pytest.fixture
def money(world: World) -> Database:
    """The database with nobody listening: what the money domain does by itself."""
    return Database(world.db.engines, world.clock, EventBus())


async def people(world: World) -> tuple[UserId, UserId, UserId]:
    names = ("Sam Sample", "Ada Example", "Tess Template")
    buyer, creator, teacher = [(await world.member(name)).user_id for name in names]
    return buyer, creator, teacher


async def purchase(world: World, *, key: str = "key-0001") -> service.PurchaseFacts:
    buyer, creator, teacher = await people(world)
    ref = PurchaseRef("crs_demo", "Intro to n8n", creator, teacher, 2)
    return await world.write(
        service.start_purchase, buyer, ref, request_key=key, amount_cents=PRICE, life=timedelta(minutes=30)
    )


def checkout(made: service.PurchaseFacts, status: CheckoutStatus) -> Checkout:
    return Checkout(
        id=f"cs_test_{made.id[-8:]}",
        reference=made.id,
        url=None,
        status=status,
        amount_cents=PRICE,
        currency="usd",
        expires_at=made.expires_at,
        payment_intent_id=f"pi_{made.id[-8:]}",
        charge_id=f"ch_{made.id[-8:]}",
    )


async def test_a_repeated_request_finds_the_same_purchase(world: World) -> None:
    first = await purchase(world)
    ref = first.ref
    again = await world.write(
        service.start_purchase, first.buyer_id, ref, request_key="key-0001", amount_cents=PRICE, life=timedelta(hours=9)
    )
    assert again == first


async def test_the_same_key_for_something_else_is_refused(world: World) -> None:
    first = await purchase(world)
    other = dataclasses.replace(first.ref, subject_id="crs_other")
    with pytest.raises(IdempotencyKeyReused):
        await world.write(
            service.start_purchase, first.buyer_id, other, request_key="key-0001", amount_cents=1, life=timedelta()
        )


@pytest.mark.parametrize(
    "reported",
    [
        order
        for size in (1, 2, 3)
        for order in itertools.permutations((CheckoutStatus.OPEN, CheckoutStatus.EXPIRED, CheckoutStatus.PAID), size)
        if CheckoutStatus.PAID in order
    ],
)
async def test_paid_wins_in_every_order(world: World, money: Database, reported: tuple[CheckoutStatus, ...]) -> None:
    made = await purchase(world)
    for status in (*reported, *reported):
        await money.write(service.apply_checkout, checkout(made, status))
    found = await world.db.read(service.find_purchase, made.buyer_id, checkout(made, CheckoutStatus.PAID).id)
    assert found.status is PurchaseStatus.PAID
    assert (await world.db.read(ledger.trial_balance)).balances["stripe:-:usd"] == PRICE


async def test_a_hundred_reports_at_once_make_one_transaction(world: World, money: Database) -> None:
    made = await purchase(world)
    paid = checkout(made, CheckoutStatus.PAID)
    await asyncio.gather(*(money.write(service.apply_checkout, paid) for _ in range(100)))
    books = await world.db.read(ledger.trial_balance)
    assert books.is_sound
    assert books.balances["stripe:-:usd"] == PRICE


async def test_another_amount_than_ours_is_kept_but_buys_nothing(world: World, money: Database) -> None:
    made = await purchase(world)
    await money.write(service.apply_checkout, dataclasses.replace(checkout(made, CheckoutStatus.PAID), amount_cents=1))
    assert (await world.db.read(ledger.trial_balance)).balances == {"stripe:-:usd": 1, "unmatched:-:usd": -1}


async def test_a_checkout_that_is_not_ours_changes_nothing(world: World, money: Database) -> None:
    made = await purchase(world)
    foreign = dataclasses.replace(checkout(made, CheckoutStatus.PAID), reference="order of another shop")
    assert await money.write(service.apply_checkout, foreign) is None
    assert (await world.db.read(ledger.trial_balance)).balances == {}


async def sale(world: World, *, amount_cents: int = PRICE) -> tuple[TransactionId, service.PurchaseFacts]:
    """A paid purchase whose money is still unmatched: in these tests nobody sells `crs_demo`."""
    buyer, creator, teacher = await people(world)
    ref = PurchaseRef("crs_demo", "Intro to n8n", creator, teacher, 2)
    made = await world.write(
        service.start_purchase, buyer, ref, request_key="key-0001", amount_cents=amount_cents, life=timedelta(hours=1)
    )
    paid = dataclasses.replace(checkout(made, CheckoutStatus.PAID), amount_cents=amount_cents)

    def record(session: WriteSession) -> TransactionId:
        purchase_row = repository.purchase_by_id(session, made.id)
        assert purchase_row is not None
        return service.record_transaction(session, purchase_row, paid)

    return await world.write(record), made


async def test_a_sale_is_split_15_15_70_and_released_session_by_session(world: World) -> None:
    transaction_id, made = await sale(world)
    creator, teacher = made.ref.creator_id, made.ref.teacher_id
    assert teacher is not None
    await world.write(service.allocate, transaction_id, creator_id=creator, teacher_id=teacher)
    await world.write(service.release_share, transaction_id, number=1, count=2)
    await world.write(service.release_share, transaction_id, number=1, count=2)

    balances = await world.db.read(service.get_balances, teacher, "usd")
    assert (balances.pending_cents, balances.releasable_cents) == (8715, 8715)
    royalty = await world.db.read(service.get_balances, creator, "usd")
    assert (royalty.pending_cents, royalty.releasable_cents) == (1868, 1867)
    books = await world.db.read(ledger.trial_balance)
    assert books.is_sound
    assert books.balances["platform:-:usd"] == -3735
    assert books.balances["unmatched:-:usd"] == 0


async def test_a_creator_who_teaches_gets_one_part_of_85(world: World) -> None:
    transaction_id, made = await sale(world)
    creator = made.ref.creator_id
    await world.write(service.allocate, transaction_id, creator_id=creator, teacher_id=creator)
    rows = await world.db.read(service.list_splits, creator, before=None, limit=10)
    assert [(split.share, split.amount_cents) for split, _ in rows] == [(Share.CREATOR_AS_INSTRUCTOR, 21165)]


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amount=st.integers(1, 200_000), count=st.integers(1, 12), by_creator=st.booleans())
async def test_every_part_is_released_exactly(world: World, amount: int, count: int, by_creator: bool) -> None:
    transaction_id, made = await sale(world, amount_cents=amount)
    creator = made.ref.creator_id
    teacher = creator if by_creator else made.ref.teacher_id
    await world.write(service.allocate, transaction_id, creator_id=creator, teacher_id=teacher)
    for number in range(1, count + 1):
        await world.write(service.release_share, transaction_id, number=number, count=count)
    for split in await world.db.read(repository.splits, transaction_id):
        assert split.released_cents == split.amount_cents
    assert (await world.db.read(ledger.trial_balance)).is_sound
