"""What each month brought, and every movement of one, from the ledger and in the person's own time."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from app.db.session import ReadSession
from app.domains.calendar.zones import zone_of
from app.domains.payments import service as payments
from app.domains.payments.types import Posting
from app.domains.payouts import policies
from app.domains.payouts.types import Month
from app.domains.users import service as users
from app.domains.users.types import UserId

MOST_MONTHS = 24


def list_months(session: ReadSession, user_id: UserId, count: int) -> list[Month]:
    """The last `count` months in which something moved, this month among them; the newest first."""
    zone = _zone(session, user_id)
    this = session.now.astimezone(zone).date().replace(day=1)
    since = _begin(policies.months_before(this, count - 1), zone)
    until = _begin(policies.months_before(this, -1), zone)
    postings = payments.postings_of(session, user_id, since=since, until=until)
    return policies.months_of(postings, zone)


def statement_of(session: ReadSession, user_id: UserId, first: date) -> str:
    """One month as CSV (RFC 4180), a line for each movement; cells that a spreadsheet would calculate are defused."""
    zone = _zone(session, user_id)
    since, until = _begin(first, zone), _begin(policies.months_before(first, -1), zone)
    postings = payments.postings_of(session, user_id, since=since, until=until)
    return policies.csv_text([policies.STATEMENT_HEAD, *(_line(posting, zone) for posting in postings)])


def _line(posting: Posting, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        posting.created_at.astimezone(zone).isoformat(timespec="seconds"),
        posting.kind,
        posting.account,
        policies.defused(posting.title or ""),
        policies.decimal_text(posting.credit_cents),
        posting.currency.upper(),
        posting.entry_id,
    )


def _zone(session: ReadSession, user_id: UserId) -> ZoneInfo:
    return zone_of(users.get_person(session, user_id).timezone)


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
