"""/api/courses, /api/topics and what administrators do about them."""

from app.domains.courses.router.administration import admin_courses, admin_topics
from app.domains.courses.router.catalogue import router, topics
from app.domains.courses.router.mine import mine
from app.domains.courses.router.studio import studio

__all__ = ["admin_courses", "admin_topics", "mine", "router", "studio", "topics"]
