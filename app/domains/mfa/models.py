"""Tables of second factors."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped
from app.domains.users.types import UserId


class TotpSecret(Stamped, Base):
    """The secret of an authenticator app (RFC 6238), encrypted with the service's secret. Unconfirmed it protects
    nothing; `last_step` is the newest time step that was used, so that no code works twice."""

    __tablename__ = "totp_secrets"

    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    sealed_secret: Mapped[str]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Stamped, Base):
    """A hash of a code that replaces the authenticator app once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index("ix_recovery_codes_user_id", "user_id"),)

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    used_at: Mapped[datetime | None]
