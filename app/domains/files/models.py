"""The table of files."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.files.types import FileId, FileState, Purpose
from app.domains.users.types import UserId


class File(Stamped, Base):
    """One file. A row that ends says so by `expires_at`: an upload nobody completed, a file that nothing uses; and, of
    what was deleted or refused, the row itself. `sent_bytes` is what was announced: so many bytes may arrive at its
    addresses until `takes_until`, whatever has become of the file."""

    __tablename__ = "files"
    __table_args__ = (
        CheckConstraint(one_of("purpose", Purpose), name="purpose"),
        CheckConstraint(one_of("state", FileState), name="state"),
        Index("ix_files_owner_id", "owner_id", "created_at", "id"),
        Index("ix_files_expires_at", "expires_at"),
        Index("ix_files_attached_to", "attached_to"),
    )

    id: Mapped[FileId] = mapped_column(primary_key=True)
    owner_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    purpose: Mapped[str]
    name: Mapped[str]
    content_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sent_bytes: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    state: Mapped[str] = mapped_column(default=FileState.PENDING)
    key: Mapped[str] = mapped_column(unique=True)
    upload_key: Mapped[str] = mapped_column(unique=True)
    upload_id: Mapped[str | None]
    etag: Mapped[str | None]
    fault: Mapped[str | None]
    attached_to: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    takes_until: Mapped[datetime | None]
