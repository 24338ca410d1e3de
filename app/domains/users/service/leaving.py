"""What is kept of a person, and forgetting it."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.users import repository
from app.domains.users.errors import UserNotFound
from app.domains.users.events import PersonRenamed, ProfileChanged
from app.domains.users.models import OWN_WORDS, User
from app.domains.users.service.people import get_user, lock_user
from app.domains.users.types import EmailStatus, Obligation, UserId

_DELETED_NAME = "Deleted member"


def lock_leaver(session: WriteSession, user_id: UserId) -> User:
    """The person who is about to be deleted, with all administrators if they are one, so that of the last two who leave
    at once one stays. Raises `UserNotFound`."""
    if get_user(session, user_id).is_admin:
        repository.lock_admins(session)
    return lock_user(session, user_id)


def obligations_of(session: ReadSession, user_id: UserId) -> list[Obligation]:
    """What keeps this account from being deleted, as far as people are concerned."""
    is_last = repository.admin_ids(session) == [user_id]
    return [Obligation("last_admin", 1, "Make somebody else an administrator first.")] if is_last else []


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """Everything that is kept of the person here."""
    (profile,) = repository.export_profile(session, user_id)
    return profile


def erase(session: WriteSession, user_id: UserId) -> None:
    """Make the row one of nobody: it stays for what refers to it. Handle and address are made from the id, so that the
    old ones are free at once and no two rows are alike; neither can be signed up with. Raises `UserNotFound`."""
    facts = ("password_hash", "email_verified_at", "suspended_at", "suspended_reason", "last_login_at")
    nothing = dict.fromkeys((*OWN_WORDS, *facts))
    powers = ("can_take_courses", "can_create_courses", "can_teach_courses", "can_moderate_courses", "is_admin")
    flags = dict.fromkeys((*powers, "is_profile_public"), False)
    named = {"name": _DELETED_NAME, "handle": user_id, "email": f"{user_id}@deleted.invalid", "timezone": "UTC"}
    state = {"email_status": EmailStatus.OK, "deleted_at": session.now}
    repository.delete_mail_preferences(session, user_id)
    if not repository.change(session, user_id, nothing | flags | named | state):
        raise UserNotFound
    session.publish(ProfileChanged(user_id))
    session.publish(PersonRenamed(user_id))
