"""What arrangements mean for somebody who leaves, or asks what is kept, and what is tidied up."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.arrangements.repository import invites, waits
from app.domains.holds import service as holds
from app.domains.users.types import UserId


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """Holds on the person's time, invites, and what the person waits for, newest first."""
    return {
        "holds": holds.export_of(session, user_id),
        "invites": invites.export_rows(session, user_id),
        "waitlist": waits.export_rows(session, user_id),
    }


def erase(session: WriteSession, user_id: UserId) -> None:
    """Nothing is kept for the person, asked of them or waited for any more."""
    holds.erase(session, user_id)
    invites.withdraw_of(session, user_id)
    waits.withdraw_of(session, user_id)


def tidy(session: WriteSession) -> None:
    """Write down what has expired; whoever reads before judges by the clock."""
    invites.expire(session)
    waits.end_past(session)
