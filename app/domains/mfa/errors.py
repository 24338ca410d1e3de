"""Refusals of the second-factor domain."""

from app.core.errors import Conflict, Forbidden, TooManyRequests


class CodeRefused(Forbidden):
    """The code is wrong, too old, or was used before."""

    code = "code_refused"
    title = "This code does not work."
    hint = "Send the code that the app shows now; each works once. Check that the device's clock is right."


class TooManyCodes(TooManyRequests):
    """Too many wrong codes of one kind for one account."""

    code = "too_many_codes"
    title = "There were too many wrong codes."
    hint = "Wait as many seconds as `Retry-After` says. A recovery code or a passkey logs in meanwhile."


class TotpAlreadyEnabled(Conflict):
    """The account has a confirmed authenticator app."""

    code = "totp_already_enabled"
    title = "An authenticator app is set up already."
    hint = "To set up another one, remove it first with POST /api/auth/totp/disable."


class TotpNotBegun(Conflict):
    """There is no secret that a code could confirm."""

    code = "totp_not_begun"
    title = "There is no authenticator app to confirm."
    hint = "Begin with POST /api/auth/totp."


class TotpNotEnabled(Conflict):
    """The account has no confirmed authenticator app."""

    code = "totp_not_enabled"
    title = "No authenticator app is set up."
    hint = "Set one up with POST /api/auth/totp."


class PasswordTooShortAlone(Conflict):
    """The password is shorter than one that stands alone may be."""

    code = "password_too_short_alone"
    title = "Without a second factor the password must have at least 15 characters."
    hint = "Choose a longer password first, then remove the authenticator app."
