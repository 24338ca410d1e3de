"""SQL of applications to become a creator."""

from typing import Any

from sqlalchemy import delete, select, update

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.roles.models import CreatorApplication
from app.domains.roles.types import ApplicationId, ApplicationStatus
from app.domains.users.types import UserId


def by_id(session: ReadSession, application_id: ApplicationId) -> CreatorApplication | None:
    statement = select(CreatorApplication).where(CreatorApplication.id == application_id)
    return session.scalar(statement.execution_options(populate_existing=True))


def insert(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when the person has a pending one."""
    return insert_or_skip(session, CreatorApplication, values | {"created_at": session.now}) == 1


def decide(
    session: WriteSession,
    application_id: ApplicationId,
    status: ApplicationStatus,
    *,
    decided_by: UserId,
    denial_reason: str | None,
) -> bool:
    """Move a pending application; exactly one caller gets True."""
    statement = update(CreatorApplication).where(
        CreatorApplication.id == application_id, CreatorApplication.status == ApplicationStatus.PENDING
    )
    values = {"status": status, "reviewed_by_user_id": decided_by, "denial_reason": denial_reason}
    return session.change(statement.values(values | {"reviewed_at": session.now})) == 1


def page(
    session: ReadSession,
    *,
    user_id: UserId | None = None,
    status: ApplicationStatus | None = None,
    before: Moment | None,
    limit: int,
) -> list[CreatorApplication]:
    """Those of a person, or of a status, or all; newest first."""
    statement = select(CreatorApplication)
    if user_id is not None:
        statement = statement.where(CreatorApplication.user_id == user_id)
    if status is not None:
        statement = statement.where(CreatorApplication.status == status)
    keys = (CreatorApplication.created_at, CreatorApplication.id)
    return list(session.scalars(page_after(statement, *keys, place=before, limit=limit)))


def export_rows(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(
        CreatorApplication.id,
        CreatorApplication.status,
        CreatorApplication.expertise_areas,
        CreatorApplication.teaching_experience,
        CreatorApplication.course_ideas,
        CreatorApplication.motivation,
        CreatorApplication.portfolio_url,
        CreatorApplication.created_at,
        CreatorApplication.reviewed_at,
        CreatorApplication.denial_reason,
    ).where(CreatorApplication.user_id == user_id)
    return plain_rows(session, statement.order_by(CreatorApplication.created_at.desc(), CreatorApplication.id))


def export_reviews(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(CreatorApplication.id, CreatorApplication.status, CreatorApplication.reviewed_at).where(
        CreatorApplication.reviewed_by_user_id == user_id
    )
    return plain_rows(session, statement.order_by(CreatorApplication.reviewed_at.desc(), CreatorApplication.id))


def delete_all(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(CreatorApplication).where(CreatorApplication.user_id == user_id))
