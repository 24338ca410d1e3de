"""Accounts at the payment service: opened on the first click, known by what the service says of them."""

from datetime import datetime, timedelta

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.payouts import policies
from app.domains.payouts.errors import PayoutAccountMissing
from app.domains.payouts.events import PayoutsEnabled
from app.domains.payouts.models import PayoutAccount
from app.domains.payouts.repository import accounts
from app.domains.payouts.service.holding import hold_for_bank
from app.domains.payouts.service.returning import newest_return
from app.domains.payouts.types import REFRESH_ACCOUNT, AccountFacts, AccountPayload, AccountPlan, AccountStatus
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.providers.payments.port import ConnectedAccount

# The payment service tells of changes; that is asked for again after a day in which it told nothing.
_SILENCE, _BATCH = timedelta(days=1), 100


def plan_account(session: WriteSession, user_id: UserId, country: str) -> AccountPlan:
    """Make the row whose id is the key of opening the account, or find it; one that was disconnected begins anew.
    The country counts the first time only, unless it is refused."""
    is_new, account = _made_or_found(session, user_id, country)
    if account.status == AccountStatus.DISCONNECTED:
        is_new = accounts.begin_anew(session, account, country)
        account = _get(session, user_id)
    return AccountPlan(
        reference=policies.account_reference(account.id, account.generation),
        email=users.get_person(session, user_id).email,
        country=account.country,
        created_at=account.opened_at,
        is_new=is_new,
        provider_account_id=account.provider_account_id,
    )


def _made_or_found(session: WriteSession, user_id: UserId, country: str) -> tuple[bool, PayoutAccount]:
    """Whether the row was made just now, and the row. A refusal may take it away after it was found to be there."""
    is_new = accounts.insert(session, _fresh_row(session, user_id, country))
    account = accounts.of_user(session, user_id)
    return (is_new, account) if account else _made_or_found(session, user_id, country)


def forget_refused(session: WriteSession, user_id: UserId, reference: str) -> None:
    """The payment service opens no account under this reference: the next wish is another one, with its own country."""
    account = accounts.of_user(session, user_id)
    if account and policies.account_reference(account.id, account.generation) == reference:
        accounts.delete_unopened(session, account)


def _fresh_row(session: WriteSession, user_id: UserId, country: str) -> dict[str, object]:
    return {
        "id": new_id("pac"),
        "user_id": user_id,
        "generation": 1,
        "country": country,
        "opened_at": session.now,
        "status": AccountStatus.INCOMPLETE,
        "requirements": [],
        "created_at": session.now,
    }


def apply_new_account(session: WriteSession, user_id: UserId, found: ConnectedAccount, asked_at: datetime) -> None:
    """Remember the account that was opened."""
    accounts.connect(session, user_id, _get(session, user_id).generation, found.id)
    apply_account(session, found, asked_at)


def apply_account(session: WriteSession, found: ConnectedAccount, asked_at: datetime) -> None:
    """Bring our row to what the payment service said when it was asked, unless it was asked later and has answered.
    What was asked for with another bank account is looked at again."""
    account = accounts.by_provider_id(session, found.id)
    if account is None:
        return  # another installation's, or one that was disconnected
    status, was = policies.status_of(found), account.status
    values = {
        "status": status,
        "requirements": sorted({*found.currently_due, *found.past_due}),
        "disabled_reason": found.disabled_reason,
        "bank_marker": found.bank_marker,
    }
    is_news = accounts.refresh(session, found.id, values, asked_at=asked_at)
    if not is_news or status != AccountStatus.ENABLED:
        return
    hold_for_bank(session, _get(session, account.user_id))
    if was != AccountStatus.ENABLED:
        session.publish(PayoutsEnabled(account.user_id))


def enqueue_refreshes(session: WriteSession) -> None:
    """Ask anew about every account of which nothing was heard for a day."""
    for account_id in accounts.unsettled(session, before=session.now - _SILENCE, limit=_BATCH):
        payload = AccountPayload(provider_account_id=account_id)
        REFRESH_ACCOUNT.enqueue(session, payload, dedupe=f"{account_id}:{session.now:%Y%m%d}")


def show_account(session: ReadSession, user_id: UserId) -> AccountFacts:
    """As far as we know; somebody without an account has one of status `none`."""
    account = accounts.of_user(session, user_id)
    if account is None:
        return AccountFacts(AccountStatus.NONE, None, (), None, None, None, None)
    return AccountFacts(
        status=AccountStatus(account.status),
        country=account.country,
        requirements=policies.requirements_in_words(account.requirements),
        disabled_reason=account.disabled_reason,
        provider_account_id=account.provider_account_id,
        refreshed_at=account.refreshed_at,
        bank_return=newest_return(session, user_id),
    )


def list_connected(session: ReadSession) -> list[str]:
    """What the payment service calls all accounts that it lets us ask about."""
    return accounts.connected(session)


def _get(session: ReadSession, user_id: UserId) -> PayoutAccount:
    account = accounts.of_user(session, user_id)
    if account is None:
        raise PayoutAccountMissing
    return account
