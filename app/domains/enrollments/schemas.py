"""Bodies of the checkout and enrollments API."""

from pydantic import ConfigDict, Field

from app.core.money import CURRENCY
from app.domains.courses.types import CourseIdField
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentIdField
from app.domains.payments.service import PurchaseFacts
from app.domains.payments.types import PurchaseIdField, PurchaseStatus
from app.domains.users.types import UserIdField
from app.edge.openapi import example
from app.edge.schemas import AmountCents, ApiModel, Currency, Instant
from app.providers.payments.port import Checkout as ProviderCheckout
from app.providers.payments.port import CheckoutStatus

_COURSE = "crs_01kbq2z7m8e6h9s0t3v5x7y9zb"
_TEACHER = "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"
_STUDENT = "usr_01kbq2z7m8e6h9s0t3v5x7y9za"
_PURCHASE = "pur_01kbq2z7m8e6h9s0t3v5x7y9zd"
_ENROLLMENT = "enr_01kbq2z7m8e6h9s0t3v5x7y9ze"
_CHECKOUT = "cs_test_a1demo"


class CheckoutBody(ApiModel):
    """What to buy, and who is to teach it."""

    model_config = ConfigDict(json_schema_extra=example("Intro to n8n", {"course_id": _COURSE, "teacher_id": _TEACHER}))

    course_id: CourseIdField = Field(description="A published course.")
    teacher_id: UserIdField | None = Field(
        None,
        description="One of the course's bookable teachers; whoever keeps a time names its teacher. Null: the first booking "
        "names one, and a time that was kept is given back.",
    )


class CheckoutVerifyBody(ApiModel):
    """The checkout that the browser came back from."""

    model_config = ConfigDict(json_schema_extra=example("Came back", {"checkout_session_id": _CHECKOUT}))

    checkout_session_id: str = Field(
        min_length=3, max_length=255, pattern=r"^[A-Za-z0-9_]+$", description="`session_id` of the success page."
    )


class Checkout(ApiModel):
    """A purchase on its way. Send the browser to `url`."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Open",
            {
                "purchase_id": _PURCHASE,
                "checkout_session_id": _CHECKOUT,
                "url": "https://checkout.example/pay/cs_test_a1demo",
                "status": "open",
                "amount_cents": 24900,
                "currency": "usd",
                "expires_at": "2026-12-01T15:35:00Z",
                "enrollment_id": None,
            },
        )
    )

    purchase_id: PurchaseIdField | None = Field(description="The purchase; null for a free course.")
    checkout_session_id: str | None = Field(description="The payment service's id; null for a free course.")
    url: str | None = Field(description="Where the buyer pays; null once there is nothing to pay.")
    status: str = Field(
        description="created, open, processing (the bank takes days), paid (with `enrollment_id`), returned (it bought "
        "nothing, such as a place that the buyer has already, and the money goes back), or expired."
    )
    amount_cents: AmountCents = Field(description="The price, from our database, in minor units.")
    currency: Currency
    expires_at: Instant | None = Field(description="When the checkout closes; null for a free course.")
    enrollment_id: EnrollmentIdField | None = Field(description="The place that was bought, once it is paid.")

    @classmethod
    def of(cls, purchase: PurchaseFacts, *, found: ProviderCheckout, place: EnrollmentFacts | None) -> "Checkout":
        return cls(
            purchase_id=purchase.id,
            checkout_session_id=purchase.checkout_id,
            url=found.url,
            status=_status(purchase, found, place),
            amount_cents=purchase.amount_cents,
            currency=purchase.currency,
            expires_at=purchase.expires_at,
            enrollment_id=place.id if place else None,
        )

    @classmethod
    def free(cls, place: EnrollmentFacts) -> "Checkout":
        return cls(
            purchase_id=None,
            checkout_session_id=None,
            url=None,
            status="paid",
            amount_cents=0,
            currency=CURRENCY,
            expires_at=None,
            enrollment_id=place.id,
        )


def _status(purchase: PurchaseFacts, found: ProviderCheckout, place: EnrollmentFacts | None) -> str:
    """A payment and what it buys are one transaction, so one that has bought nothing by now never will."""
    if purchase.status is PurchaseStatus.PAID and place is None:
        return "returned"
    is_on_its_way = purchase.status is PurchaseStatus.OPEN and found.status is CheckoutStatus.PROCESSING
    return "processing" if is_on_its_way else purchase.status
