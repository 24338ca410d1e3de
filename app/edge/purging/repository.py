"""SQL of the tags that the edge is yet to be told. Ids sort by time, so the smallest one is the oldest change."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.edge.purging.models import PurgeTag


def add(session: WriteSession, tags: Iterable[str]) -> None:
    session.change(insert(PurgeTag).values([{"id": new_id("prg"), "tag": tag} for tag in tags]))


def see(session: WriteSession) -> None:
    """Note when the changes that nobody saw yet were seen."""
    session.change(update(PurgeTag).where(PurgeTag.seen_at.is_(None)).values(seen_at=session.now))


def claim(session: WriteSession, job_id: str, *, seen_before: datetime, most: int, life: timedelta) -> list[str]:
    """Take up to `most` tags, those first that changed first, with every change of them that was seen by then; also what
    an earlier attempt of this job took, or a job that died."""
    is_ready = and_(PurgeTag.seen_at <= seen_before, _is_free_for(session, job_id))
    oldest = select(PurgeTag.tag).where(is_ready).group_by(PurgeTag.tag).order_by(func.min(PurgeTag.id)).limit(most)
    tags = list(session.scalars(oldest))
    if tags:
        claimed = {"claimed_by": job_id, "claimed_until": session.now + life}
        session.change(update(PurgeTag).where(is_ready, PurgeTag.tag.in_(tags)).values(claimed))
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


def oldest_left(session: ReadSession) -> datetime | None:
    """When the first of the changes that nobody took was seen; now, if it was not; None when there are none."""
    is_left = PurgeTag.claimed_by.is_(None)
    seen_at = session.execute(select(PurgeTag.seen_at).where(is_left).order_by(PurgeTag.id).limit(1)).one_or_none()
    return None if seen_at is None else seen_at[0] or session.now
