"""/api/users/me/availability and /api/users/me/external-calendars: the caller's hours, and what else the caller
does."""

from app.domains.calendar.router.availability import router as availability
from app.domains.calendar.router.external import router as external_calendars

__all__ = ["availability", "external_calendars"]
