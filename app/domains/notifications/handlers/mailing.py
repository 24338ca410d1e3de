"""How a handler has somebody mailed."""

from datetime import datetime

from app.db.session import WriteSession
from app.domains.notifications.types import SEND_MAIL, MailOrder, Template
from app.domains.users.types import UserId


def there(*people: UserId | None) -> list[UserId]:
    """Each of them once; a place may have no teacher yet."""
    return [person_id for person_id in dict.fromkeys(people) if person_id is not None]


def mail(
    session: WriteSession,
    template: Template,
    recipient_id: UserId | None,
    about_id: str,
    *,
    fact: str | None = None,
    starts_at: datetime | None = None,
) -> None:
    order = MailOrder(
        template=template,
        recipient_id=recipient_id,
        about_id=about_id,
        ordered_at=session.now,
        starts_at=starts_at,
    )
    SEND_MAIL.enqueue(session, order, dedupe=f"{template}:{fact or about_id}:{recipient_id}")
