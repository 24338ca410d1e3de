"""SQL of identities at other providers."""

from collections.abc import Collection

from sqlalchemy import delete, func, select, update

from app.db.export import Plain, plain_rows
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.oauth.models import ExternalIdentity
from app.domains.users.types import UserId


def owner(session: ReadSession, issuer: str, subject: str) -> UserId | None:
    statement = select(ExternalIdentity.user_id)
    return session.scalar(statement.where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject))


def insert(session: WriteSession, issuer: str, subject: str, user_id: UserId) -> bool:
    """Whether the identity was linked; not when it is somebody's already."""
    row = {"issuer": issuer, "subject": subject, "user_id": user_id}
    times = {"created_at": session.now, "last_used_at": session.now}
    return insert_or_skip(session, ExternalIdentity, row | times) == 1


def mark_used(session: WriteSession, issuer: str, subject: str) -> None:
    statement = update(ExternalIdentity).where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject)
    session.change(statement.values(last_used_at=session.now))


def of_user(session: ReadSession, user_id: UserId, issuers: Collection[str]) -> list[ExternalIdentity]:
    """The person's identities at these issuers, oldest first."""
    statement = select(ExternalIdentity).where(
        ExternalIdentity.user_id == user_id, ExternalIdentity.issuer.in_(issuers)
    )
    return list(session.scalars(statement.order_by(ExternalIdentity.created_at, ExternalIdentity.issuer)))


def count(session: ReadSession, user_id: UserId, issuers: Collection[str]) -> int:
    statement = select(func.count()).select_from(ExternalIdentity)
    at_these = ExternalIdentity.user_id == user_id, ExternalIdentity.issuer.in_(issuers)
    return session.scalar(statement.where(*at_these)) or 0


def delete_of(session: WriteSession, user_id: UserId, issuer: str) -> int:
    """How many identities of the person at the issuer were unlinked."""
    statement = delete(ExternalIdentity).where(ExternalIdentity.user_id == user_id, ExternalIdentity.issuer == issuer)
    return session.change(statement)


def delete_all(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(ExternalIdentity).where(ExternalIdentity.user_id == user_id))


def export_rows(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(
        ExternalIdentity.issuer,
        ExternalIdentity.subject,
        ExternalIdentity.created_at,
        ExternalIdentity.last_used_at,
    ).where(ExternalIdentity.user_id == user_id)
    return plain_rows(session, statement.order_by(ExternalIdentity.issuer, ExternalIdentity.subject))
