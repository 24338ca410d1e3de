"""Bodies of the payout account's API."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from app.domains.payouts.types import AccountFacts, AccountStatus, BankFault, BankReturnFacts
from app.edge.openapi import example
from app.edge.schemas import AmountCents, ApiModel, Currency, Instant
from app.providers.payments.port import Link

Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]


class OnboardingBody(ApiModel):
    """Where the account is to be."""

    model_config = ConfigDict(json_schema_extra=example("Germany", {"country": "DE"}))

    country: Country = Field(description="ISO 3166 code of the country of the bank. It counts the first time only.")


class ProviderLink(ApiModel):
    """A page of the payment service for the caller alone."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "A page",
            {"url": "https://connect.stripe.example/setup/e/acct_1/9c41", "expires_at": "2026-12-01T15:05:00Z"},
        )
    )

    url: str = Field(description="Send the browser there now; it works once. Do not keep or mail it.")
    expires_at: Instant | None = Field(description="Until when it works; null when the payment service does not say.")

    @classmethod
    def of(cls, link: Link) -> Self:
        return cls(url=link.url, expires_at=link.expires_at)


_RETURNED = {
    "amount_cents": 8715,
    "currency": "usd",
    "failure_code": "account_closed",
    "failure_message": "The bank account has been closed.",
    "next_step": BankFault.ACCOUNT.advice,
    "sent_at": "2026-12-01T00:00:00Z",
    "returned_at": "2026-12-03T09:00:00Z",
}


class BankReturn(ApiModel):
    """Money that the caller's bank sent back. It waits in the caller's account at the payment service."""

    model_config = ConfigDict(json_schema_extra=example("A closed account", _RETURNED))

    amount_cents: AmountCents = Field(description="How much.")
    currency: Currency
    failure_code: str | None = Field(description="The payment service's word for why.")
    failure_message: str | None = Field(description="The same in its sentence.")
    next_step: str = Field(description="What the caller does next.")
    sent_at: Instant = Field(description="When the payment service had sent it.")
    returned_at: Instant = Field(description="When we heard that it came back.")

    @classmethod
    def of(cls, facts: BankReturnFacts) -> Self:
        return cls(
            amount_cents=facts.amount_cents,
            currency=facts.currency,
            failure_code=facts.failure_code,
            failure_message=facts.failure_message,
            next_step=facts.fault.advice,
            sent_at=facts.sent_at,
            returned_at=facts.returned_at,
        )


class PayoutAccount(ApiModel):
    """The caller's account at the payment service, as far as we know it."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Unfinished",
            {
                "status": "incomplete",
                "country": "DE",
                "requirements": ["A bank account to be paid to.", "Your date of birth."],
                "disabled_reason": None,
                "refreshed_at": "2026-12-01T15:00:00Z",
                "bank_return": None,
            },
        )
    )

    status: AccountStatus = Field(
        description="none; incomplete: answers are missing; pending: they are being checked; restricted: nothing is paid "
        "out; enabled: payouts work; disconnected: the caller took our access away."
    )
    country: str | None = Field(description="Where it is; null when there is none.")
    requirements: list[str] = Field(description="What the payment service still wants, in words.")
    disabled_reason: str | None = Field(
        description="The payment service's word for why nothing is paid out, if it is so."
    )
    refreshed_at: Instant | None = Field(description="Of when this is; null when nothing was heard yet.")
    bank_return: BankReturn | None = Field(description="What the caller's bank sent back last; null if it never did.")

    @classmethod
    def of(cls, facts: AccountFacts) -> Self:
        return cls(
            status=facts.status,
            country=facts.country,
            requirements=list(facts.requirements),
            disabled_reason=facts.disabled_reason,
            refreshed_at=facts.refreshed_at,
            bank_return=BankReturn.of(facts.bank_return) if facts.bank_return else None,
        )
