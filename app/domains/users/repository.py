"""SQL of people."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update

from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.users.models import User
from app.domains.users.types import UserId


def by_id(session: ReadSession, user_id: UserId) -> User | None:
    return session.get(User, user_id)


def locked(session: WriteSession, user_id: UserId) -> User | None:
    """As it is now, and nobody else changes it in this transaction. References to it are no changes."""
    statement = select(User).where(User.id == user_id).with_for_update(key_share=True)
    return session.scalar(statement, execution_options={"populate_existing": True})


def by_email(session: ReadSession, email: str) -> User | None:
    return session.scalar(select(User).where(User.email == email))


def id_by_handle(session: ReadSession, handle: str) -> UserId | None:
    return session.scalar(select(User.id).where(User.handle == handle))


def by_ids(session: ReadSession, ids: Collection[UserId]) -> list[User]:
    return list(session.scalars(select(User).where(User.id.in_(ids))))


def suspended_ids(session: ReadSession, ids: Collection[UserId]) -> frozenset[UserId]:
    return frozenset(session.scalars(select(User.id).where(User.id.in_(ids), User.suspended_at.is_not(None))))


def insert(session: WriteSession, values: dict[str, Any]) -> bool:
    """Whether the row was inserted; not when the address or the handle is taken."""
    return insert_or_skip(session, User, values) == 1


def change(session: WriteSession, user_id: UserId, values: dict[str, Any]) -> bool:
    statement = update(User).where(User.id == user_id).values(values | {"updated_at": session.now})
    return session.change(statement) == 1


def verify_email(session: WriteSession, user_id: UserId) -> bool:
    statement = update(User).where(User.id == user_id, User.email_verified_at.is_(None))
    return session.change(statement.values(email_verified_at=session.now, updated_at=session.now)) == 1
