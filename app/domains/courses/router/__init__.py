"""/api/courses as creators use it, and what administrators do about courses and topics."""

from app.domains.courses.router.administration import admin_courses, admin_topics
from app.domains.courses.router.mine import mine
from app.domains.courses.router.studio import studio

__all__ = ["admin_courses", "admin_topics", "mine", "studio"]
