"""The second step of a log-in: a challenge that is kept for five minutes, and the code that answers it."""

import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime, timedelta

from app.core.errors import Problem
from app.db.session import WriteSession
from app.domains.auth.errors import LogInChallengeEnded, SecondFactorNeeded, SecondFactorRefused
from app.domains.auth.service.login import refuse_suspended, start_auth_session
from app.domains.auth.tokens import password_mark
from app.domains.auth.types import Device, LoginMethod, PendingLogIn, TokenPair
from app.domains.mfa import service as mfa
from app.domains.mfa.types import Seal
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.providers.kv.port import KeyValueStore

_METHODS = ("totp", "recovery_code")
_CHALLENGE_LIFE = timedelta(minutes=5)
_MOST_REFUSALS = 5


async def unwrap_log_in(kv: KeyValueStore, now: datetime, outcome: TokenPair | PendingLogIn) -> TokenPair:
    """The pair of a log-in that is complete. Raises `SecondFactorNeeded` with a fresh challenge for one that is not."""
    match outcome:
        case TokenPair():
            return outcome
        case PendingLogIn():
            raise SecondFactorNeeded(challenge=await challenge_second_factor(kv, now, outcome), methods=_METHODS)


async def challenge_second_factor(kv: KeyValueStore, now: datetime, pending: PendingLogIn) -> str:
    """A text that stands for this log-in for five minutes; the store holds only its hash."""
    challenge = secrets.token_urlsafe(32)
    await _keep(kv, challenge, pending, refusals=0, ends_at=now + _CHALLENGE_LIFE, now=now)
    return challenge


@asynccontextmanager
async def answering_challenge(kv: KeyValueStore, now: datetime, challenge: str) -> AsyncIterator[PendingLogIn]:
    """Around the check of a code. Of many requests at once one gets the challenge; if the body refuses it is there
    again, until the fifth time. Raises `LogInChallengeEnded`."""
    found = await kv.take(_key(challenge))
    if found is None:
        raise LogInChallengeEnded
    kept = json.loads(found)
    ends_at, refusals = datetime.fromisoformat(kept["ends_at"]), kept["refusals"] + 1
    pending = PendingLogIn(UserId(kept["user_id"]), LoginMethod(kept["method"]), kept["password_mark"])
    try:
        yield pending
    except Problem:
        if refusals < _MOST_REFUSALS:
            await _keep(kv, challenge, pending, refusals=refusals, ends_at=ends_at, now=now)
        raise


def _key(challenge: str) -> str:
    """Where it is kept; whoever reads the store cannot answer it."""
    return f"log-in:{hashlib.sha256(challenge.encode()).hexdigest()}"


async def _keep(
    kv: KeyValueStore, challenge: str, pending: PendingLogIn, *, refusals: int, ends_at: datetime, now: datetime
) -> None:
    kept = asdict(pending) | {"refusals": refusals, "ends_at": ends_at.isoformat()}
    await kv.put(_key(challenge), json.dumps(kept), life=ends_at - now)


def finish_log_in(
    session: WriteSession, seal: Seal, pending: PendingLogIn, code: str, life: timedelta, device: Device
) -> TokenPair:
    """Start the auth session. Raises `SecondFactorRefused`, `AccountSuspended`, and `LogInChallengeEnded` when the
    password was changed since the first step: whoever knew the old one is out."""
    user = users.lock_if_there(session, pending.user_id)
    if user is None or password_mark(user.password_hash) != pending.password_mark:
        raise LogInChallengeEnded
    refuse_suspended(user.suspended_at)
    if not mfa.spend_code(session, seal, pending.user_id, code):
        raise SecondFactorRefused
    return start_auth_session(session, pending.user_id, life, pending.method, device)
