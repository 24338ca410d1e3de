"""The routes of refunds and disputes."""

from app.domains.refunds.router.disputes import router as disputes
from app.domains.refunds.router.managing import router as managing
from app.domains.refunds.router.places import router as places

__all__ = ["disputes", "managing", "places"]
