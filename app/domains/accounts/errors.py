"""Refusals about leaving."""

from app.core.errors import Conflict, members


class ObligationsOpen(Conflict):
    """The person still owes others something, or is owed something."""

    code = "obligations_open"
    title = "This account cannot be deleted yet."
    hint = "Each entry of `reasons` says what is open and what to do; GET /api/users/me/deletion lists them too."
    context_example = members(reasons=[{"code": "sessions_upcoming", "count": 1, "hint": "Hold or cancel them first."}])
