"""Entering what a finding proposes, once, because an administrator says so."""

from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.books import policies, repository
from app.domains.books.errors import FindingNotFound, FindingNotPostable, FindingOutdated, FindingResolved
from app.domains.books.service.comparing import our_movements, stored
from app.domains.books.types import Drift, FindingId, StoredFinding
from app.domains.payments import service as payments
from app.domains.users import service as users
from app.domains.users.types import UserId


def accept(session: WriteSession, finding_id: FindingId, actor_id: UserId, note: str) -> StoredFinding:
    """Enter the proposal of a difference that is still there, and call it resolved. Raises `Forbidden`,
    `FindingNotFound`, `FindingNotPostable`, `FindingResolved` and `FindingOutdated`."""
    users.require_admin(session, actor_id)
    row = repository.finding(session, finding_id)
    if row is None:
        raise FindingNotFound
    found = stored(row)
    lines = policies.postable(found.proposal)
    if lines is None:
        raise FindingNotPostable
    if not repository.resolve(session, finding_id):
        raise FindingResolved
    fact = _fact(found)
    if _has_moved(session, found) or not payments.accept_difference(
        session, fact, lines, found.currency, reference=found.subject
    ):
        raise FindingOutdated
    if payments.find_charged(session, found.subject):  # asked while the entry keeps others from its accounts
        raise FindingOutdated
    after = {"entry_id": f"accepted:{fact}", "proposal": row.proposal}
    audit.record(session, actor_id, Change("finding.accepted", "finding", finding_id, after=after, reason=note))
    return stored(repository.finding(session, finding_id) or row)


def _fact(found: StoredFinding) -> str:
    """The amounts are part of it: the same difference may come again one day, and then it has others."""
    about = policies.BALANCE if found.drift is Drift.BALANCE else found.move
    return f"{about}:{found.id}:{found.ours_cents}:{found.theirs_cents}"


def _has_moved(session: ReadSession, found: StoredFinding) -> bool:
    """Whether our books say something else by now, because a notice came late. What moved the whole balance long ago,
    no notice tells any more."""
    if found.drift is Drift.BALANCE:
        return False
    movements = our_movements(session, found.seen_at - policies.COMPARED - policies.EDGE)
    ours = sum(each.cents for each in movements if (each.move, each.key) == (found.move, found.subject))
    return ours != found.ours_cents
