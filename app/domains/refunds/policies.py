"""Rules of refunds that need no database."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.domains.enrollments.types import EnrollmentFacts, EnrollmentStatus
from app.domains.payments.policies import Stake, held_by_all, untaught_amount
from app.domains.payments.service import PartyLoss
from app.domains.refunds.types import Quote
from app.providers.payments.port import BalanceTransaction


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a refund comes to: what it returns by itself, what is wanted, and all that is left of the payment."""

    untaught_cents: int
    wanted_cents: int
    left_cents: int

    @property
    def ends_place(self) -> bool:
        """Whoever gets back the price of what is not taught yet, or all that is left, gives up the place. Less is a
        courtesy, and the lessons go on."""
        return self.wanted_cents == self.left_cents or self.wanted_cents >= self.untaught_cents > 0


def amounts(price_cents: int, stakes: Sequence[Stake], place: EnrollmentFacts, *, wanted: int | None) -> Amounts:
    """What a refund of this place comes to, `wanted` being an administrator's own amount."""
    untaught = untaught_amount(price_cents, stakes, bought=place.sessions_bought, held=place.sessions_completed)
    if place.status is EnrollmentStatus.CANCELLED:
        untaught = 0
    return Amounts(untaught, untaught if wanted is None else wanted, held_by_all(stakes))


def with_id(quote: Quote, place: EnrollmentFacts) -> Quote:
    """The quote under the name of all that it says, and of how the place stands."""
    told: dict[str, Any] = asdict(quote) | {"id": "", "status": place.status}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return replace(quote, id=f"quo_{digest[:32]}")


def dispute_fee(moved: Iterable[BalanceTransaction], currency: str) -> int:
    """What the payment service took for a dispute, less what it gave back, in minor units of the dispute's currency.
    What it took in another the comparison of the books names."""
    return max(0, sum(each.fee_cents for each in moved if each.currency == currency))


def plain_part(part: PartyLoss) -> dict[str, Any]:
    """A part as it is kept with the refund that took it."""
    return asdict(part) | {"share": str(part.share)}
