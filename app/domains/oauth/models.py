"""The table of identities at other providers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped
from app.domains.users.types import UserId


class ExternalIdentity(Stamped, Base):
    """Somebody's account at an issuer, linked to an account here. Issuer and subject are the key, never the address."""

    __tablename__ = "external_identities"
    __table_args__ = (Index("ix_external_identities_user_id", "user_id"),)

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    last_used_at: Mapped[datetime]
