"""SQL of mails: they are jobs, which are kept for some days after they were carried out."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.db.session import ReadSession
from app.domains.notifications.types import SEND_MAIL
from app.domains.users.types import UserId
from app.jobs.models import Job, JobState


def sent_to(session: ReadSession, user_id: UserId) -> list[tuple[dict[str, Any], datetime | None]]:
    """Orders of mails to the person that were carried out, and when, the oldest first."""
    statement = select(Job.payload, Job.finished_at).where(
        Job.kind == SEND_MAIL.name, Job.state == JobState.DONE, Job.dedupe_key.like(f"{SEND_MAIL.name}:%:{user_id}")
    )
    return [(payload, at) for payload, at in session.execute(statement.order_by(Job.finished_at, Job.id))]
