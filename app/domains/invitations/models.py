"""The table of invitations."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.invitations.types import InvitationId, InvitationKind, InvitationStatus
from app.domains.users.types import UserId


class Invitation(Stamped, Base):
    """One invitation of one address. The mailed text is derived from the id with the service's secret."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint(one_of("kind", InvitationKind), name="kind"),
        CheckConstraint(one_of("status", InvitationStatus), name="status"),
        Index(
            "uq_invitations_pending",
            "email",
            "kind",
            unique=True,
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
    )

    id: Mapped[InvitationId] = mapped_column(primary_key=True)
    kind: Mapped[str]
    email: Mapped[str]  # lower case
    status: Mapped[str] = mapped_column(default=InvitationStatus.PENDING)
    invited_by_user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    accepted_by_user_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
