"""What the payment service charges, as its price page says. A change of prices is a new book, never an edited one:
answers name the version that they were reckoned with."""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Fees of one payment service in one currency, in minor units; rates are in hundredths of a percent."""

    version: str
    as_of: date
    source: str
    currency: str
    card_basis_points: int
    card_fixed_cents: int
    payout_basis_points: int
    payout_fixed_cents: int
    active_account_cents: int  # a month, for each account that is paid out to in it
    smallest_charge_cents: int  # what a card can be charged with at the least


BOOK: Final = PriceBook(
    version="stripe-us-2026-11",
    as_of=date(2026, 11, 30),
    source="https://stripe.com/pricing and https://stripe.com/connect/pricing (domestic cards; Connect Express)",
    currency="usd",
    card_basis_points=290,
    card_fixed_cents=30,
    payout_basis_points=25,
    payout_fixed_cents=25,
    active_account_cents=200,
    smallest_charge_cents=50,
)
