"""Refusals about passkeys."""

from app.core.errors import Conflict, NotAuthenticated, NotFound


class PasskeyRefused(NotAuthenticated):
    """The response proves nothing: an unknown passkey, another page, a used or foreign challenge, nobody recognized by
    the device, a wrong signature. Deliberately the same answer."""

    code = "passkey_refused"
    title = "This passkey does not work here."
    hint = "Ask for new options and try again, or use another way to log in."


class TooManyPasskeys(Conflict):
    """The account has as many passkeys as it can have."""

    code = "too_many_passkeys"
    title = "An account has at most ten passkeys."
    hint = "Remove one that is not used any more."


class PasskeyNotFound(NotFound):
    """The account has no such passkey."""

    code = "passkey_not_found"
    title = "There is no such passkey."
