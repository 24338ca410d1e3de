"""/api/certificates, /api/diplomas, /api/teaching-requests, and who teaches a course."""

from fastapi import APIRouter

from app.domains.certificates.router import certificates, requests, teachers

router = APIRouter()
for part in (certificates, teachers, requests):
    router.routes.extend(part.router.routes)

__all__ = ["router"]
