"""Refusals of the auth domain."""

from app.core.errors import Conflict, Forbidden, NotAuthenticated, NotFound, Problem, members


class LoginFailed(NotAuthenticated):
    """Unknown address or wrong password: deliberately the same answer."""

    code = "login_failed"
    title = "The address or the password is wrong."
    hint = "Check both, and whether the keyboard is set to another language or to capitals."


class SecondFactorNeeded(Problem):
    """The first step of a log-in was right, and the account has a second factor. `challenge` is what the code is sent
    with; `methods` names the kinds of codes."""

    status, code = 401, "second_factor_needed"
    title = "A code of the second factor is needed."
    hint = "Send `challenge` and a code to POST /api/auth/login/second-factor within five minutes."
    context_example = members(challenge="mfa_2tBq1m0o8Yv3Q4rX6c5Zk7w9u1s3p5n7", methods=["totp", "recovery_code"])


class SecondFactorRefused(NotAuthenticated):
    """The code is wrong, too old, or was used before; the challenge takes four more."""

    code = "second_factor_refused"
    title = "This code does not work."
    hint = "Send the code that the app shows now; each works once. A recovery code does as well."


class LogInChallengeEnded(NotAuthenticated):
    """The challenge is unknown, used, older than five minutes, had five wrong codes, or the password was changed."""

    code = "log_in_challenge_ended"
    title = "This log-in has to be started again."
    hint = "Begin again with POST /api/auth/login."


class RefreshTokenInvalid(NotAuthenticated):
    """The refresh token is unknown, expired or revoked."""

    code = "refresh_token_invalid"
    title = "This refresh token does not work any more."
    hint = "Log in again with POST /api/auth/login."


class RefreshInProgress(Conflict):
    """The same refresh token was used a moment ago, for example by another tab."""

    code = "refresh_in_progress"
    title = "This refresh token was used a moment ago."
    hint = (
        "Do not send it again: after 10 seconds that ends the log-in. Use the tokens that the other request received."
    )


class MailTokenInvalid(Problem):
    """The link is unknown, used, expired, or for another purpose."""

    status, code = 400, "mail_token_invalid"
    title = "This link does not work any more."
    hint = (
        "Ask for a fresh one: POST /api/auth/resend-verification to confirm the address, POST /api/auth/forgot-password "
        "to set a password, POST /api/auth/change-email to move to another address."
    )


class CookieFromForeignOrigin(Forbidden):
    """A changing request came with the auth cookie from a page that is not ours."""

    code = "foreign_origin"
    title = "The auth cookie may only be used by our own pages."
    hint = "Send `Authorization: Bearer …` instead."


class CodeNeeded(Forbidden):
    """The account has a second factor: the password alone proves nothing."""

    code = "code_needed"
    title = "A code of the authenticator app is needed."
    hint = "Send `code`, or use a passkey: POST /api/auth/step-up/passkey."


class PasswordNeeded(Forbidden):
    """Several people signed up with the address; the link alone does not tell whose password is to count."""

    code = "password_needed"
    title = "Give the password that was chosen when this link was asked for."
    hint = "If that was not you, choose one of your own: POST /api/auth/forgot-password."


class PasswordRefused(Problem):
    """The password would be guessed. `reason` says why: `too_short`, `too_common`, `contains_context` or `breached`."""

    status, code = 422, "password_refused"
    title = "This password is not safe enough."
    hint = "Take a few unrelated words, or let a password manager make one up."
    context_example = members(reason="too_common")


class EmailTaken(Conflict):
    """The new address became another account's before it was confirmed."""

    code = "email_taken"
    title = "This address belongs to another account."
    hint = "Log in there, or set a password for it with POST /api/auth/forgot-password."


class AuthSessionNotFound(NotFound):
    """There is no such auth session, it has ended, or it is somebody else's."""

    code = "auth_session_not_found"
    title = "There is no such log-in."


class OnlyWayIn(Conflict):
    """Without this passkey or linked account nobody could log in any more."""

    code = "only_way_in"
    title = "This is the only way into your account."
    hint = "Set a password first: POST /api/auth/forgot-password mails a link."


class CaptchaNeeded(Problem):
    """Sign-up is protected from programs, and no proof came with it."""

    status, code = 422, "captcha_needed"
    title = "Show that you are not a program."
    hint = "Show the widget of GET /api/auth/options and send what it gives as `turnstile_token`."


class CaptchaFailed(Forbidden):
    """The proof is wrong, old, used, or from another page."""

    code = "captcha_failed"
    title = "The check that you are not a program failed."
    hint = "Reset the widget and send the fresh token."


class InvitationNeeded(Forbidden):
    """Sign-up is closed, and no invitation of this address came with it."""

    code = "invitation_needed"
    title = "One can only sign up with an invitation."
    hint = "Follow the link of the invitation, and give the address that it was mailed to."
