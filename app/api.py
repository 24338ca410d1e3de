"""Mounts every domain's router under /api. The busiest come first: each router before a match costs time."""

from fastapi import APIRouter

from app.domains.auth.router import router as auth
from app.domains.auth.router import well_known
from app.domains.enrollments.router import checkout
from app.domains.enrollments.router import router as enrollments
from app.domains.payments.router import router as payments
from app.domains.payouts.router import router as payouts
from app.domains.users.router import router as users
from app.domains.webhooks.router import router as webhooks
from app.edge.errors_page import router as errors

api = APIRouter(prefix="/api")
for router in (users, auth, checkout, enrollments, payments, payouts, webhooks, errors):
    api.include_router(router)

__all__ = ["api", "well_known"]
