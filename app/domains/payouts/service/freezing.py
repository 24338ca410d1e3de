"""Stopping all payouts while the books do not add up, or nobody has looked at them for too long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.payments import service as payments
from app.domains.payouts import policies
from app.domains.payouts.repository import payouts as rows
from app.domains.payouts.repository import safeguards
from app.domains.payouts.types import SEND_PAYOUT, PayoutPayload, Safeguard
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


def begin_safeguard(session: WriteSession, which: Safeguard) -> datetime:
    """The books are about to be looked at; answers when they last were. The first time counts as if they had been, so
    that a new installation does not wait, and one whose first look never ends does."""
    safeguards.begin(session, which)
    return safeguards.all_passed(session)[which]


def pass_safeguard(session: WriteSession, which: Safeguard) -> None:
    """The books were looked at. What waited only for that is sent."""
    was_late = is_late(session)
    safeguards.begin(session, which)
    safeguards.passed(session, which)
    if was_late and not is_late(session):
        _send_waiting(session, f"{which}:{session.now:%Y%m%d%H%M%S}")


def is_late(session: ReadSession) -> bool:
    """Whether the last look at the books is too long ago for money to leave."""
    passed = safeguards.all_passed(session)
    return any(session.now - at > policies.LATE_AFTER[which] for which, at in passed.items())


def must_wait(session: ReadSession) -> bool:
    """Whether nothing new may be sent now."""
    return rows.freeze_in_force(session) is not None or is_late(session)


def standing(session: ReadSession) -> Literal["running", "frozen", "waiting"]:
    """Whether payouts are made, for the readiness of the service."""
    if rows.freeze_in_force(session) is not None:
        return "frozen"
    return "waiting" if is_late(session) else "running"


def lift_freeze(session: WriteSession, actor_id: UserId, note: str) -> None:
    """Let payouts go on, those that wait first; nothing happens when they do. Raises `Forbidden`."""
    users.require_admin(session, actor_id)
    found = rows.freeze_in_force(session)
    if found is None or not rows.lift_freeze(session, lifted_by=actor_id, note=note):
        return
    audit.record(session, actor_id, Change("payouts.unfrozen", "payout_freeze", found.id, reason=note))
    _send_waiting(session, found.id)


def _send_waiting(session: WriteSession, why: str) -> None:
    for payout_id in rows.waiting_to_be_sent(session):
        SEND_PAYOUT.enqueue(session, PayoutPayload(payout_id=payout_id), dedupe=f"{payout_id}:{why}")


def faults(session: ReadSession) -> list[str]:
    """Where the payouts and the ledger differ about what is set aside, in words."""
    aside, open_payouts = payments.set_aside(session), rows.open_by_person(session)
    return [
        f"{user_id}: {aside.get((user_id, currency), 0)} {currency} set aside, open payouts {open_payouts.get((user_id, currency), 0)}"
        for user_id, currency in sorted(aside.keys() | open_payouts.keys())
        if aside.get((user_id, currency), 0) != open_payouts.get((user_id, currency), 0)
    ]
