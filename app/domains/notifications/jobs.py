"""Sending one mail."""

import logging

from app.core.logging import log_event
from app.domains.notifications import service
from app.domains.notifications.service import Letterhead
from app.domains.notifications.types import MailOrder
from app.jobs.registry import JobContext
from app.providers.email.port import EmailProvider

logger = logging.getLogger(__name__)


async def send_mail(context: JobContext, order: MailOrder, *, email: EmailProvider, letterhead: Letterhead) -> None:
    """Compose the mail from its ids and hand it over; the job's id keeps a second attempt from sending it twice."""
    mail = await context.db.read(service.compose, order, letterhead)
    if mail is None:
        log_event(logger, "notifications.not_sent", job_id=context.job_id, template=order.template)
        await context.apply(service.note_not_sent, context.job_id)
        return
    await email.send(mail, key=context.job_id)
