"""From an order to a mail: who may be mailed, and the parts put together."""

from app.db.session import ReadSession
from app.domains.notifications import policies
from app.domains.notifications.policies import Letter
from app.domains.notifications.service.catalogue import CATALOGUE, Address, Entry
from app.domains.notifications.service.occasion import Draft, Letterhead, Occasion, Values
from app.domains.notifications.types import MailOrder, Template
from app.domains.users import service as users
from app.domains.users.errors import UserNotFound
from app.domains.users.types import EmailStatus, Person, UserId
from app.providers.email.port import Mail


def compose(session: ReadSession, order: MailOrder, letterhead: Letterhead) -> Mail | None:
    """The mail as of now. None when nobody may be mailed or wants to be, or what it would say is no longer so."""
    entry = CATALOGUE[order.template]
    account = _find_account(session, order.recipient_id, entry) if order.recipient_id else None
    if order.recipient_id and account is None:
        return None
    draft = entry.fill(Occasion(session, order, letterhead, account))
    to = _address(session, entry, draft, account) if draft else None
    if draft is None or to is None:
        return None
    letter = write_letter(order.template, draft.values, account=account, app_url=letterhead.platform.app_url)
    return Mail(
        to=to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        attachments=draft.attachments,
        tags=(("template", str(order.template)),),
    )


def write_letter(template: Template, values: Values, *, account: Person | None, app_url: str) -> Letter:
    """The texts of a mail; `values` are what its entry of the catalogue fills in."""
    entry = CATALOGUE[template]
    return policies.write(
        template,
        values,
        recipient=account if entry.has_name else None,
        app_url=app_url,
        reason=entry.reason,
        is_optional=entry.is_wanted is not None,
    )


def _find_account(session: ReadSession, user_id: UserId, entry: Entry) -> Person | None:
    """None for people who are unknown, gone or suspended (unless the mail says just that), whose address takes no such
    mail, or who declined it."""
    try:
        user = users.get_user(session, user_id)
    except UserNotFound:
        return None
    is_shut_out = user.suspended_at is not None and not entry.is_for_suspended
    if is_shut_out or user.deleted_at or not _takes(entry.address, user.email_status, user.is_email_verified):
        return None
    is_wanted = entry.is_wanted is None or entry.is_wanted(users.mail_preferences(session, user_id))
    return users.get_person(session, user_id) if is_wanted else None


def _takes(address: Address, status: str, is_verified: bool) -> bool:
    match address:
        case Address.PROVEN:
            return is_verified and status == EmailStatus.OK
        case Address.CLAIMED:
            return status != EmailStatus.COMPLAINED
        case Address.NAMED:
            return True  # it is another address


def _address(session: ReadSession, entry: Entry, draft: Draft, account: Person | None) -> str | None:
    """None when the address that is named belongs to an account and takes no mail."""
    if entry.address is not Address.NAMED:
        return account.email if account else None
    owner = users.find_by_email(session, draft.to) if draft.to else None
    return draft.to if owner is None or owner.email_status == EmailStatus.OK else None
