"""Rules of refunds and disputes, one module for each use case. Other domains use what is named here."""

from app.domains.refunds.service.answering import keep_statement, note_evidence, restore_statement
from app.domains.refunds.service.checking import faults
from app.domains.refunds.service.deciding import approve, ask, get, give_back, reject, retry, withdraw
from app.domains.refunds.service.disputing import apply_dispute, ask_about_open, status_of
from app.domains.refunds.service.leaving import erase, export_of, obligations_of
from app.domains.refunds.service.quoting import get_quote
from app.domains.refunds.service.reading import (
    awaits_decision,
    disputes_since,
    get_dispute,
    list_disputes,
    list_of_place,
    list_refunds,
    places_in_question,
)
from app.domains.refunds.service.sending import apply, ask_about_silent, load, reason_of, refuse

__all__ = [
    "apply",
    "apply_dispute",
    "approve",
    "ask",
    "ask_about_open",
    "ask_about_silent",
    "awaits_decision",
    "disputes_since",
    "erase",
    "export_of",
    "faults",
    "get",
    "get_dispute",
    "get_quote",
    "give_back",
    "keep_statement",
    "list_disputes",
    "list_of_place",
    "list_refunds",
    "load",
    "note_evidence",
    "obligations_of",
    "places_in_question",
    "reason_of",
    "refuse",
    "reject",
    "restore_statement",
    "retry",
    "status_of",
    "withdraw",
]
