"""/api/auth: sign up, prove the address, log in, stay logged in, log out."""

from fastapi import APIRouter

from app.domains.auth.router import login, signup
from app.domains.auth.router.keys import well_known

router = APIRouter(prefix="/auth", tags=["auth"])
for part in (signup, login):
    router.include_router(part.router)

__all__ = ["router", "well_known"]
