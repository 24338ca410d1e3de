"""The table of people."""

from datetime import datetime

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped
from app.domains.users.types import UserId


class User(Stamped, Base):
    """An account. Capabilities are flags that people with authority set; nobody sets their own."""

    __tablename__ = "users"

    id: Mapped[UserId] = mapped_column(primary_key=True)
    email: Mapped[str]  # lower case
    name: Mapped[str]
    handle: Mapped[str] = mapped_column(unique=True)
    timezone: Mapped[str] = mapped_column(default="UTC")
    password_hash: Mapped[str | None]
    email_verified_at: Mapped[datetime | None]
    can_create_courses: Mapped[bool] = mapped_column(default=False)
    can_teach_courses: Mapped[bool] = mapped_column(default=False)
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_profile_public: Mapped[bool] = mapped_column(default=False)
    suspended_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]

    @property
    def is_email_verified(self) -> bool:
        return self.email_verified_at is not None

    @property
    def roles(self) -> list[str]:
        """What the capabilities amount to, for clients that show different menus."""
        granted = {"teacher": self.can_teach_courses, "creator": self.can_create_courses, "admin": self.is_admin}
        return ["student", *(role for role, has in granted.items() if has)]


Index("uq_users_email_lower", func.lower(User.email), unique=True)
