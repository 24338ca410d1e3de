"""SQL of the tags that the edge is yet to be told. Ids sort by time, so the smallest one is the oldest change."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.edge.purging.models import PurgeTag


def add(session: WriteSession, tags: Iterable[str]) -> None:
    session.change(insert(PurgeTag).values([{"id": new_id("prg"), "tag": tag} for tag in tags]))


def claim(session: WriteSession, job_id: str, *, most: int, life: timedelta) -> list[str]:
    """Take up to `most` tags that changed, the oldest first, with every change of them that can be seen; those that an
    earlier attempt of this job took, or one that died, too."""
    is_free = _is_free_for(session, job_id)
    oldest = select(PurgeTag.tag).where(is_free).group_by(PurgeTag.tag).order_by(func.min(PurgeTag.id)).limit(most)
    tags = list(session.scalars(oldest))
    if tags:
        claimed = {"claimed_by": job_id, "claimed_until": session.now + life}
        session.change(update(PurgeTag).where(is_free, PurgeTag.tag.in_(tags)).values(claimed))
    return tags


def _is_free_for(session: ReadSession, job_id: str) -> ColumnElement[bool]:
    return or_(
        PurgeTag.claimed_by.is_(None),
        PurgeTag.claimed_by == job_id,
        PurgeTag.claimed_until < session.now,
    )


def give_back(session: WriteSession, job_id: str) -> None:
    session.change(update(PurgeTag).where(PurgeTag.claimed_by == job_id).values(claimed_by=None, claimed_until=None))


def delete_claimed(session: WriteSession, job_id: str) -> None:
    session.change(delete(PurgeTag).where(PurgeTag.claimed_by == job_id))


def is_any_left(session: ReadSession) -> bool:
    """Whether there are tags that nobody took."""
    return session.scalar(select(PurgeTag.id).where(PurgeTag.claimed_by.is_(None)).limit(1)) is not None
