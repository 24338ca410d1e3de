"""Rules of passkeys: ceremonies prove something, units of work act on it. Other modules use what is named here."""

from app.domains.passkeys.service.ceremonies import (
    CHALLENGE_LIFE,
    check_new_passkey,
    check_proof,
    new_challenge,
    take_challenge,
)
from app.domains.passkeys.service.keeping import Applicant, add, applicant, passkeys_of, remove, rename
from app.domains.passkeys.service.leaving import erase, export_of
from app.domains.passkeys.service.proving import log_in, step_up, stored_key

__all__ = [
    "CHALLENGE_LIFE",
    "Applicant",
    "add",
    "applicant",
    "check_new_passkey",
    "check_proof",
    "erase",
    "export_of",
    "log_in",
    "new_challenge",
    "passkeys_of",
    "remove",
    "rename",
    "step_up",
    "stored_key",
    "take_challenge",
]
