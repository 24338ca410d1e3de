"""What somebody was mailed."""

from typing import Any

from app.db.session import ReadSession
from app.domains.notifications import repository
from app.domains.notifications.types import MailOrder
from app.domains.users.types import UserId


def list_mails_to(session: ReadSession, user_id: UserId) -> list[dict[str, Any]]:
    """Which mails the person was sent in the last days, the oldest first; what they said is not kept."""
    rows = ((MailOrder.model_validate(payload), at) for payload, at in repository.sent_to(session, user_id))
    return [{"template": str(order.template), "ordered_at": order.ordered_at, "sent_at": at} for order, at in rows]
