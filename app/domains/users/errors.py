"""Refusals about people."""

from app.core.errors import Conflict, NotFound


class UserNotFound(NotFound):
    """There is no such person, or the profile is not visible to the caller."""

    code = "user_not_found"
    title = "There is no such person."


class HandleTaken(Conflict):
    """Somebody else has the handle."""

    code = "handle_taken"
    title = "This handle is taken."
    hint = "GET /api/users/check-handle says which ones are free."
