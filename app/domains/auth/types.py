"""Values of the auth domain."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

AuthSessionId = NewType("AuthSessionId", str)
MailTokenId = NewType("MailTokenId", str)


class MailTokenPurpose(StrEnum):
    """What a mailed link proves. A token of one purpose is worthless for another."""

    VERIFY_EMAIL = "verify_email"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """A fresh access token's facts and the refresh token that follows it."""

    user_id: str
    auth_session_id: AuthSessionId
    refresh_token: str
    issued_at: datetime
