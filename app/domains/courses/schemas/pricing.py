"""Bodies that show what everybody keeps of one sale."""

from datetime import date
from typing import Any

from pydantic import ConfigDict, Field
from pydantic_core import to_jsonable_python

from app.domains.courses.price_guard import Party, guard
from app.edge.openapi import example
from app.edge.schemas import AmountCents, ApiModel, Currency

PRICE_GUARD: dict[str, Any] = to_jsonable_python(guard(24_900))
"""Of the demo courses' price, for examples."""

_SIGNED = "In minor units of `currency`; below zero it is paid out of the sale."


class PriceLine(ApiModel):
    """One step of the arithmetic."""

    party: Party = Field(strict=False, description="Whom the step is about.")
    label: str = Field(description="What is added or taken.")
    formula: str = Field(description="How the amount comes about, in minor units.")
    amount_cents: int = Field(description=_SIGNED)
    currency: Currency


class SaleBreakdown(ApiModel):
    """One sale. What teacher, creator and platform keep and the fees add up to the price."""

    is_taught_by_creator: bool = Field(description="Whether the creator teaches, or a certified teacher.")
    lines: list[PriceLine] = Field(description="Every step; together they are what the platform keeps.")
    teacher_keeps_cents: AmountCents = Field(description="Of a certified teacher; 0 when the creator teaches.")
    creator_keeps_cents: AmountCents = Field(description="Of the creator, as author or for teaching.")
    fees_cents: AmountCents = Field(description="Of the payment service: for the card, the payouts and the accounts.")
    platform_keeps_cents: int = Field(description="What is left for the platform; below zero it pays for the sale.")
    break_even_price_cents: AmountCents = Field(description="From this price on the platform loses nothing.")
    currency: Currency


class PriceWarningView(ApiModel):
    """Why to think about the price again."""

    code: str = Field(description="platform_loses or below_smallest_charge. An open set.")
    detail: str = Field(description="The same for a person to read.")


class PriceBookView(ApiModel):
    """The prices of the payment service that were used."""

    version: str = Field(description="Changes with every price.")
    as_of: date = Field(description="The day on which the price page said so.")
    source: str = Field(description="The price page.")
    currency: Currency
    card_basis_points: int = Field(description="Of a card payment, in hundredths of a percent.")
    card_fixed_cents: AmountCents = Field(description="For each card payment.")
    payout_basis_points: int = Field(description="Of a payout, in hundredths of a percent.")
    payout_fixed_cents: AmountCents = Field(description="For each payout.")
    active_account_cents: AmountCents = Field(description="A month, for each account that is paid out to in it.")
    smallest_charge_cents: AmountCents = Field(description="What a card can be charged with at the least.")


class PriceGuardView(ApiModel):
    """What everybody keeps of one sale at this price, whoever teaches, if it is the only sale of the month."""

    model_config = ConfigDict(json_schema_extra=example("The demo courses' price", PRICE_GUARD))

    price_cents: AmountCents = Field(description="The price that was reckoned with.")
    currency: Currency
    sales: list[SaleBreakdown] = Field(description="Taught by a certified teacher, then by the creator.")
    warnings: list[PriceWarningView] = Field(description="Empty when nobody loses.")
    price_book: PriceBookView = Field(description="The prices of the payment service that were used.")
