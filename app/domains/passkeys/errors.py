"""Refusals about passkeys."""

from app.core.errors import Conflict, Forbidden, NotAuthenticated, NotFound, Problem


class PasskeyRefused(NotAuthenticated):
    """The response proves nothing: an unknown passkey, another page, a used or foreign challenge, nobody recognized by
    the device, a wrong signature. Deliberately the same answer."""

    code = "passkey_refused"
    title = "This passkey does not work here."
    hint = "Ask for new options and try again, or use another way to log in."


class PasskeyNotAdded(Problem):
    """The device's answer makes no passkey: a used or foreign challenge, another page, nobody recognized by the device,
    or a credential that somebody has."""

    status, code = 422, "passkey_not_added"
    title = "This passkey cannot be added."
    hint = "Ask for new options with POST /api/auth/passkey-options and try again."


class PasskeyNotProven(Forbidden):
    """The response does not prove that it is still the same person."""

    code = "passkey_not_proven"
    title = "This passkey does not prove who you are."
    hint = "Ask for new options and try again, or use POST /api/auth/step-up."


class TooManyPasskeys(Conflict):
    """The account has as many passkeys as it can have."""

    code = "too_many_passkeys"
    title = "An account has at most ten passkeys."
    hint = "Remove one that is not used any more."


class PasskeyNotFound(NotFound):
    """The account has no such passkey."""

    code = "passkey_not_found"
    title = "There is no such passkey."
