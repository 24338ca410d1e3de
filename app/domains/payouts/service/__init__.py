"""Rules of paying people out: their accounts, asking, deciding, sending, and stopping everything when in doubt."""

from app.domains.payouts.service.accounts import (
    apply_account,
    apply_new_account,
    enqueue_refreshes,
    forget_refused,
    list_connected,
    plan_account,
    show_account,
)
from app.domains.payouts.service.deciding import (
    approve,
    approve_batch,
    cancel_by_admin,
    hold,
    reject,
    retry,
)
from app.domains.payouts.service.freezing import (
    Freeze,
    begin_safeguard,
    faults,
    freeze,
    freeze_in_force,
    lift_freeze,
    pass_safeguard,
    standing,
)
from app.domains.payouts.service.holding import hold_of_suspended
from app.domains.payouts.service.leaving import erase, export_of, obligations_of
from app.domains.payouts.service.months import list_months, statement_of
from app.domains.payouts.service.recovering import (
    apply_reversal,
    enqueue_recoveries,
    plan_recovery,
    refuse_reversal,
)
from app.domains.payouts.service.requesting import (
    cancel_own,
    get_own,
    get_payout,
    list_own,
    list_payouts,
    paid_cents,
    request,
)
from app.domains.payouts.service.resuming import is_any_short, resume
from app.domains.payouts.service.returning import apply_bank_payout, get_return
from app.domains.payouts.service.sending import (
    apply_refusal,
    apply_transfer,
    ask_after_unanswered,
    begin_sending,
    mark_unknown,
    paid_since,
)

__all__ = [
    "Freeze",
    "apply_account",
    "apply_bank_payout",
    "apply_new_account",
    "apply_refusal",
    "apply_reversal",
    "apply_transfer",
    "approve",
    "approve_batch",
    "ask_after_unanswered",
    "begin_safeguard",
    "begin_sending",
    "cancel_by_admin",
    "cancel_own",
    "enqueue_recoveries",
    "enqueue_refreshes",
    "erase",
    "export_of",
    "faults",
    "forget_refused",
    "freeze",
    "freeze_in_force",
    "get_own",
    "get_payout",
    "get_return",
    "hold",
    "hold_of_suspended",
    "is_any_short",
    "lift_freeze",
    "list_connected",
    "list_months",
    "list_own",
    "list_payouts",
    "mark_unknown",
    "obligations_of",
    "paid_cents",
    "paid_since",
    "pass_safeguard",
    "plan_account",
    "plan_recovery",
    "refuse_reversal",
    "reject",
    "request",
    "resume",
    "retry",
    "show_account",
    "standing",
    "statement_of",
]
