"""Express accounts of the people who are paid."""

from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel

from app.core.errors import ProviderRejected
from app.providers.payments.port import Capability, ConnectedAccount, Link, Page, Reason
from app.providers.payments.stripe.calls import (
    Caller,
    Instant,
    Listing,
    Referenced,
    answer,
    moment,
    once,
    page,
    search,
    window,
)


class _Requirements(BaseModel):
    currently_due: list[str] | None = None
    past_due: list[str] | None = None
    pending_verification: list[str] | None = None
    disabled_reason: str | None = None


class _Capabilities(BaseModel):
    transfers: Capability | None = None


class _Bank(BaseModel):
    id: str
    fingerprint: str | None = None


class _Banks(BaseModel):
    data: list[_Bank]


class _Account(Referenced):
    country: str | None = None
    email: str | None = None
    charges_enabled: bool | None = None
    payouts_enabled: bool | None = None
    details_submitted: bool | None = None
    capabilities: _Capabilities | None = None
    requirements: _Requirements | None = None
    external_accounts: _Banks | None = None


class _Link(BaseModel):
    url: str
    expires_at: Instant | None = None


_UNSEEN: Final = _Account(id="")


class AccountCalls(Caller):
    async def create_account(self, *, reference: str, email: str, country: str) -> ConnectedAccount:
        call = self._v1.accounts.create_async(
            {
                "type": "express",
                "country": country,
                "email": email,
                "capabilities": {"transfers": {"requested": True}},
                "metadata": {"reference": reference},
            },
            once(reference, "account"),
        )
        return _account(await answer(call, _Account))

    async def find_account(self, *, reference: str, since: datetime) -> ConnectedAccount | None:
        async def turn(cursor: str | None) -> Page[ConnectedAccount]:
            query: Any = window(since, cursor)
            return await page(self._v1.accounts.list_async(query), Listing[_Account], _account)

        return await search(reference, turn)

    async def get_account(self, account_id: str) -> ConnectedAccount:
        try:
            return _account(await answer(self._v1.accounts.retrieve_async(account_id), _Account))
        except ProviderRejected as refusal:
            if refusal.reason != Reason.ACCOUNT_GONE:
                raise
            return _account(_Account(id=account_id), deauthorised=True)

    async def create_onboarding_link(self, account_id: str, *, return_url: str, refresh_url: str) -> Link:
        call = self._v1.account_links.create_async(
            {
                "account": account_id,
                "type": "account_onboarding",
                "return_url": return_url,
                "refresh_url": refresh_url,
            }
        )
        return _link(await answer(call, _Link))

    async def create_dashboard_link(self, account_id: str) -> Link:
        call = self._v1.accounts.login_links.create_async(account_id)
        return _link(await answer(call, _Link, refusal=Reason.ACCOUNT_NOT_ENABLED))


def _account(account: _Account, *, deauthorised: bool = False) -> ConnectedAccount:
    due = account.requirements or _Requirements()
    capabilities = account.capabilities or _Capabilities()
    return ConnectedAccount(
        id=account.id,
        reference=account.reference,
        country=account.country or "",
        email=account.email,
        charges_enabled=bool(account.charges_enabled),
        payouts_enabled=bool(account.payouts_enabled),
        transfers=capabilities.transfers or Capability.INACTIVE,
        details_submitted=bool(account.details_submitted),
        currently_due=tuple(due.currently_due or ()),
        past_due=tuple(due.past_due or ()),
        pending_verification=tuple(due.pending_verification or ()),
        disabled_reason=due.disabled_reason,
        bank_marker=_bank_marker(account),
        deauthorised=deauthorised,
    )


def _bank_marker(account: _Account) -> str | None:
    """Ids and fingerprints: the same number entered again is a new bank account too, which is the careful reading."""
    banks = account.external_accounts.data if account.external_accounts else []
    return " ".join(sorted(f"{bank.id}:{bank.fingerprint or ''}" for bank in banks)) or None


def _link(link: _Link) -> Link:
    return Link(link.url, moment(link.expires_at) if link.expires_at else None)
