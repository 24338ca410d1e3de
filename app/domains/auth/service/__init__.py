"""Rules of signing up, logging in and staying logged in, one module for each use case. Plain units of work; hashing
happens before them. Other modules use what is named here."""

from app.domains.auth.service.login import Credentials, authenticate, find_credentials, log_in, start_auth_session
from app.domains.auth.service.refreshing import (
    RefreshRefusal,
    log_out,
    log_out_everywhere,
    refresh,
    sweep_tokens,
    unwrap_refresh,
)
from app.domains.auth.service.signup import resend_verification, sign_up, verify_email

__all__ = [
    "Credentials",
    "RefreshRefusal",
    "authenticate",
    "find_credentials",
    "log_in",
    "log_out",
    "log_out_everywhere",
    "refresh",
    "resend_verification",
    "sign_up",
    "start_auth_session",
    "sweep_tokens",
    "unwrap_refresh",
    "verify_email",
]
