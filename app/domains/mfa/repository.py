"""SQL of second factors."""

from sqlalchemy import select

from app.db.session import ReadSession
from app.domains.mfa.models import TotpSecret
from app.domains.users.types import UserId


def has_confirmed_totp(session: ReadSession, user_id: UserId) -> bool:
    statement = select(TotpSecret.user_id).where(TotpSecret.user_id == user_id, TotpSecret.confirmed_at.is_not(None))
    return session.scalar(statement) is not None
