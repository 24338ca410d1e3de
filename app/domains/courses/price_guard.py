"""What everybody keeps of one sale at a price, after the fees of the payment service.

The split is that of `core.money`; all fees come out of the platform's part. Payouts are reckoned at their dearest, as
if it were the only sale of the month: then each recipient is paid out for it alone and makes the account an active one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from app.core.money import Share, basis_points_half_up, split_sale
from app.domains.courses.price_book import BOOK, PriceBook

_LEEWAY_CENTS = 100  # more than what rounding the fees can move the price of no loss


class Party(StrEnum):
    """Whom a line is about."""

    BUYER = "buyer"
    TEACHER = "teacher"
    CREATOR = "creator"
    PAYMENT_SERVICE = "payment_service"


class WarningCode(StrEnum):
    """What is wrong with a price."""

    PLATFORM_LOSES = "platform_loses"
    BELOW_SMALLEST_CHARGE = "below_smallest_charge"


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the arithmetic: positive comes in, negative goes out. All lines of a sale sum to what is kept."""

    party: Party
    label: str
    formula: str
    amount_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale at the price. What teacher, creator and platform keep and the fees add up to the price."""

    is_taught_by_creator: bool
    lines: list[Line]
    teacher_keeps_cents: int
    creator_keeps_cents: int
    fees_cents: int
    platform_keeps_cents: int
    break_even_price_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class PriceWarning:
    """Why somebody should think about the price again."""

    code: WarningCode
    detail: str


@dataclass(frozen=True, slots=True)
class PriceGuard:
    """Both ways in which a course can be sold at a price, and the book that was used."""

    price_cents: int
    currency: str
    sales: list[Sale]
    warnings: list[PriceWarning]
    price_book: PriceBook


def guard(price_cents: int, book: PriceBook = BOOK) -> PriceGuard:
    """The arithmetic of a price that is not negative. A free course moves no money and warns of nothing."""
    sales = [_sale(price_cents, book, is_taught_by_creator=flag) for flag in (False, True)]
    return PriceGuard(price_cents, book.currency, sales, list(_warnings(price_cents, sales, book)), book)


def _sale(price_cents: int, book: PriceBook, *, is_taught_by_creator: bool) -> Sale:
    parts = {part.share: part.amount_cents for part in split_sale(price_cents, taught_by_creator=is_taught_by_creator)}
    lines = list(_lines(price_cents, book, is_taught_by_creator=is_taught_by_creator))
    return Sale(
        is_taught_by_creator=is_taught_by_creator,
        lines=lines,
        teacher_keeps_cents=parts.get(Share.TEACHER, 0),
        creator_keeps_cents=parts.get(Share.CREATOR_AS_AUTHOR, 0) + parts.get(Share.CREATOR_AS_INSTRUCTOR, 0),
        fees_cents=-sum(line.amount_cents for line in lines if line.party is Party.PAYMENT_SERVICE),
        platform_keeps_cents=sum(line.amount_cents for line in lines),
        break_even_price_cents=break_even(book, is_taught_by_creator=is_taught_by_creator),
        currency=book.currency,
    )


def _lines(price_cents: int, book: PriceBook, *, is_taught_by_creator: bool) -> Iterator[Line]:
    """In the order in which the money moves; the platform's own part is what they leave."""
    yield Line(Party.BUYER, "Price", "what the student pays", price_cents, book.currency)
    people = [
        (_PEOPLE[part.share], part.amount_cents, part.percent)
        for part in split_sale(price_cents, taught_by_creator=is_taught_by_creator)
        if part.share is not Share.PLATFORM
    ]
    for (party, label), amount_cents, percent in people:
        yield Line(party, label, f"{percent} % of {price_cents}, parts rounded to add up", -amount_cents, book.currency)
    if price_cents:
        yield _card_fee(price_cents, book)
    for (_, label), amount_cents, _ in people:
        if amount_cents:  # nothing is paid out to who gets nothing
            yield from _payout_fees(label, amount_cents, book)


_PEOPLE = {
    Share.TEACHER: (Party.TEACHER, "Teacher's part"),
    Share.CREATOR_AS_AUTHOR: (Party.CREATOR, "Creator's part as author"),
    Share.CREATOR_AS_INSTRUCTOR: (Party.CREATOR, "Creator's part for teaching"),
}


def _card_fee(price_cents: int, book: PriceBook) -> Line:
    fee = basis_points_half_up(price_cents, book.card_basis_points) + book.card_fixed_cents
    formula = f"{_percent(book.card_basis_points)} % of {price_cents} + {book.card_fixed_cents}"
    return Line(Party.PAYMENT_SERVICE, "Card fee", formula, -fee, book.currency)


def _payout_fees(label: str, amount_cents: int, book: PriceBook) -> Iterator[Line]:
    fee = basis_points_half_up(amount_cents, book.payout_basis_points) + book.payout_fixed_cents
    formula = f"{_percent(book.payout_basis_points)} % of {amount_cents} + {book.payout_fixed_cents}"
    yield Line(Party.PAYMENT_SERVICE, f"Payout fee: {label}", formula, -fee, book.currency)
    monthly = "one account that is paid out to this month"
    yield Line(Party.PAYMENT_SERVICE, f"Account fee: {label}", monthly, -book.active_account_cents, book.currency)


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:g}"


@cache
def break_even(book: PriceBook = BOOK, *, is_taught_by_creator: bool) -> int:
    """The lowest price from which on the platform loses nothing at any price: rounding makes it move in steps."""
    recipients = len(split_sale(0, taught_by_creator=is_taught_by_creator)) - 1
    fixed = book.card_fixed_cents + recipients * (book.payout_fixed_cents + book.active_account_cents)
    price = fixed * 10_000 // _margin(book) + _LEEWAY_CENTS
    while _platform_keeps(price - 1, book, is_taught_by_creator=is_taught_by_creator) >= 0:
        price -= 1
    return price


def _margin(book: PriceBook) -> int:
    """What the platform keeps of each further cent, in hundredths of a percent, rounded down."""
    platform, *people = split_sale(10_000, taught_by_creator=True)
    paid_out = sum(part.amount_cents for part in people)
    return platform.amount_cents - book.card_basis_points - -(-book.payout_basis_points * paid_out // 10_000)


def _platform_keeps(price_cents: int, book: PriceBook, *, is_taught_by_creator: bool) -> int:
    return sum(line.amount_cents for line in _lines(price_cents, book, is_taught_by_creator=is_taught_by_creator))


def _warnings(price_cents: int, sales: list[Sale], book: PriceBook) -> Iterator[PriceWarning]:
    if 0 < price_cents < book.smallest_charge_cents:
        detail = f"A card cannot be charged with less than {book.smallest_charge_cents} cents: nobody can buy this."
        yield PriceWarning(WarningCode.BELOW_SMALLEST_CHARGE, detail)
    for sale in sales:
        if sale.platform_keeps_cents < 0:
            who = "the creator" if sale.is_taught_by_creator else "a certified teacher"
            detail = (
                f"When {who} teaches, the platform loses {-sale.platform_keeps_cents} cents of the sale; "
                f"from {sale.break_even_price_cents} cents on it loses nothing."
            )
            yield PriceWarning(WarningCode.PLATFORM_LOSES, detail)
