"""Checking the books every few minutes, and comparing them each night with those of the payment service."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from app.core.errors import ProviderRejected
from app.db.database import Database
from app.domains.books import policies, service
from app.domains.books.policies import Names
from app.domains.books.service import OurSide
from app.domains.books.types import CHECK, COMPARE, Books, DisputeState, Finding, SentTransfer
from app.domains.payouts import service as payouts
from app.domains.payouts.types import Safeguard
from app.domains.refunds import service as refunds
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext, Registry
from app.providers.payments.port import (
    BalanceTransaction,
    Dispute,
    Page,
    PaymentProvider,
    Reason,
    Reversal,
    Transfer,
)

_CHECK_EVERY, _LOOK_EVERY = timedelta(minutes=5), timedelta(hours=1)
_AT_HOUR, _NIGHT_MISSED = 3, timedelta(hours=25)
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
    await context.db.write(payouts.begin_safeguard, Safeguard.CHECK)
    faults = await context.db.read(service.find_faults)
    await context.apply(service.record_check, faults)


async def compare(context: JobContext, _payload: JobPayload, *, payments: PaymentProvider) -> None:
    """Write down each difference between our books and theirs: each night, or as soon as a night was missed."""
    now = context.db.clock.now()
    last = await context.db.write(payouts.begin_safeguard, Safeguard.COMPARISON)
    if now.hour != _AT_HOUR and now - last < _NIGHT_MISSED:
        return
    findings = await differences(context.db, payments)
    await context.apply(service.record_comparison, findings)


async def differences(db: Database, payments: PaymentProvider) -> list[Finding]:
    """Theirs are read first, so that what moves meanwhile is too young to be compared."""
    now = db.clock.now()
    since = now - policies.COMPARED
    transactions, totals = await _moved(payments, since=since - policies.EDGE, now=now)
    transfers = await _all(lambda cursor: payments.list_transfers(since=now - _NAMED, cursor=cursor))
    disputes = await _all(lambda cursor: payments.list_disputes(since=now - _NAMED, cursor=cursor))
    ours = await db.read(service.our_side, since - policies.EDGE, now - _NAMED)
    names = await _names(payments, ours, transfers, disputes, since=now - _NAMED)
    movements = tuple(each for one in transactions for each in policies.their_movements(one, names))
    return [
        *policies.compare(ours.books, Books(movements, totals), since=since, now=now),
        *policies.compare_transfers([_sent(transfer) for transfer in transfers], ours.payouts),
        *policies.compare_disputes(ours.disputes, await _states(payments, ours, disputes, names, now=now)),
    ]


async def _moved(
    payments: PaymentProvider, *, since: datetime, now: datetime
) -> tuple[list[BalanceTransaction], Mapping[str, int] | None]:
    """What moved their balance since then, and the whole balance of the same moment: what moved it while its movements
    were read is read again. None when it never stood still."""
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


async def _states(
    payments: PaymentProvider, ours: OurSide, listed: list[Dispute], names: Names, *, now: datetime
) -> list[DisputeState]:
    """How disputes about sales of ours stand there, but young ones; those that are open here are asked about however
    old they are."""
    known = {each.provider_id for each in ours.disputes}
    found = {each.id: each for each in listed}
    for each in ours.disputes:
        if not each.status.is_over and each.provider_id not in found:
            found |= await _dispute(payments, each.provider_id)
    return [
        DisputeState(each.id, each.id, refunds.status_of(each), each.currency)
        for each in found.values()
        if each.id in known or (names.disputes[each.id] != each.id and each.created_at <= now - policies.GRACE)
    ]


async def _dispute(payments: PaymentProvider, dispute_id: str) -> dict[str, Dispute]:
    try:
        return {dispute_id: await payments.get_dispute(dispute_id)}
    except ProviderRejected as refusal:
        if refusal.reason != Reason.NOT_FOUND:
            raise
        return {}


async def _names(
    payments: PaymentProvider, ours: OurSide, transfers: list[Transfer], disputes: list[Dispute], *, since: datetime
) -> Names:
    sales: dict[str | None, str] = {}
    for sale in ours.sales:
        sales |= {name: sale.transaction_id for name in (sale.charge_id, sale.payment_intent_id) if name}
    charges = await _all(lambda cursor: payments.list_charges(since=since, cursor=cursor))
    known = {each.id: sales.get(each.id) or sales.get(each.payment_intent_id) for each in charges}
    by_charge = {charge_id: sale for charge_id, sale in known.items() if sale}
    returned = await _all(lambda cursor: payments.list_refunds(since=since, cursor=cursor))
    return Names(
        charges=by_charge,
        refunds={each.id: policies.own_name(each.reference, each.id) for each in returned},
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
