"""Refusals about people."""

from app.core.errors import Conflict, Forbidden, NotFound


class UserNotFound(NotFound):
    """There is no such person, or the profile is not visible to the caller."""

    code = "user_not_found"
    title = "There is no such person."


class HandleTaken(Conflict):
    """Somebody else has the handle."""

    code = "handle_taken"
    title = "This handle is taken."
    hint = "GET /api/users/check-handle says which ones are free."


class PasswordNotSet(Forbidden):
    """The account has no password: its owner logs in in another way."""

    code = "password_not_set"
    title = "This account has no password."
    hint = (
        "Prove who you are with POST /api/auth/step-up/passkey or by logging in again, or set a password: "
        "POST /api/auth/forgot-password mails a link."
    )


class WrongPassword(Forbidden):
    """The password given as proof is not the one that is expected here."""

    code = "wrong_password"
    title = "This is not the password."
    hint = "Without the password, set a new one: POST /api/auth/forgot-password."
