"""Rules of signing up, logging in and staying logged in, one module for each use case. Plain units of work; hashing
happens before them. Other modules use what is named here."""

from app.domains.auth.service.emails import ask_email_change, confirm_email
from app.domains.auth.service.leaving import erase, export_of
from app.domains.auth.service.login import (
    Credentials,
    authenticate,
    begin_log_in,
    find_credentials,
    log_in,
    refuse_suspended,
    start_auth_session,
    was_used_from,
)
from app.domains.auth.service.passwords import (
    PasswordReplacement,
    ask_password_reset,
    change_password,
    confirm_code,
    confirm_password,
    note_proof,
    password_rules,
    reset_password,
    reset_rules,
)
from app.domains.auth.service.reading import get_auth_session, get_mail_token
from app.domains.auth.service.refreshing import (
    log_out,
    log_out_by_refresh_token,
    refresh,
    sweep_tokens,
    unwrap_refresh,
)
from app.domains.auth.service.second_factor import (
    answering_challenge,
    challenge_second_factor,
    finish_log_in,
    unwrap_log_in,
)
from app.domains.auth.service.sessions import (
    end_all_sessions,
    end_session,
    end_sessions_of,
    forget_sessions,
    list_sessions,
    list_sessions_of,
)
from app.domains.auth.service.signup import (
    hash_of_newest_signup,
    hash_of_signup,
    prove_email,
    resend_verification,
    sign_up,
    sign_up_invited,
    verify_email,
)
from app.domains.auth.tokens import AccessClaims

__all__ = [
    "AccessClaims",
    "Credentials",
    "PasswordReplacement",
    "answering_challenge",
    "ask_email_change",
    "ask_password_reset",
    "authenticate",
    "begin_log_in",
    "challenge_second_factor",
    "change_password",
    "confirm_code",
    "confirm_email",
    "confirm_password",
    "end_all_sessions",
    "end_session",
    "end_sessions_of",
    "erase",
    "export_of",
    "find_credentials",
    "finish_log_in",
    "forget_sessions",
    "get_auth_session",
    "get_mail_token",
    "hash_of_newest_signup",
    "hash_of_signup",
    "list_sessions",
    "list_sessions_of",
    "log_in",
    "log_out",
    "log_out_by_refresh_token",
    "note_proof",
    "password_rules",
    "prove_email",
    "refresh",
    "refuse_suspended",
    "resend_verification",
    "reset_password",
    "reset_rules",
    "sign_up",
    "sign_up_invited",
    "start_auth_session",
    "sweep_tokens",
    "unwrap_log_in",
    "unwrap_refresh",
    "verify_email",
    "was_used_from",
]
