"""Refusals about people."""

from app.core.errors import NotFound


class UserNotFound(NotFound):
    """There is no such person, or the profile is not visible to the caller."""

    code = "user_not_found"
    title = "There is no such person."
