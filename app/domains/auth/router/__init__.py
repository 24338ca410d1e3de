"""/api/auth: sign up, prove the address, log in, stay logged in, log out; look after the password and the log-ins."""

from fastapi import APIRouter

from app.domains.auth.router import emails, login, passwords, sessions, signup
from app.domains.auth.router.keys import well_known

router = APIRouter()
for part in (signup, login, passwords, emails, sessions):
    router.routes.extend(part.router.routes)

__all__ = ["router", "well_known"]
