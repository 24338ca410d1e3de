"""/api/reviews and the reviews under enrollments, courses, teachers and sessions."""

from app.domains.reviews.router.admin import router as admin
from app.domains.reviews.router.places import router as places
from app.domains.reviews.router.replies import router as replies
from app.domains.reviews.router.sessions import router as sessions
from app.domains.reviews.router.shown import courses, teachers

__all__ = ["admin", "courses", "places", "replies", "sessions", "teachers"]
