"""/api/payout-account: where the caller's money goes."""

from datetime import timedelta

from fastapi import APIRouter

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.db.database import Database
from app.domains.payouts import service
from app.domains.payouts.deps import Payments, RecentEarner, RecentVerified
from app.domains.payouts.errors import (
    CountryNotSupported,
    NothingToPayOut,
    PayoutAccountMissing,
    PayoutAccountNotEnabled,
)
from app.domains.payouts.schemas.accounts import OnboardingBody, PayoutAccount, ProviderLink
from app.domains.payouts.types import AccountPlan
from app.domains.users.types import UserId
from app.edge.deps import AppSettings, Db
from app.edge.openapi import audience
from app.edge.principal import LOGGED_IN, VERIFIED, CurrentUser, StepUpNeeded
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.providers.payments.port import ConnectedAccount, PaymentProvider, Reason

router = APIRouter(prefix="/api/payout-account", tags=["payouts"], route_class=StrictRoute)

_LINK = (*VERIFIED, StepUpNeeded, PayoutAccountMissing, ProviderUnavailable, ProviderRejected)
_CLOCKS_APART = timedelta(hours=1)


@router.get(
    "",
    operation_id="payout_account.get",
    summary="Show the caller's payout account",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*LOGGED_IN),
)
async def get_account(caller: CurrentUser, db: Db) -> PayoutAccount:
    """For anybody who is logged in: how their account at the payment service stands, as far as we have heard, and what
    is missing. Changes nothing."""
    return PayoutAccount.of(await db.read(service.show_account, UserId(caller.user_id)))


@router.post(
    "/refresh",
    operation_id="payout_account.refresh",
    summary="Ask the payment service how the account stands",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*LOGGED_IN, PayoutAccountMissing, ProviderUnavailable, ProviderRejected),
)
async def refresh(caller: CurrentUser, db: Db, provider: Payments) -> PayoutAccount:
    """For the account's owner, when the browser comes back from the payment service: works before and after its own
    notification. Repeat it at will."""
    user_id = UserId(caller.user_id)
    account_id = (await db.read(service.show_account, user_id)).provider_account_id
    if account_id is None:
        raise PayoutAccountMissing
    asked_at = db.clock.now()
    await db.write(service.apply_account, await provider.get_account(account_id), asked_at)
    return PayoutAccount.of(await db.read(service.show_account, user_id))


@router.post(
    "/onboarding-link",
    operation_id="payout_account.onboard",
    summary="Open the payout account, or go on with it",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*_LINK, NothingToPayOut, CountryNotSupported),
)
async def create_onboarding_link(
    body: OnboardingBody, caller: RecentEarner, db: Db, provider: Payments, settings: AppSettings
) -> ProviderLink:
    """For people who teach, create or have earned something, with a recent log-in. Opens an account at the payment
    service the first time, in this country for good, and answers its page for the caller, who comes back to the app
    finished or not."""
    user_id = UserId(caller.user_id)
    plan = await db.write(service.plan_account, user_id, body.country)
    account_id = plan.provider_account_id or await _open(db, provider, user_id, plan)
    page = f"{settings.app_url}/settings/payouts"
    link = await provider.create_onboarding_link(account_id, return_url=page, refresh_url=f"{page}?again=1")
    return ProviderLink.of(link)


async def _open(db: Database, provider: PaymentProvider, user_id: UserId, plan: AccountPlan) -> str:
    asked_at = db.clock.now()
    found = await _find(provider, plan)
    if found is None:
        try:
            found = await provider.create_account(reference=plan.reference, email=plan.email, country=plan.country)
        except ProviderRejected as refusal:
            await db.write(service.forget_refused, user_id, plan.reference)
            raise (CountryNotSupported() if refusal.reason == Reason.COUNTRY else refusal) from None
    await db.write(service.apply_new_account, user_id, found, asked_at)
    return found.id


async def _find(provider: PaymentProvider, plan: AccountPlan) -> ConnectedAccount | None:
    """An answer may have been lost: then the account is there, and the payment service may have forgotten the key."""
    if plan.is_new:
        return None
    return await provider.find_account(reference=plan.reference, since=plan.created_at - _CLOCKS_APART)


@router.post(
    "/dashboard-link",
    operation_id="payout_account.dashboard",
    summary="Open the payment service's own page of the account",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*_LINK, PayoutAccountNotEnabled),
)
async def create_dashboard_link(caller: RecentVerified, db: Db, provider: Payments) -> ProviderLink:
    """For the account's owner with a recent log-in, once the onboarding is finished: where the payment service shows
    what it paid to the bank, and lets its owner change the bank account."""
    account_id = (await db.read(service.show_account, UserId(caller.user_id))).provider_account_id
    if account_id is None:
        raise PayoutAccountMissing
    try:
        return ProviderLink.of(await provider.create_dashboard_link(account_id))
    except ProviderRejected as refusal:
        if refusal.reason in (Reason.ACCOUNT_NOT_ENABLED, Reason.ACCOUNT_GONE):
            raise PayoutAccountNotEnabled from None
        raise
