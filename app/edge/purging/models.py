"""The table of tags and addresses that the edge is yet to be told."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class PurgeTag(Base):
    """One change of what a tag names, or of what is at an address and below it. A tag that changes again gets another
    row: rows that transactions shared would make them wait for each other, and a row that was kept from before could be
    deleted with a change not yet told."""

    __tablename__ = "purge_tags"

    id: Mapped[str] = mapped_column(primary_key=True)
    tag: Mapped[str]
    is_address: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    seen_at: Mapped[datetime | None]  # when a job first saw it, hence after its commit
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
