"""Stopping all payouts while the books do not add up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.payments import service as payments
from app.domains.payouts.repository import payouts as rows
from app.domains.payouts.types import SEND_PAYOUT, PayoutPayload
from app.domains.users import service as users
from app.domains.users.types import UserId

_CAUSE = "books"
_MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Freeze:
    """Since when nothing is paid out, and what did not add up then."""

    id: str
    frozen_at: datetime
    faults: tuple[str, ...]


def freeze(session: WriteSession, faults: Sequence[str]) -> bool:
    """Stop everything. False when it is stopped already."""
    freeze_id = new_id("frz")
    values = {"id": freeze_id, "cause": _CAUSE, "frozen_at": session.now, "faults": list(faults[:_MOST_FAULTS])}
    if not rows.insert_freeze(session, values):
        return False
    audit.record(session, None, Change("payouts.frozen", "payout_freeze", freeze_id, after={"faults": len(faults)}))
    return True


def freeze_in_force(session: ReadSession) -> Freeze | None:
    found = rows.freeze_in_force(session)
    return Freeze(found.id, found.frozen_at, tuple(found.faults)) if found else None


def is_running(session: ReadSession) -> bool:
    """Whether payouts are made, for the readiness of the service."""
    return rows.freeze_in_force(session) is None


def lift_freeze(session: WriteSession, actor_id: UserId, note: str) -> None:
    """Let payouts go on, those that wait first; nothing happens when they do. Raises `Forbidden`."""
    users.require_admin(session, actor_id)
    found = rows.freeze_in_force(session)
    if found is None or not rows.lift_freeze(session, lifted_by=actor_id, note=note):
        return
    audit.record(session, actor_id, Change("payouts.unfrozen", "payout_freeze", found.id, reason=note))
    for payout_id in rows.waiting_to_be_sent(session):
        SEND_PAYOUT.enqueue(session, PayoutPayload(payout_id=payout_id), dedupe=f"{payout_id}:{found.id}")


def faults(session: ReadSession) -> list[str]:
    """Where the payouts and the ledger differ about what is set aside, in words."""
    aside, open_payouts = payments.set_aside(session), rows.open_by_person(session)
    return [
        f"{user_id}: {aside.get((user_id, currency), 0)} {currency} set aside, open payouts {open_payouts.get((user_id, currency), 0)}"
        for user_id, currency in sorted(aside.keys() | open_payouts.keys())
        if aside.get((user_id, currency), 0) != open_payouts.get((user_id, currency), 0)
    ]
