"""What is kept of a person's certificates, and what becomes of them when the person leaves."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.certificates import repository
from app.domains.certificates.service.permissions import notice_leaving
from app.domains.users.types import UserId


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """The certificates that the person holds, recommended or decided about, and wishes to teach, newest first."""
    return {
        "held": repository.export_held(session, user_id),
        "recommended": repository.export_recommended(session, user_id),
        "decided": repository.export_decided(session, user_id),
        "requested": repository.export_requested(session, user_id),
        "requests_decided": repository.export_requests_decided(session, user_id),
    }


def erase(session: WriteSession, user_id: UserId) -> None:
    """Turn down what is still to be decided, and forget wishes to teach, decided or not. Issued certificates stay, as a
    proof without a name. Comes before the certifications end: whose last teacher leaves is told."""
    repository.reject_pending(session, user_id)
    repository.delete_requests(session, user_id)
    notice_leaving(session, user_id)
