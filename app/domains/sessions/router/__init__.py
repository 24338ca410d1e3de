"""/api/teachers/…/availability, /api/courses/…/availability, /api/sessions, /api/admin/sessions and /api/enrollments."""

from app.domains.sessions.router.admin import router as admin
from app.domains.sessions.router.changing import router as changing
from app.domains.sessions.router.places import router as places
from app.domains.sessions.router.sessions import courses, router, teachers

__all__ = ["admin", "changing", "courses", "places", "router", "teachers"]
