"""Checking the books every few minutes, and comparing them each night with those of the payment service."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from app.db.database import Database
from app.domains.books import policies, service
from app.domains.books.policies import Names
from app.domains.books.service import OurSide
from app.domains.books.types import CHECK, COMPARE, Books, Finding, SentTransfer
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext, Registry
from app.providers.payments.port import BalanceTransaction, Page, PaymentProvider, Reversal, Transfer

_CHECK_EVERY, _LOOK_EVERY = timedelta(minutes=5), timedelta(hours=1)
_COMPARISON, _AT_HOUR, _NIGHT_MISSED = "comparison", 3, timedelta(hours=25)
_NAMED = timedelta(days=180)
_PATIENCE = 5  # readings until the balance stood still

T = TypeVar("T")


def register(registry: Registry, payments: PaymentProvider) -> None:
    """The domain's jobs and their schedule, for `app.wiring.jobs`."""
    registry.register(CHECK, check)
    registry.every(_CHECK_EVERY, CHECK)
    registry.register(COMPARE, partial(compare, payments=payments))
    registry.every(_LOOK_EVERY, COMPARE)


async def check(context: JobContext, _payload: JobPayload) -> None:
    """Recompute everything on one snapshot; what does not add up freezes payouts."""
    faults = await context.db.read(service.find_faults)
    await context.apply(service.record_check, faults)


async def compare(context: JobContext, _payload: JobPayload, *, payments: PaymentProvider) -> None:
    """Write down each difference between our books and theirs: each night, or as soon as a night was missed."""
    now = context.db.clock.now()
    last = await context.db.read(service.read_until, _COMPARISON)
    if now.hour != _AT_HOUR and (last is None or now - last < _NIGHT_MISSED):
        return
    findings = await differences(context.db, payments)
    await context.db.write(service.record_findings, findings)
    await context.apply(service.record_read, _COMPARISON, now)


async def differences(db: Database, payments: PaymentProvider) -> list[Finding]:
    """Theirs are read first, so that what moves meanwhile is too young to be compared."""
    now = db.clock.now()
    since = now - policies.COMPARED
    transactions, totals = await _moved(payments, since=since - policies.EDGE, now=now)
    transfers = await _all(lambda cursor: payments.list_transfers(since=now - _NAMED, cursor=cursor))
    ours = await db.read(service.our_side, since - policies.EDGE, now - _NAMED)
    names = await _names(payments, ours, transfers, since=now - _NAMED)
    movements = tuple(each for one in transactions for each in policies.their_movements(one, names))
    return [
        *policies.compare(ours.books, Books(movements, totals), since=since, now=now),
        *policies.compare_transfers([_sent(transfer) for transfer in transfers], ours.payouts),
    ]


async def _moved(
    payments: PaymentProvider, *, since: datetime, now: datetime
) -> tuple[list[BalanceTransaction], Mapping[str, int] | None]:
    """What moved their balance since then, and the whole balance of the same moment: what moved it while its movements were
    read is read again. None when it never stood still."""
    found: dict[str, BalanceTransaction] = {}
    for _ in range(_PATIENCE):
        before = await payments.get_balance()
        newer = await _all(partial(_transactions, payments, since))
        found |= {each.id: each for each in newer}
        if await payments.get_balance() == before:
            currencies = before.available.keys() | before.pending.keys()
            return list(found.values()), {
                each: before.available.get(each, 0) + before.pending.get(each, 0) for each in currencies
            }
        since = now - policies.GRACE
    return list(found.values()), None


async def _names(payments: PaymentProvider, ours: OurSide, transfers: list[Transfer], *, since: datetime) -> Names:
    sales: dict[str | None, str] = {}
    for sale in ours.sales:
        sales |= {name: sale.transaction_id for name in (sale.charge_id, sale.payment_intent_id) if name}
    charges = await _all(lambda cursor: payments.list_charges(since=since, cursor=cursor))
    known = {each.id: sales.get(each.id) or sales.get(each.payment_intent_id) for each in charges}
    by_charge = {charge_id: sale for charge_id, sale in known.items() if sale}
    refunds = await _all(lambda cursor: payments.list_refunds(since=since, cursor=cursor))
    disputes = await _all(lambda cursor: payments.list_disputes(since=since, cursor=cursor))
    return Names(
        charges=by_charge,
        refunds={each.id: policies.own_name(each.reference, each.id) for each in refunds},
        transfers={each.id: policies.own_name(each.reference, each.id) for each in transfers},
        reversals=await _reversal_names(payments, transfers),
        disputes={each.id: by_charge.get(each.charge_id, each.id) for each in disputes},
    )


async def _reversal_names(payments: PaymentProvider, transfers: list[Transfer]) -> dict[str, str]:
    found: dict[str, str] = {}
    for transfer in transfers:
        if transfer.reversed_cents:
            reversals = await _all(partial(_reversals, payments, transfer.id))
            found |= {each.id: policies.own_name(each.reference, each.id) for each in reversals}
    return found


async def _all(ask: Callable[[str | None], Awaitable[Page[T]]]) -> list[T]:
    """Every item of a list that comes in pages."""
    found: list[T] = []
    cursor: str | None = None
    while True:
        page = await ask(cursor)
        found += page.items
        if page.next is None:
            return found
        cursor = page.next


def _sent(transfer: Transfer) -> SentTransfer:
    key = policies.own_name(transfer.reference, transfer.id)
    return SentTransfer(transfer.id, key, transfer.account_id, transfer.reversed_cents, transfer.currency)


async def _transactions(payments: PaymentProvider, since: datetime, cursor: str | None) -> Page[BalanceTransaction]:
    return await payments.list_balance_transactions(since=since, cursor=cursor)


async def _reversals(payments: PaymentProvider, transfer_id: str, cursor: str | None) -> Page[Reversal]:
    return await payments.list_reversals(transfer_id, cursor=cursor)
