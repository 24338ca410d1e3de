"""The table of passkeys."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped
from app.domains.passkeys.types import PasskeyId
from app.domains.users.types import UserId


class Passkey(Stamped, Base):
    """The public half of a credential that one of a person's devices holds."""

    __tablename__ = "passkeys"
    __table_args__ = (Index("ix_passkeys_user_id", "user_id"),)

    id: Mapped[PasskeyId] = mapped_column(primary_key=True)  # the credential id, base64url
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    last_used_at: Mapped[datetime | None]
