"""What is known of an address: whether it is proven, and whether mails arrive."""

from datetime import datetime

from app.db.session import WriteSession
from app.domains.users import repository
from app.domains.users.service.people import find_by_email
from app.domains.users.types import EmailStatus, UserId


def mark_email_verified(session: WriteSession, user_id: UserId) -> bool:
    """Whether this call did it: false when it was verified before. What the mail service reported no longer counts."""
    is_new = repository.verify_email(session, user_id)
    if is_new:
        repository.reset_email_status(session, user_id)
    return is_new


def clear_email(session: WriteSession, email: str) -> bool:
    """An operator vouches for the address. Whether anybody has it."""
    user = find_by_email(session, email.strip().lower())
    if user is not None:
        repository.reset_email_status(session, user.id)
    return user is not None


def mark_email_bounced(session: WriteSession, user_id: UserId, at: datetime) -> bool:
    """The mailbox does not exist, the mail service says of that moment. Whether this changed anything."""
    return repository.set_email_status(session, user_id, EmailStatus.BOUNCED, instead_of={EmailStatus.OK}, as_of=at)


def mark_email_complained(session: WriteSession, user_id: UserId, at: datetime) -> bool:
    """The person called a mail of ours spam. Outweighs a bounce, and ends marketing even after the address is proven
    anew. Whether this changed anything."""
    others = {EmailStatus.OK, EmailStatus.BOUNCED}
    is_new = repository.set_email_status(session, user_id, EmailStatus.COMPLAINED, instead_of=others, as_of=at)
    if is_new:
        repository.refuse_marketing(session, user_id)
    return is_new


def replace_email(session: WriteSession, user_id: UserId, email: str) -> bool:
    """Give the person another address, which is proven; false when it is another account's. It must be normalized."""
    return repository.replace_email(session, user_id, email)
