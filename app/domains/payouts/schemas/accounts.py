"""Bodies of the payout account's API."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from app.domains.payouts.types import AccountFacts, AccountStatus
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant
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

    @classmethod
    def of(cls, facts: AccountFacts) -> Self:
        return cls(
            status=facts.status,
            country=facts.country,
            requirements=list(facts.requirements),
            disabled_reason=facts.disabled_reason,
            refreshed_at=facts.refreshed_at,
        )
