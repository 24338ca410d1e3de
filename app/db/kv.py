"""Tables behind the key-value store that lives in the database, and the units of work that it is made of."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, case, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.session import ReadSession, WriteSession
from app.db.types import microseconds


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


def read_value(session: ReadSession, key: str) -> str | None:
    return session.scalar(select(KeyValue.value).where(KeyValue.key == key, _is_alive(session)))


def put_value(session: WriteSession, key: str, value: str, life: timedelta | None, *, only_new: bool = False) -> bool:
    """Set a value and answer whether it was set: with `only_new` one that has not ended stays as it is."""
    ends_at = None if life is None else session.now + life
    build = postgresql.insert if session.on_postgres else sqlite.insert
    statement = build(KeyValue).values(key=key, value=value, expires_at=ends_at)
    has_ended = KeyValue.expires_at <= session.now
    return (
        session.change(
            statement.on_conflict_do_update(
                index_elements=["key"],
                set_={"value": statement.excluded.value, "expires_at": statement.excluded.expires_at},
                where=has_ended if only_new else None,
            )
        )
        == 1
    )


def take_value(session: WriteSession, key: str) -> str | None:
    """Delete the row and answer what it held, unless that had ended."""
    statement = delete(KeyValue).where(KeyValue.key == key).returning(KeyValue.value, KeyValue.expires_at)
    found = session.execute(statement, execution_options={"synchronize_session": False}).one_or_none()
    is_over = found is None or (found.expires_at is not None and found.expires_at <= session.now)
    return None if found is None or is_over else found.value


def delete_value(session: WriteSession, key: str) -> None:
    session.change(delete(KeyValue).where(KeyValue.key == key))


def _is_alive(session: ReadSession) -> ColumnElement[bool]:
    return or_(KeyValue.expires_at.is_(None), KeyValue.expires_at > session.now)


def read_arrival(session: ReadSession, key: str) -> int | None:
    return session.scalar(select(RateLimitState.arrival_us).where(RateLimitState.key == key))


def count_hit(session: WriteSession, key: str, *, interval_us: int, burst_us: int, most_ahead_us: int) -> bool:
    """Move the bucket on by one interval unless it would then lie more than a burst ahead; answer whether it moved.
    A state further ahead than `most_ahead_us` is from before the clock was put back and counts for nothing."""
    now_us, arrival = microseconds(session.now), RateLimitState.arrival_us
    is_running = (arrival > now_us) & (arrival <= now_us + most_ahead_us)
    after = case((is_running, arrival), else_=now_us) + interval_us
    build = postgresql.insert if session.on_postgres else sqlite.insert
    statement = build(RateLimitState).values(key=key, arrival_us=now_us + interval_us)
    return (
        session.change(
            statement.on_conflict_do_update(
                index_elements=["key"], set_={"arrival_us": after}, where=after <= now_us + burst_us
            )
        )
        == 1
    )


def forget_bucket(session: WriteSession, key: str) -> None:
    session.change(delete(RateLimitState).where(RateLimitState.key == key))


def sweep_ended(session: WriteSession) -> int:
    """Delete values that have ended and buckets that are full again. Answers how many rows."""
    values = session.change(delete(KeyValue).where(KeyValue.expires_at <= session.now))
    return values + session.change(delete(RateLimitState).where(RateLimitState.arrival_us <= microseconds(session.now)))
