"""What administrators do through the API, and what the database holds of it."""

from typing import Any

from sqlalchemy import select

from app.db.session import ReadSession
from app.domains.audit.models import AuditEntry
from app.domains.users.models import User
from app.domains.users.types import UserId
from tests.support.world import Actor, World

ANSWERS = {
    "expertise_areas": "Automation with n8n.",
    "teaching_experience": "Two years of workshops.",
    "course_ideas": "Workflows for bookkeepers.",
    "motivation": "I want to be patient with others.",
    "portfolio_url": "https://sam.sample.example/work",
}


async def admin_of(world: World, name: str = "Ada Admin") -> Actor:
    return await world.member(name, is_admin=True)


async def entries(world: World, subject_id: str) -> list[AuditEntry]:
    """What the audit log says of somebody or something, the oldest first."""
    return await world.db.read(_entries, subject_id)


def _entries(session: ReadSession, subject_id: str) -> list[AuditEntry]:
    statement = select(AuditEntry).where(AuditEntry.subject_id == subject_id)
    return list(session.scalars(statement.order_by(AuditEntry.created_at, AuditEntry.id)))


async def account(world: World, user_id: UserId) -> User:
    return await world.db.read(_account, user_id)


def _account(session: ReadSession, user_id: UserId) -> User:
    return session.get_one(User, user_id)


async def give(admin: Actor, person: Actor, **rights: Any) -> Any:
    return await admin.patch(f"/api/admin/users/{person.user_id}/capabilities", rights)


async def suspend(admin: Actor, person: Actor, reason: str = "Spam in every course.") -> Any:
    return await admin.post(f"/api/admin/users/{person.user_id}/suspend", {"reason": reason})


async def unsuspend(admin: Actor, person: Actor) -> Any:
    return await admin.post(f"/api/admin/users/{person.user_id}/unsuspend")
