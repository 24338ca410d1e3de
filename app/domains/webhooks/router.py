"""/api/webhooks: verify the raw bytes, store once, acknowledge. A duplicate is acknowledged like the first."""

from typing import Annotated

from fastapi import APIRouter, Header, Request

from app.core.errors import BodyTooLarge
from app.domains.enrollments.deps import Payments
from app.domains.video.deps import Video
from app.domains.webhooks import service
from app.domains.webhooks.schemas import Received
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.providers.errors import WebhookRefused

router = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=StrictRoute)


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
    """For Stripe only: the signature over the raw body is checked, fresh to five minutes. Stores the event once."""
    body = await request.body()
    event = payments.verify_event(body, signature, db.clock.now())
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
