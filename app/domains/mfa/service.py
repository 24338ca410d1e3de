"""Rules of second factors."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from app.core.logging import log_event
from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.mfa import repository
from app.domains.mfa.errors import (
    CodeRefused,
    PasswordTooShortAlone,
    TooManyCodes,
    TotpAlreadyEnabled,
    TotpNotBegun,
    TotpNotEnabled,
)
from app.domains.mfa.models import TotpSecret
from app.domains.mfa.tokens import (
    enrollment_uri,
    is_recovery_code,
    matching_step,
    new_recovery_codes,
    new_totp_secret,
    recovery_code_hash,
)
from app.domains.mfa.types import Enrollment, Seal, SecondFactorState
from app.domains.users import service as users
from app.domains.users.errors import WrongPassword
from app.domains.users.events import SecurityChanged
from app.domains.users.types import SHORTEST_PASSWORD, SecurityChange, UserId, password_length
from app.edge.buckets import forgetting
from app.providers.kv.port import KeyValueStore, Rate

_AT_ONCE = Rate(5, timedelta(minutes=15))
_IN_A_ROW = Rate(100, timedelta(days=30))  # NIST SP 800-63B-4, 3.2.2
_EVER = Rate(300, timedelta(days=30))  # whoever reads the mailbox could set new passwords for fresh counts

logger = logging.getLogger(__name__)


def has_second_factor(session: ReadSession, user_id: UserId) -> bool:
    """Whether the password alone does not log this person in."""
    return repository.has_confirmed_totp(session, user_id)


def second_factor_state(session: ReadSession, user_id: UserId) -> SecondFactorState:
    left = repository.count_unused_recovery_codes(session, user_id)
    return SecondFactorState(has_second_factor(session, user_id), left)


@asynccontextmanager
async def limited_codes(
    kv: KeyValueStore, user_id: str, code: str, *, password_mark: str | None = None
) -> AsyncIterator[None]:
    """Around the check of a person's code: it counts as a wrong one unless the body succeeds, which clears the count.
    Counted before the check, so that many guesses at once are no way around.

    A thief must not shut the owner out: log-ins are counted for the password that they began with, so that a new one
    has a fresh count; what somebody who is logged in sends is another count; and codes of the app, which can be
    guessed, take no room from recovery codes, which cannot. Raises `TooManyCodes`.
    """
    counts = _counts(user_id, code, password_mark)
    for key, rate in counts.items():
        verdict = await kv.hit(key, rate)
        if not verdict.is_allowed:
            raise TooManyCodes(verdict.retry_after)
    yield
    with forgetting():
        for key in counts:
            await kv.forget(key)


def _counts(user_id: str, code: str, password_mark: str | None) -> dict[str, Rate]:
    kind = "recovery-codes" if is_recovery_code(code) else "codes"
    whose = f"{user_id}:{password_mark}" if password_mark else user_id
    return {f"{kind}:{whose}": _AT_ONCE, f"{kind}-month:{whose}": _IN_A_ROW, f"{kind}-ever:{user_id}": _EVER}


def spend_code(session: WriteSession, seal: Seal, user_id: UserId, code: str) -> bool:
    """Use up a code of the authenticator app, or a recovery code. False when it is wrong, old or used, or there is no
    second factor. To be called within `limited_codes`."""
    if is_recovery_code(code):
        return _spend_recovery_code(session, user_id, code)
    found = repository.totp_secret(session, user_id)
    step = _step_of(session, seal, found, code)
    return found is not None and step is not None and repository.spend_step(session, user_id, found.sealed_secret, step)


def _spend_recovery_code(session: WriteSession, user_id: UserId, code: str) -> bool:
    if not repository.spend_recovery_code(session, user_id, recovery_code_hash(code, user_id)):
        return False
    session.publish(SecurityChanged(user_id, SecurityChange.RECOVERY_CODE_USED))
    return True


def _step_of(session: ReadSession, seal: Seal, found: TotpSecret | None, code: str) -> int | None:
    secret = seal.open(found.sealed_secret, found.user_id) if found else None
    if found is not None and secret is None:
        log_event(logger, "mfa.secret_unreadable", user_id=found.user_id)
    return matching_step(secret, code, session.now, after=found.last_step) if found and secret else None


def begin_totp(session: WriteSession, seal: Seal, user_id: UserId) -> Enrollment:
    """A fresh secret that protects nothing until it is confirmed. Raises `TotpAlreadyEnabled`."""
    user = users.lock_user(session, user_id)
    secret = new_totp_secret()
    if not repository.put_unconfirmed(session, user_id, seal.seal(secret, user_id)):
        raise TotpAlreadyEnabled
    return Enrollment(secret, enrollment_uri(secret, user.email))


def confirm_totp(session: WriteSession, seal: Seal, user_id: UserId, code: str) -> list[str]:
    """From now on log-ins need a code; answers the recovery codes. Raises `TotpNotBegun`, `TotpAlreadyEnabled` and
    `CodeRefused`."""
    found = repository.totp_secret(session, user_id)
    if found is None:
        raise TotpNotBegun
    if found.confirmed_at is not None:
        raise TotpAlreadyEnabled
    step = _step_of(session, seal, found, code)
    if step is None or not repository.confirm_totp(session, user_id, found.sealed_secret, step):
        raise CodeRefused
    session.publish(SecurityChanged(user_id, SecurityChange.TOTP_ENABLED))
    return _replace_recovery_codes(session, user_id)


def renew_recovery_codes(session: WriteSession, user_id: UserId) -> list[str]:
    """Ten new ones; the old ones stop working. Raises `TotpNotEnabled`."""
    users.lock_user(session, user_id)  # so that of two renewals at once the codes of one are left
    if not has_second_factor(session, user_id):
        raise TotpNotEnabled
    session.publish(SecurityChanged(user_id, SecurityChange.RECOVERY_CODES_RENEWED))
    return _replace_recovery_codes(session, user_id)


def _replace_recovery_codes(session: WriteSession, user_id: UserId) -> list[str]:
    codes = new_recovery_codes()
    repository.delete_recovery_codes(session, user_id)
    repository.insert_recovery_codes(session, user_id, (recovery_code_hash(code, user_id) for code in codes))
    return codes


def refuse_short_password(password: str) -> None:
    """Raises `PasswordTooShortAlone`."""
    if password_length(password) < SHORTEST_PASSWORD:
        raise PasswordTooShortAlone


def disable_totp(session: WriteSession, seal: Seal, user_id: UserId, *, code: str, password_hash: str | None) -> None:
    """Remove the secret and the recovery codes; the hash is the one that was just checked. Raises `TotpNotEnabled`,
    `CodeRefused`, and `WrongPassword` when the password was replaced meanwhile."""
    if users.lock_user(session, user_id).password_hash != password_hash:
        raise WrongPassword
    if not has_second_factor(session, user_id):
        raise TotpNotEnabled
    if not spend_code(session, seal, user_id, code):
        raise CodeRefused
    repository.delete_confirmed_totp(session, user_id)
    repository.delete_recovery_codes(session, user_id)
    session.publish(SecurityChanged(user_id, SecurityChange.TOTP_DISABLED))


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """That there are second factors and since when; never the secrets."""
    return {
        "authenticator_apps": repository.export_totp(session, user_id),
        "recovery_codes": repository.export_recovery_codes(session, user_id),
    }


def erase(session: WriteSession, user_id: UserId) -> None:
    """Delete the person's second factors."""
    repository.delete_all(session, user_id)
