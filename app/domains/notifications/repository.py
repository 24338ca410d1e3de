"""SQL of mails: they are jobs, which are kept for some days after they were carried out."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.db.session import ReadSession, WriteSession
from app.domains.notifications.types import SEND_MAIL
from app.domains.users.types import UserId
from app.jobs.models import Job, JobState

_NOT_SENT = "not sent: there is nothing to tell any more"


def note_not_sent(session: WriteSession, job_id: str) -> None:
    """The order was carried out without a mail."""
    session.change(update(Job).where(Job.id == job_id).values(last_error=_NOT_SENT))


def sent_to(session: ReadSession, user_id: UserId) -> list[tuple[dict[str, Any], datetime | None]]:
    """Orders of mails to the person that the mail service took, and when, the oldest first."""
    statement = select(Job.payload, Job.finished_at).where(
        Job.kind == SEND_MAIL.name,
        Job.state == JobState.DONE,
        Job.last_error.is_(None),
        Job.dedupe_key.like(f"{SEND_MAIL.name}:%:{user_id}"),
    )
    return [(payload, at) for payload, at in session.execute(statement.order_by(Job.finished_at, Job.id))]
