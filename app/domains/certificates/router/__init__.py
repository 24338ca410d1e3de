"""/api/certificates, /api/diplomas, /api/teaching-requests, and who teaches a course."""

from fastapi import APIRouter

from app.domains.certificates.router import certificates, requests, teachers

router = APIRouter()
for part in (certificates, teachers, requests):
    router.include_router(part.router)

__all__ = ["router"]
