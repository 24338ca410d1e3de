"""Refusals of the auth domain."""

from app.core.errors import Conflict, Forbidden, NotAuthenticated, Problem


class LoginFailed(NotAuthenticated):
    """Unknown address or wrong password: deliberately the same answer."""

    code = "login_failed"
    title = "The address or the password is wrong."
    hint = "Check both, and whether the keyboard is set to another language or to capitals."


class RefreshTokenInvalid(NotAuthenticated):
    """The refresh token is unknown, expired or revoked."""

    code = "refresh_token_invalid"
    title = "This refresh token does not work any more."
    hint = "Log in again with POST /api/auth/login."


class RefreshInProgress(Conflict):
    """The same refresh token was used a moment ago, for example by another tab."""

    code, retryable = "refresh_in_progress", True
    title = "This refresh token was used a moment ago."
    hint = "Use the tokens that the other request received."


class MailTokenInvalid(Problem):
    """The link is unknown, used, expired, or for another purpose."""

    status, code = 400, "mail_token_invalid"
    title = "This link does not work any more."
    hint = "Ask for a fresh one with POST /api/auth/resend-verification."


class CookieFromForeignOrigin(Forbidden):
    """A changing request came with the auth cookie from a page that is not ours."""

    code = "foreign_origin"
    title = "The auth cookie may only be used by our own pages."
    hint = "Send `Authorization: Bearer …` instead."
