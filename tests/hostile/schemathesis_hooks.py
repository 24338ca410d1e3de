"""Loaded by Schemathesis (`SCHEMATHESIS_HOOKS`): every request comes from somebody who was made for it, and from an
address of its own. So no request ends another's log-in, and no limit stands in the way of what is tested.

The installation under test is that of the `PEERLOOP_…` variables; with `PEERLOOP_TEST_NOBODY` set, nobody is logged in;
with `PEERLOOP_TEST_KEEPS_LOG_IN`, somebody for five minutes, where nothing that is asked ends a log-in.
"""

import asyncio
import os
import random
import threading
import uuid
from typing import Any

import schemathesis

from app.core.clock import SystemClock
from app.core.config import Settings
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.db.session import WriteSession
from app.domains.auth import service as auth
from app.domains.auth.tokens import AccessTokens
from app.domains.auth.types import Device, LoginMethod, TokenPair
from app.domains.users import service as users
from app.main import signing_key

_KEPT_S = 300 if "PEERLOOP_TEST_KEEPS_LOG_IN" in os.environ else None


class Office:
    """Makes people, each with a log-in. They are verified administrators, so that as much as possible is reached."""

    def __init__(self) -> None:
        self._settings = Settings()
        self._runner, self._lock = asyncio.Runner(), threading.Lock()
        self._db = Database(create_engines(self._settings), SystemClock(), EventBus())
        self._tokens = AccessTokens(
            private_key_pem=signing_key(self._settings),
            previous_public_pems="",
            issuer=self._settings.public_url,
            life=self._settings.access_token_life,
        )

    def token(self) -> str:
        with self._lock:
            pair = self._runner.run(self._db.write(self._log_in))
        return self._tokens.issue(user_id=pair.user_id, auth_session_id=pair.auth_session_id, now=pair.issued_at)

    def _log_in(self, session: WriteSession) -> TokenPair:
        email = f"{uuid.uuid4().hex}@peerloop.example"
        user_id = users.create_user(
            session,
            email=email,
            name="Ada Example",
            password_hash="none",
            timezone="UTC",
            is_admin=True,
            can_create_courses=True,
        )
        assert user_id is not None
        users.mark_email_verified(session, user_id)
        life = self._settings.refresh_token_life
        return auth.start_auth_session(session, user_id, life, LoginMethod.PASSWORD, Device())


if "PEERLOOP_TEST_NOBODY" not in os.environ:

    @schemathesis.auth(refresh_interval=_KEPT_S)
    class LoggedIn:
        """A fresh log-in for each request that needs one, unless they are kept."""

        office = Office()

        def get(self, _case: schemathesis.Case[Any], _context: object) -> str:
            return self.office.token()

        def set(self, case: schemathesis.Case[Any], data: str, _context: object) -> None:
            case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(_context: object, case: schemathesis.Case[Any], _kwargs: dict[str, Any]) -> None:
    """The server believes the tunnel, which connects from this machine, where a request comes from."""
    case.headers["CF-Connecting-IP"] = f"2001:db8:{random.getrandbits(16):x}:{random.getrandbits(16):x}::1"
