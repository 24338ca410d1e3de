"""/api/session-holds, /api/session-invites and /api/session-waitlist."""

from fastapi import APIRouter

from app.domains.arrangements.router import holding, inviting, waiting

router = APIRouter()
for part in (holding, inviting, waiting):
    router.routes.extend(part.router.routes)

__all__ = ["router"]
