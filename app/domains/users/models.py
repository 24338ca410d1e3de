"""The tables of people and their preferences."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.users.types import EmailStatus, UserId

OWN_WORDS = ("title", "bio_short", "bio", "teaching_philosophy", "website", "location", "avatar_key")
"""The columns that a person fills by choice: they go when the account becomes another's or nobody's."""


class User(Stamped, Base):
    """An account. Capabilities are flags that people with authority set; nobody sets their own."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint(one_of("email_status", EmailStatus), name="email_status"),)

    id: Mapped[UserId] = mapped_column(primary_key=True)
    email: Mapped[str]  # lower case
    name: Mapped[str]
    handle: Mapped[str] = mapped_column(unique=True)
    timezone: Mapped[str] = mapped_column(default="UTC")
    password_hash: Mapped[str | None]
    email_verified_at: Mapped[datetime | None]
    email_status: Mapped[str] = mapped_column(default=EmailStatus.OK, server_default=EmailStatus.OK)
    title: Mapped[str | None]
    bio_short: Mapped[str | None]
    bio: Mapped[str | None]
    teaching_philosophy: Mapped[str | None]
    website: Mapped[str | None]
    location: Mapped[str | None]
    avatar_key: Mapped[str | None]
    can_take_courses: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    can_create_courses: Mapped[bool] = mapped_column(default=False)
    can_teach_courses: Mapped[bool] = mapped_column(default=False)
    can_moderate_courses: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_profile_public: Mapped[bool] = mapped_column(default=False)
    suspended_at: Mapped[datetime | None]
    suspended_reason: Mapped[str | None]
    deleted_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]

    @property
    def is_email_verified(self) -> bool:
        return self.email_verified_at is not None

    @property
    def member_since(self) -> date:
        return self.created_at.date()

    @property
    def asks_to_go_public(self) -> bool:
        return (self.can_teach_courses or self.can_create_courses) and not self.is_profile_public

    @property
    def avatar(self) -> str | None:
        """The picture, for what shows it by its addresses (`edge.media`)."""
        return self.avatar_key

    @property
    def has_password(self) -> bool:
        return self.password_hash is not None

    @property
    def roles(self) -> list[str]:
        """What the capabilities amount to, for clients that show different menus."""
        granted = {
            "teacher": self.can_teach_courses,
            "creator": self.can_create_courses,
            "moderator": self.can_moderate_courses,
            "admin": self.is_admin,
        }
        return ["student", *(role for role, has in granted.items() if has)]


Index("uq_users_email_lower", func.lower(User.email), unique=True)


class MailPreferences(Base):
    """Which classes of mail a person wants. Without a row the defaults hold; mails that protect the account always go
    out."""

    __tablename__ = "mail_preferences"

    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    sessions: Mapped[bool]
    session_reminders: Mapped[bool]
    feedback_reminders: Mapped[bool]
    courses: Mapped[bool]
    certificates: Mapped[bool]
    payments: Mapped[bool]
    messages: Mapped[bool]
    marketing: Mapped[bool]
    updated_at: Mapped[datetime]
