"""SQL of the tags and addresses that the edge is yet to be told. Ids sort by time, so the smallest one is the oldest
change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, insert, or_, select, update

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.edge.purging.models import PurgeTag


@dataclass(frozen=True, slots=True)
class Claim:
    """What goes into one call: tags, or addresses."""

    names: tuple[str, ...]
    are_addresses: bool


def add(session: WriteSession, names: Iterable[str], *, are_addresses: bool) -> None:
    rows = [{"id": new_id("prg"), "tag": name, "is_address": are_addresses} for name in names]
    session.change(insert(PurgeTag).values(rows))


def see(session: WriteSession) -> None:
    """Note when the changes that nobody saw yet were seen."""
    session.change(update(PurgeTag).where(PurgeTag.seen_at.is_(None)).values(seen_at=session.now))


def claim(session: WriteSession, job_id: str, *, seen_before: datetime, most: int, life: timedelta) -> Claim:
    """Take up to `most` tags or addresses, whichever changed first, with every change of them that was seen by then;
    also what an earlier attempt of this job took, or a job that died."""
    give_back(session, job_id)
    is_free = or_(PurgeTag.claimed_by.is_(None), PurgeTag.claimed_until < session.now)
    is_ready = and_(PurgeTag.seen_at <= seen_before, is_free)
    kinds_and_names = PurgeTag.is_address, PurgeTag.tag
    oldest = select(*kinds_and_names).where(is_ready).group_by(*kinds_and_names).order_by(func.min(PurgeTag.id))
    found = session.execute(oldest.limit(most)).all()
    if not found:
        return Claim((), are_addresses=False)
    are_addresses = found[0].is_address
    names = tuple(row.tag for row in found if row.is_address is are_addresses)
    is_taken = and_(is_ready, PurgeTag.is_address.is_(are_addresses), PurgeTag.tag.in_(names))
    claimed = {"claimed_by": job_id, "claimed_until": session.now + life}
    session.change(update(PurgeTag).where(is_taken).values(claimed))
    return Claim(names, are_addresses)


def give_back(session: WriteSession, job_id: str) -> None:
    session.change(update(PurgeTag).where(PurgeTag.claimed_by == job_id).values(claimed_by=None, claimed_until=None))


def delete_claimed(session: WriteSession, job_id: str) -> None:
    session.change(delete(PurgeTag).where(PurgeTag.claimed_by == job_id))


def oldest_left(session: ReadSession) -> datetime | None:
    """When the first of the changes that nobody took was seen; now, if it was not; None when there are none."""
    is_left = PurgeTag.claimed_by.is_(None)
    seen_at = session.execute(select(PurgeTag.seen_at).where(is_left).order_by(PurgeTag.id).limit(1)).one_or_none()
    return None if seen_at is None else seen_at[0] or session.now
