"""Refusals about entering the room."""

from app.core.errors import Conflict, members


class JoinWindowClosed(Conflict):
    """It is too early or too late, or the session is over. `opens_at` and `closed_at` say when it was possible."""

    code = "join_window_closed"
    title = "The room of this session cannot be entered now."
    hint = "Join between `opens_at` and `closed_at`."
    context_example = members(opens_at="2026-12-01T14:50:00Z", closed_at="2026-12-01T16:15:00Z")
