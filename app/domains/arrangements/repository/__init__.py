"""SQL of arrangements. Rows leave as facts: every change is an UPDATE that loaded objects do not see."""

from app.domains.arrangements.repository import invites, waits

__all__ = ["invites", "waits"]
