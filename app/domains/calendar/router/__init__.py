"""/api/users/me/availability: the caller's hours."""

from app.domains.calendar.router.availability import router as availability

__all__ = ["availability"]
