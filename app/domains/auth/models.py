"""Tables of auth sessions and one-time tokens. Nothing stored here can be used to log in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.auth.types import AuthSessionId, MailTokenId, MailTokenPurpose, Signup
from app.domains.users.types import UserId


class AuthSession(Stamped, Base):
    """One log-in on one device: the family of its refresh tokens. Revoked or expired, all its tokens are dead.

    `authenticated_at` is when the person last proved who they are; what moves money or roles asks for a recent one.
    """

    __tablename__ = "auth_sessions"
    __table_args__ = (Index("ix_auth_sessions_user_id", "user_id"),)

    id: Mapped[AuthSessionId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    method: Mapped[str | None]
    device: Mapped[str | None]
    network: Mapped[str | None]
    authenticated_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class RefreshToken(Base):
    """A refresh token's SHA-256. Each is used once; a later use of a used one revokes the auth session."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (Index("ix_refresh_tokens_auth_session_id", "auth_session_id"),)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    auth_session_id: Mapped[AuthSessionId] = mapped_column(ForeignKey("auth_sessions.id"))
    issued_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class MailToken(Stamped, Base):
    """The right to prove an address once. The mailed text is derived from the id with the service's secret.

    It carries the sign-up it belongs to, until the address is proven; none for an account that was not signed up for.
    Beyond the hour's mails one that expires as it is made, and is not mailed, keeps the sign-up.
    One that changes the address carries the new address and, once used, the previous one.
    """

    __tablename__ = "mail_tokens"
    __table_args__ = (
        CheckConstraint(one_of("purpose", MailTokenPurpose), name="purpose"),
        Index("ix_mail_tokens_user_id", "user_id"),
    )

    id: Mapped[MailTokenId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    purpose: Mapped[str]
    password_hash: Mapped[str | None]
    name: Mapped[str | None]
    timezone: Mapped[str | None]
    new_email: Mapped[str | None]
    previous_email: Mapped[str | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    @property
    def signup(self) -> Signup | None:
        if self.password_hash is None or self.name is None or self.timezone is None:
            return None
        return Signup(self.password_hash, self.name, self.timezone)
