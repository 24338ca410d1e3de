"""Tables behind the key-value store that lives in the database."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class KeyValue(Base):
    """A value that may end by itself."""

    __tablename__ = "key_values"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    expires_at: Mapped[datetime | None]


class RateLimitState(Base):
    """The theoretical arrival time of one bucket (GCRA), in microseconds since 1970. Past, it means: full again."""

    __tablename__ = "rate_limits"

    key: Mapped[str] = mapped_column(primary_key=True)
    arrival_us: Mapped[int] = mapped_column(BigInteger)
