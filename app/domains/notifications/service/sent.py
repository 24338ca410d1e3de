"""What somebody was mailed."""

from typing import Any

from app.db.session import ReadSession, WriteSession
from app.domains.notifications import repository
from app.domains.notifications.types import MailOrder
from app.domains.users.types import UserId


def list_mails_to(session: ReadSession, user_id: UserId) -> list[dict[str, Any]]:
    """Which mails the person was sent in the last days, the oldest first; what they said is not kept."""
    rows = ((MailOrder.model_validate(payload), at) for payload, at in repository.sent_to(session, user_id))
    return [{"template": str(order.template), "ordered_at": order.ordered_at, "sent_at": at} for order, at in rows]


def note_not_sent(session: WriteSession, job_id: str) -> None:
    """Nobody was mailed: they do not want such mails, cannot be reached, or it is not true any more."""
    repository.note_not_sent(session, job_id)
