"""Our side of a dispute. It is kept before it is sent, so that it is known whatever becomes of the call."""

from app.db.session import WriteSession
from app.domains.audit import service as audit
from app.domains.refunds import repository
from app.domains.refunds.errors import DisputeClosed, DisputeNotFound
from app.domains.refunds.types import GOING_ON, DisputeId
from app.domains.users import service as users
from app.domains.users.types import UserId


def keep_statement(session: WriteSession, dispute_id: DisputeId, admin_id: str, statement: str) -> str | None:
    """Keep what is about to be sent; answers what was kept before. Raises `DisputeNotFound`, and `DisputeClosed` when
    the bank has decided."""
    users.require_admin(session, UserId(admin_id))
    found = repository.lock_dispute(session, dispute_id)
    if found is None:
        raise DisputeNotFound
    before = found.statement
    if not repository.change_dispute(session, dispute_id, expected=GOING_ON, statement=statement):
        raise DisputeClosed
    audit.record(session, admin_id, audit.Change("dispute.statement_kept", "dispute", dispute_id))
    return before


def restore_statement(session: WriteSession, dispute_id: DisputeId, *, refused: str, before: str | None) -> None:
    """What was refused is not what the bank has: what was kept before is, unless somebody else was quicker."""
    repository.replace_statement(session, dispute_id, refused, before)


def note_evidence(session: WriteSession, dispute_id: DisputeId, admin_id: str) -> None:
    """Our side of the story is with the bank, whatever it decided meanwhile."""
    users.require_admin(session, UserId(admin_id))
    repository.mark_answered(session, dispute_id)
    audit.record(session, admin_id, audit.Change("dispute.evidence_sent", "dispute", dispute_id))
