"""SQL of payout accounts."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update

from app.db.export import Plain, plain_rows
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.payouts.models import PayoutAccount
from app.domains.payouts.types import AccountStatus
from app.domains.users.types import UserId


def insert(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when the person has one."""
    return insert_or_skip(session, PayoutAccount, values) == 1


def of_user(session: ReadSession, user_id: UserId) -> PayoutAccount | None:
    return session.scalar(
        select(PayoutAccount).where(PayoutAccount.user_id == user_id).execution_options(populate_existing=True)
    )


def by_provider_id(session: ReadSession, provider_account_id: str) -> PayoutAccount | None:
    return session.scalar(select(PayoutAccount).where(PayoutAccount.provider_account_id == provider_account_id))


def delete_unopened(session: WriteSession, account: PayoutAccount) -> None:
    """Forget what was never opened, unless it was begun anew or has been opened meanwhile."""
    session.change(
        delete(PayoutAccount).where(
            PayoutAccount.id == account.id,
            PayoutAccount.generation == account.generation,
            PayoutAccount.provider_account_id.is_(None),
        )
    )


def begin_anew(session: WriteSession, account: PayoutAccount, country: str) -> bool:
    """Forget an account that its owner disconnected, so that another one is opened. False when somebody did before."""
    statement = (
        update(PayoutAccount)
        .where(
            PayoutAccount.id == account.id,
            PayoutAccount.generation == account.generation,
            PayoutAccount.status == AccountStatus.DISCONNECTED,
        )
        .values(
            generation=account.generation + 1,
            country=country,
            provider_account_id=None,
            status=AccountStatus.INCOMPLETE,
            opened_at=session.now,
            refreshed_at=None,
        )
    )
    return session.change(statement) == 1


def connect(session: WriteSession, user_id: UserId, generation: int, provider_account_id: str) -> None:
    """Remember what the payment service calls the account; the first answer counts."""
    session.change(
        update(PayoutAccount)
        .where(
            PayoutAccount.user_id == user_id,
            PayoutAccount.generation == generation,
            PayoutAccount.provider_account_id.is_(None),
        )
        .values(provider_account_id=provider_account_id)
    )


def refresh(session: WriteSession, provider_account_id: str, values: dict[str, Any], *, asked_at: datetime) -> bool:
    """False when what was asked later is known already."""
    is_news = or_(PayoutAccount.refreshed_at.is_(None), PayoutAccount.refreshed_at <= asked_at)
    statement = update(PayoutAccount).where(PayoutAccount.provider_account_id == provider_account_id, is_news)
    return session.change(statement.values(values | {"refreshed_at": asked_at})) == 1


def trust(session: WriteSession, user_id: UserId, bank_marker: str | None) -> None:
    session.change(update(PayoutAccount).where(PayoutAccount.user_id == user_id).values(trusted_marker=bank_marker))


def forget(session: WriteSession, user_id: UserId) -> None:
    """The person leaves: what is known of their bank and of what the payment service wants goes. The account's name
    stays with the payouts, which the books need."""
    session.change(
        update(PayoutAccount)
        .where(PayoutAccount.user_id == user_id)
        .values(requirements=[], disabled_reason=None, bank_marker=None, trusted_marker=None)
    )


def connected(session: ReadSession) -> list[str]:
    """What the payment service calls all accounts that it lets us ask about."""
    statement = select(PayoutAccount.provider_account_id).where(
        PayoutAccount.provider_account_id.is_not(None), PayoutAccount.status != AccountStatus.DISCONNECTED
    )
    return [account_id for account_id in session.scalars(statement.order_by(PayoutAccount.id)) if account_id]


def unsettled(session: ReadSession, *, before: datetime, limit: int) -> list[str]:
    """Accounts of which nothing was heard since then though something may change, the longest silent first."""
    statement = select(PayoutAccount.provider_account_id).where(
        PayoutAccount.provider_account_id.is_not(None),
        PayoutAccount.status != AccountStatus.DISCONNECTED,
        or_(PayoutAccount.refreshed_at.is_(None), PayoutAccount.refreshed_at < before),
    )
    found = session.scalars(statement.order_by(PayoutAccount.refreshed_at, PayoutAccount.id).limit(limit))
    return [account_id for account_id in found if account_id is not None]


def export_row(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(
        PayoutAccount.id,
        PayoutAccount.country,
        PayoutAccount.status,
        PayoutAccount.provider_account_id,
        PayoutAccount.created_at,
    ).where(PayoutAccount.user_id == user_id)
    return plain_rows(session, statement)
