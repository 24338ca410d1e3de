"""SQL of invitations."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.invitations.models import Invitation
from app.domains.invitations.types import InvitationId, InvitationKind, InvitationStatus
from app.domains.users.types import UserId


def by_id(session: ReadSession, invitation_id: InvitationId) -> Invitation | None:
    statement = select(Invitation).where(Invitation.id == invitation_id)
    return session.scalar(statement.execution_options(populate_existing=True))


def pending_id(session: ReadSession, email: str, kind: InvitationKind) -> InvitationId | None:
    is_wanted = (Invitation.email == email, Invitation.kind == kind, Invitation.status == InvitationStatus.PENDING)
    return session.scalar(select(Invitation.id).where(*is_wanted))


def insert(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when one of this kind is pending for the address."""
    return insert_or_skip(session, Invitation, values | {"created_at": session.now}) == 1


def renew(session: WriteSession, invitation_id: InvitationId, *, invited_by: UserId, expires_at: datetime) -> bool:
    """Whether it was still pending."""
    statement = update(Invitation).where(Invitation.id == invitation_id, Invitation.status == InvitationStatus.PENDING)
    return session.change(statement.values(invited_by_user_id=invited_by, expires_at=expires_at)) == 1


def decide(
    session: WriteSession, invitation_id: InvitationId, status: InvitationStatus, *, accepted_by: UserId | None = None
) -> bool:
    """Move a pending invitation that has not expired; exactly one caller gets True."""
    statement = update(Invitation).where(
        Invitation.id == invitation_id,
        Invitation.status == InvitationStatus.PENDING,
        Invitation.expires_at > session.now,
    )
    values = {"status": status, "accepted_by_user_id": accepted_by, "decided_at": session.now}
    return session.change(statement.values(values)) == 1


def withdraw(session: WriteSession, invitation_id: InvitationId) -> bool:
    """Also one that has expired: it could be renewed."""
    statement = update(Invitation).where(Invitation.id == invitation_id, Invitation.status == InvitationStatus.PENDING)
    return session.change(statement.values(status=InvitationStatus.WITHDRAWN, decided_at=session.now)) == 1


def page(
    session: ReadSession, status: InvitationStatus | None, *, before: Moment | None, limit: int
) -> list[Invitation]:
    """Newest first."""
    statement = select(Invitation)
    if status is not None:
        statement = statement.where(Invitation.status == status)
    return list(session.scalars(page_after(statement, Invitation.created_at, Invitation.id, place=before, limit=limit)))


def delete_old(session: WriteSession, before: datetime) -> int:
    """How many that were decided or expired before then were deleted."""
    is_over = or_(Invitation.decided_at < before, Invitation.expires_at < before)
    return session.change(delete(Invitation).where(is_over))


def export_received(session: ReadSession, user_id: UserId, email: str | None) -> list[Plain]:
    statement = select(
        Invitation.kind, Invitation.email, Invitation.status, Invitation.created_at, Invitation.decided_at
    ).where(or_(Invitation.accepted_by_user_id == user_id, Invitation.email == (email or "")))
    return plain_rows(session, statement.order_by(Invitation.created_at.desc(), Invitation.id))


def export_sent(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(Invitation.kind, Invitation.status, Invitation.created_at, Invitation.decided_at).where(
        Invitation.invited_by_user_id == user_id
    )
    return plain_rows(session, statement.order_by(Invitation.created_at.desc(), Invitation.id))


def delete_received(session: WriteSession, user_id: UserId, email: str | None) -> None:
    is_received = or_(Invitation.accepted_by_user_id == user_id, Invitation.email == (email or ""))
    session.change(delete(Invitation).where(is_received))
