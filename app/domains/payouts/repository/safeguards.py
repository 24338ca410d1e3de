"""SQL of when the books were looked at."""

from datetime import datetime

from sqlalchemy import select, update

from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.payouts.models import PayoutSafeguard
from app.domains.payouts.types import Safeguard


def begin(session: WriteSession, which: Safeguard) -> None:
    """Count from now, if nothing is known of it."""
    insert_or_skip(session, PayoutSafeguard, {"name": which, "passed_at": session.now})


def passed(session: WriteSession, which: Safeguard) -> None:
    session.change(update(PayoutSafeguard).where(PayoutSafeguard.name == which).values(passed_at=session.now))


def all_passed(session: ReadSession) -> dict[Safeguard, datetime]:
    statement = select(PayoutSafeguard.name, PayoutSafeguard.passed_at)
    rows = session.execute(statement.where(PayoutSafeguard.name.in_(list(Safeguard))))
    return {Safeguard(name): passed_at for name, passed_at in rows}
