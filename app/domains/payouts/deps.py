"""What the routes of payouts ask for: the payment service, the limits, and who may open an account."""

from typing import Annotated

from fastapi import Depends

from app.core.money import CURRENCY
from app.domains.payments import service as payments
from app.domains.payouts.errors import NothingToPayOut
from app.domains.payouts.types import PayoutRules
from app.domains.users.types import UserId
from app.edge.deps import AppSettings, Db, state
from app.edge.principal import Principal, VerifiedUser, require_recent
from app.providers.payments.port import PaymentProvider

Payments = Annotated[PaymentProvider, Depends(state("providers.payments"))]


async def _rules(settings: AppSettings) -> PayoutRules:
    return PayoutRules.of(settings)


Rules = Annotated[PayoutRules, Depends(_rules)]


async def _recent_verified(caller: VerifiedUser, db: Db) -> Principal:
    return require_recent(caller, db.clock.now())


async def _earner(caller: VerifiedUser, db: Db) -> Principal:
    """Also somebody who teaches no more and has earned something."""
    if not (caller.can_teach_courses or caller.can_create_courses):
        balances = await db.read(payments.get_balances, UserId(caller.user_id), CURRENCY)
        if not (balances.pending_cents or balances.releasable_cents or balances.in_payout_cents):
            raise NothingToPayOut
    return require_recent(caller, db.clock.now())


RecentVerified = Annotated[Principal, Depends(_recent_verified)]
"""Somebody verified who proved it in the last 15 minutes."""

RecentEarner = Annotated[Principal, Depends(_earner)]
"""The same, who teaches, creates or has earned something."""
