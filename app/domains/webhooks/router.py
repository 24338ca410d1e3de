"""/api/webhooks: verify the raw bytes, store once, acknowledge. A duplicate is acknowledged like the first."""

from typing import Annotated

from fastapi import APIRouter, Header, Request

from app.core.errors import BodyTooLarge
from app.db.database import Database
from app.domains.enrollments.deps import Payments
from app.domains.video.deps import Video
from app.domains.webhooks import service
from app.domains.webhooks.deps import Email
from app.domains.webhooks.schemas import Received
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.providers.email.port import Seal
from app.providers.errors import WebhookRefused
from app.providers.payments.port import PaymentEvent, PaymentProvider

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"], route_class=StrictRoute)


@router.post(
    "/stripe",
    operation_id="webhooks.stripe",
    summary="Receive an event of Stripe",
    openapi_extra=audience("webhook"),
    responses=problems(WebhookRefused, BodyTooLarge),
)
async def receive_stripe(
    request: Request,
    db: Db,
    payments: Payments,
    signature: Annotated[str, Header(alias="Stripe-Signature", description="t=…,v1=…", max_length=1024)] = "",
) -> Received:
    """For Stripe only: the signature over the raw body is checked, fresh to five minutes. Stores an event of our mode
    (live or test) once; others change nothing."""
    body = await request.body()
    event = payments.verify_event(body, signature, db.clock.now())
    return await _store(db, payments, event, body)


@router.post(
    "/stripe/connect",
    operation_id="webhooks.stripe_connect",
    summary="Receive an event of an account connected at Stripe",
    openapi_extra=audience("webhook"),
    responses=problems(WebhookRefused, BodyTooLarge),
)
async def receive_stripe_connect(
    request: Request,
    db: Db,
    payments: Payments,
    signature: Annotated[str, Header(alias="Stripe-Signature", description="t=…,v1=…", max_length=1024)] = "",
) -> Received:
    """For Stripe only: the endpoint for connected accounts, with a secret of its own. The signature over the raw body
    is checked, fresh to five minutes. Stores an event of our mode (live or test) once; others change nothing."""
    body = await request.body()
    event = payments.verify_connect_event(body, signature, db.clock.now())
    return await _store(db, payments, event, body)


async def _store(db: Database, payments: PaymentProvider, event: PaymentEvent, body: bytes) -> Received:
    """A live endpoint for connected accounts is told of their tests too (docs.stripe.com/connect/webhooks)."""
    if event.livemode == payments.is_live:
        await db.write(service.receive_payment_event, event, body)
    return Received()


@router.post(
    "/video/plugnmeet",
    operation_id="webhooks.plugnmeet",
    summary="Receive an event of PlugNmeet",
    openapi_extra=audience("webhook"),
    responses=problems(WebhookRefused, BodyTooLarge),
)
async def receive_plugnmeet(
    request: Request,
    db: Db,
    video: Video,
    token: Annotated[str, Header(alias="Hash-Token", description="JWT over the body's hash.", max_length=8192)] = "",
) -> Received:
    """For the PlugNmeet server only: the token must vouch for the raw body. Stores the event once."""
    body = await request.body()
    event = video.verify_event(body, token, db.clock.now())
    await db.write(service.receive_video_event, video.name, event, body)
    return Received()


@router.post(
    "/email",
    operation_id="webhooks.email",
    summary="Receive an event of the mail service",
    openapi_extra=audience("webhook"),
    responses=problems(WebhookRefused, BodyTooLarge),
)
async def receive_email(
    request: Request,
    db: Db,
    email: Email,
    event_id: Annotated[str, Header(alias="svix-id", description="The event's id.", max_length=255)] = "",
    timestamp: Annotated[str, Header(alias="svix-timestamp", description="Seconds.", max_length=32)] = "",
    signatures: Annotated[str, Header(alias="svix-signature", description="v1,… v1,…", max_length=4096)] = "",
) -> Received:
    """For Resend only: a signature over id, time and raw body is checked, fresh to five minutes. Stores an event that
    says something lasting about an address once; others change nothing."""
    body = await request.body()
    event = email.verify_event(body, Seal(event_id, timestamp, signatures), db.clock.now())
    if event is not None:
        await db.write(service.receive_mail_event, event, body)
    return Received()
