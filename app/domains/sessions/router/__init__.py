"""/api/teachers/…/availability, /api/courses/…/availability, /api/sessions, /api/enrollments, and both for
administrators."""

from app.domains.sessions.router.admin import router as admin
from app.domains.sessions.router.admin_places import router as admin_places
from app.domains.sessions.router.changing import router as changing
from app.domains.sessions.router.places import router as places
from app.domains.sessions.router.sessions import courses, router, teachers

__all__ = ["admin", "admin_places", "changing", "courses", "places", "router", "teachers"]
