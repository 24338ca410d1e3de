"""/api/teachers/…/availability, /api/sessions and /api/admin/sessions."""

from app.domains.sessions.router.admin import router as admin
from app.domains.sessions.router.changing import router as changing
from app.domains.sessions.router.sessions import router, teachers

__all__ = ["admin", "changing", "router", "teachers"]
