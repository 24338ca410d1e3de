"""SQL of people."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, tuple_, update

from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.users.models import User
from app.domains.users.types import AccountStatus, PeopleFilter, Role, UserId


def by_id(session: ReadSession, user_id: UserId) -> User | None:
    return session.get(User, user_id)


def fresh(session: ReadSession, user_id: UserId) -> User | None:
    """As it is now, also when this unit changed it after it was read."""
    return session.get(User, user_id, populate_existing=True)


def locked(session: WriteSession, user_id: UserId) -> User | None:
    """As it is now, and nobody else changes it in this transaction. References to it are no changes."""
    statement = select(User).where(User.id == user_id).with_for_update(key_share=True)
    return session.scalar(statement, execution_options={"populate_existing": True})


def hold_admin(session: WriteSession, user_id: UserId) -> bool:
    """Whether the person is an administrator who is not shut out. A change of the row waits for this transaction."""
    statement = select(User.id).where(User.id == user_id, User.is_admin, User.suspended_at.is_(None))
    return session.scalar(statement.where(User.deleted_at.is_(None)).with_for_update(read=True)) is not None


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


def suspend(session: WriteSession, user_id: UserId, reason: str | None) -> bool:
    values = {"suspended_at": session.now, "suspended_reason": reason, "updated_at": session.now}
    return session.change(update(User).where(User.id == user_id, User.suspended_at.is_(None)).values(values)) == 1


def unsuspend(session: WriteSession, user_id: UserId) -> bool:
    values = {"suspended_at": None, "suspended_reason": None, "updated_at": session.now}
    return session.change(update(User).where(User.id == user_id, User.suspended_at.is_not(None)).values(values)) == 1


def page(session: ReadSession, wanted: PeopleFilter, *, before: tuple[datetime, str] | None, limit: int) -> list[User]:
    """Newest accounts first."""
    statement = select(User).where(*_conditions(wanted))
    if before is not None:
        statement = statement.where(tuple_(User.created_at, User.id) < before)
    return list(session.scalars(statement.order_by(User.created_at.desc(), User.id.desc()).limit(limit)))


def _conditions(wanted: PeopleFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.q is not None:
        texts = (User.name, User.handle, User.email)
        yield or_(*(text.icontains(wanted.q, autoescape=True) for text in texts))
    if wanted.role is not None:
        yield _having(wanted.role)
    if wanted.status is not None:
        yield from _standing(wanted.status)


def _having(role: Role) -> ColumnElement[bool]:
    match role:
        case Role.TEACHER:
            return User.can_teach_courses.is_(True)
        case Role.CREATOR:
            return User.can_create_courses.is_(True)
        case Role.MODERATOR:
            return User.can_moderate_courses.is_(True)
        case Role.ADMIN:
            return User.is_admin.is_(True)


def _standing(status: AccountStatus) -> tuple[ColumnElement[bool], ...]:
    is_there, is_free = User.deleted_at.is_(None), User.suspended_at.is_(None)
    match status:
        case AccountStatus.DELETED:
            return (User.deleted_at.is_not(None),)
        case AccountStatus.SUSPENDED:
            return (is_there, User.suspended_at.is_not(None))
        case AccountStatus.UNVERIFIED:
            return (is_there, is_free, User.email_verified_at.is_(None))
        case AccountStatus.ACTIVE:
            return (is_there, is_free, User.email_verified_at.is_not(None))
