"""The routes of earnings, payout accounts and payouts."""

from app.domains.payouts.router.accounts import router as accounts
from app.domains.payouts.router.admin import router as admin
from app.domains.payouts.router.earnings import router as earnings
from app.domains.payouts.router.payouts import router as payouts

__all__ = ["accounts", "admin", "earnings", "payouts"]
