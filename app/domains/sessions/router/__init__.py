"""/api/teachers/…/availability, /api/courses/…/availability, /api/sessions and /api/admin/sessions."""

from app.domains.sessions.router.admin import router as admin
from app.domains.sessions.router.changing import router as changing
from app.domains.sessions.router.sessions import courses, router, teachers

__all__ = ["admin", "changing", "courses", "router", "teachers"]
