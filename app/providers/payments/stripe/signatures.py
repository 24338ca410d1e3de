"""Stripe's webhooks: the signature over the raw bytes, then the event."""

import hmac
import re
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from app.providers.errors import WebhookRefused
from app.providers.payments.port import PaymentEvent
from app.providers.payments.stripe.calls import Instant, Resource, moment

_TOLERANCE_S: Final = 300
_TIME: Final = re.compile(r"[1-9][0-9]{0,11}")
_MAC: Final = re.compile(r"[0-9a-f]{64}")
_HEADER_LIMIT: Final = 4096
_Name = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")]


class _Subject(BaseModel):
    id: _Name


class _Data(BaseModel):
    object: _Subject


class Notice(Resource):
    """A snapshot event. A thin one (`v2.core.event`) names no object and is refused: our endpoint never asks for it."""

    model_config = ConfigDict(strict=True)

    id: _Name
    object: Literal["event"]
    type: _Name
    created: Instant
    livemode: bool
    data: _Data
    account: _Name | None = None

    def read(self) -> PaymentEvent:
        return PaymentEvent(
            id=self.id,
            type=self.type,
            object_id=self.data.object.id,
            created_at=moment(self.created),
            livemode=self.livemode,
            account_id=self.account,
        )


def check_signature(body: bytes, header: str, *, secret: bytes, now: datetime) -> None:
    """Stripe's scheme v1 over the raw body, then its time. Raises `WebhookRefused`."""
    time, macs = _signature_parts(header)
    expected = hmac.digest(secret, f"{time}.".encode() + body, "sha256").hex()
    if not any([hmac.compare_digest(expected, mac) for mac in macs]):  # noqa: C419 - always as many comparisons
        raise WebhookRefused
    # Against our clock, and both ways: the SDK asks the machine's and lets any future pass.
    if abs(now.timestamp() - time) > _TOLERANCE_S:
        raise WebhookRefused


def event_of(body: bytes) -> PaymentEvent:
    """The event that the bytes are. Raises `WebhookRefused`."""
    try:
        return Notice.model_validate_json(body).read()
    except ValidationError:
        raise WebhookRefused from None  # its text quotes the body, which names the buyer


def _signature_parts(header: str) -> tuple[int, list[str]]:
    """The time and the signatures of scheme v1; during a change of secrets there are several."""
    if len(header) > _HEADER_LIMIT:
        raise WebhookRefused
    parts = [part.partition("=")[::2] for part in header.split(",")]
    times = [value for scheme, value in parts if scheme == "t"]
    if len(times) != 1 or not _TIME.fullmatch(times[0]):
        raise WebhookRefused
    return int(times[0]), [value for scheme, value in parts if scheme == "v1" and _MAC.fullmatch(value)]
