"""Rules about people."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Literal

from app.core.errors import Forbidden
from app.core.ids import new_id
from app.db.export import Plain
from app.db.lookup import Lookup
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.users import policies, repository
from app.domains.users.errors import HandleTaken, UserNotFound
from app.domains.users.handles import is_handle, is_reserved
from app.domains.users.models import User
from app.domains.users.schemas import HandleCheck, MailSettings, Me, Settings
from app.domains.users.types import (
    AccountFacts,
    EmailStatus,
    MailChoices,
    Obligation,
    PeopleFilter,
    Person,
    Standing,
    UserId,
)
from app.edge.etags import Expected
from app.edge.principal import Principal

DELETED_NAME = "Deleted member"
_LONGEST_HANDLE = 20
_MOST_FOUND = 20
_CLASSES = tuple(field.name for field in fields(MailChoices))
_OWN_WORDS = ("title", "bio_short", "bio", "teaching_philosophy", "website", "location", "avatar_key")


def create_user(
    session: WriteSession,
    *,
    email: str,
    name: str,
    password_hash: str | None,
    timezone: str,
    can_create_courses: bool = False,
    is_admin: bool = False,
) -> UserId | None:
    """Make an account; None when the address or, in this instant, the handle is taken. The address must be normalized."""
    user_id = UserId(new_id("usr"))
    values = {
        "id": user_id,
        "email": email,
        "name": name,
        "handle": _free_handle(session, name, user_id),
        "timezone": timezone,
        "password_hash": password_hash,
        "can_create_courses": can_create_courses,
        "can_teach_courses": False,
        "is_admin": is_admin,
        "is_profile_public": False,
        "created_at": session.now,
        "updated_at": session.now,
    }
    return user_id if repository.insert(session, values) else None


def _free_handle(session: ReadSession, name: str, user_id: UserId) -> str:
    """Letters, digits and underscores made from the name, starting with a letter; a suffix when somebody else has it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_0123456789")[:_LONGEST_HANDLE]
    if len(base) < 3 or is_reserved(base):  # noqa: PLR2004 - the shortest handle
        base = "newcomer"
    if repository.id_by_handle(session, base) in {None, user_id}:
        return base
    return f"{base[:12]}_{new_id('h')[-7:]}"


def get_user(session: ReadSession, user_id: UserId) -> User:
    """Somebody who has an account. Raises `UserNotFound`, for deleted people too."""
    user = repository.by_id(session, user_id)
    if user is None or user.deleted_at is not None:
        raise UserNotFound
    return user


def look_up_user(lookup: Lookup, user_id: UserId) -> User:
    """The account, for reading only. Raises `UserNotFound`."""
    user = repository.account(lookup, user_id)
    if user is None:
        raise UserNotFound
    return user


def find_standing(lookup: Lookup, user_id: UserId) -> Standing | None:
    """What the person may do now; None when there is no such account."""
    return repository.standing(lookup, user_id)


def lock_if_there(session: WriteSession, user_id: UserId) -> User | None:
    """As `lock_user`; None for somebody who left meanwhile, for callers that have not shown yet who they are."""
    return repository.locked(session, user_id)


def lock_user(session: WriteSession, user_id: UserId) -> User:
    """The person as of now, whom nobody else changes until this unit is done. Raises `UserNotFound`."""
    user = repository.locked(session, user_id)
    if user is None:
        raise UserNotFound
    return user


def find_by_email(session: ReadSession, email: str) -> User | None:
    return repository.by_email(session, email)


def find_by_handle(session: ReadSession, handle: str) -> UserId | None:
    """The person of this handle, in any case."""
    return repository.id_by_handle(session, handle.lower())


def get_person(session: ReadSession, user_id: UserId) -> Person:
    """Somebody for what happened with them: a deleted person is called so. Raises `UserNotFound`."""
    user = repository.by_id(session, user_id)
    if user is None:
        raise UserNotFound
    return _as_person(user)


def get_people(session: ReadSession, ids: Collection[UserId]) -> dict[UserId, Person]:
    """Deleted people too, as `get_person` shows them."""
    return {user.id: _as_person(user) for user in repository.by_ids(session, ids)}


def suspended_ids(session: ReadSession, ids: Collection[UserId]) -> frozenset[UserId]:
    """Those of the people who are shut out: suspended, or gone."""
    return repository.shut_out_ids(session, ids)


def _as_person(user: User) -> Person:
    return Person(user.id, user.name, user.handle, user.email, user.timezone, user.is_email_verified)


def mark_email_verified(session: WriteSession, user_id: UserId) -> bool:
    """Whether this call did it: false when it was verified before."""
    is_new = repository.verify_email(session, user_id)
    if is_new:
        mark_email_ok(session, user_id)
    return is_new


def mark_email_ok(session: WriteSession, user_id: UserId) -> None:
    """The owner proved the address: what the mail service reported before no longer counts."""
    repository.reset_email_status(session, user_id)


def clear_email(session: WriteSession, email: str) -> bool:
    """An operator vouches for the address. Whether anybody has it."""
    user = find_by_email(session, email.strip().lower())
    if user is not None:
        mark_email_ok(session, user.id)
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


def admin_ids(session: ReadSession) -> list[UserId]:
    """Every administrator who is neither suspended nor gone."""
    return repository.admin_ids(session)


def change_profile(session: WriteSession, user_id: UserId, changes: dict[str, Any]) -> User:
    """Apply the given profile fields. Raises `UserNotFound`, `HandleTaken`."""
    lock_user(session, user_id)
    handle = changes.get("handle")
    if handle is not None and not repository.claim_handle(session, user_id, handle):
        raise HandleTaken
    if changes:
        repository.change(session, user_id, changes)
    return lock_user(session, user_id)


def change_me(session: WriteSession, user_id: UserId, changes: dict[str, Any], expected: Expected) -> Me:
    """Change the caller's own profile. Raises as `change_profile` does, and `PreconditionFailed`."""
    expected.check(Me.model_validate(lock_user(session, user_id)))
    return Me.model_validate(change_profile(session, user_id, changes))


def set_password(session: WriteSession, user_id: UserId, password_hash: str) -> None:
    """Raises `UserNotFound`."""
    if not repository.change(session, user_id, {"password_hash": password_hash}):
        raise UserNotFound


def replace_email(session: WriteSession, user_id: UserId, email: str) -> bool:
    """Give the person another address, which is proven; false when it is another account's. It must be normalized."""
    return repository.replace_email(session, user_id, email)


def record_login(session: WriteSession, user_id: UserId) -> None:
    repository.set_last_login(session, user_id)


def start_over(session: WriteSession, user_id: UserId, *, password_hash: str | None, name: str, timezone: str) -> None:
    """Give the account to whoever proved its address: nothing of the profile stays that somebody else chose."""
    chosen = {"password_hash": password_hash, "name": name, "timezone": timezone, "is_profile_public": False}
    repository.change(session, user_id, chosen | dict.fromkeys(_OWN_WORDS))
    repository.claim_handle(session, user_id, _free_handle(session, name, user_id))
    repository.delete_mail_preferences(session, user_id)


def allow_teaching(session: WriteSession, user_id: UserId) -> None:
    """Grant the capability that the first certification brings. Raises `UserNotFound`."""
    if not repository.change(session, user_id, {"can_teach_courses": True}):
        raise UserNotFound


def require_admin(session: WriteSession, user_id: UserId) -> None:
    """Every write that only an administrator may do asks this first, in its own transaction: the role may be gone since
    the request was let in. Whoever takes it away waits until this unit is done. Raises `Forbidden`."""
    if not hold_admin(session, user_id):
        raise Forbidden


def hold_admin(session: WriteSession, user_id: UserId) -> bool:
    """Whether the person is an administrator, and stays one until this unit is done."""
    return repository.hold_admin(session, user_id)


def change_capabilities(
    session: WriteSession, user_id: UserId, changes: Mapping[str, bool], *, actor_id: UserId, reason: str | None = None
) -> None:
    """Set these flags, with an entry in the audit log; what is so already is no change. Raises `UserNotFound`."""
    user = lock_user(session, user_id)
    before = {name: getattr(user, name) for name, value in changes.items() if getattr(user, name) != value}
    if not before:
        return
    after = {name: changes[name] for name in before}
    repository.change(session, user_id, after)
    change = Change("user.capabilities_changed", "user", user_id, before=before, after=after, reason=reason)
    audit.record(session, actor_id, change)


def suspend(session: WriteSession, user_id: UserId, reason: str | None = None) -> bool:
    """Shut the person out until an administrator decides otherwise; false when that is so already. Log-ins that are
    open are refused with the next request, but not ended."""
    return repository.suspend(session, user_id, reason)


def unsuspend(session: WriteSession, user_id: UserId) -> bool:
    """Let the person in again; false when nobody shut them out."""
    return repository.unsuspend(session, user_id)


def get_account(session: ReadSession, user_id: UserId) -> AccountFacts:
    """Raises `UserNotFound`."""
    user = repository.fresh(session, user_id)
    if user is None:
        raise UserNotFound
    return _as_account(user)


def list_accounts(
    session: ReadSession, wanted: PeopleFilter, *, before: tuple[datetime, str] | None, limit: int
) -> list[AccountFacts]:
    """Accounts of every standing, the newest first."""
    return [_as_account(user) for user in repository.page(session, wanted, before=before, limit=limit)]


def _as_account(user: User) -> AccountFacts:
    return AccountFacts(**{field.name: getattr(user, field.name) for field in fields(AccountFacts)})


def check_handle(session: ReadSession, user_id: UserId, handle: str) -> HandleCheck:
    """Whether this person may take the handle now. The own one is free."""
    reason = _reason_against(session, user_id, handle.lower())
    return HandleCheck(handle=handle.lower(), is_free=reason is None, reason=reason)


def _reason_against(
    session: ReadSession, user_id: UserId, handle: str
) -> Literal["taken", "reserved", "invalid"] | None:
    if not is_handle(handle):
        return "invalid"
    if is_reserved(handle):
        return "reserved"
    return "taken" if repository.id_by_handle(session, handle) not in {None, user_id} else None


def view_profile(session: ReadSession, handle: str, viewer: Principal | None) -> User:
    """A profile that the viewer may see. Raises `UserNotFound` for a private or suspended one as for an unknown one."""
    user = repository.by_handle(session, handle.lower())
    if user is None:
        raise UserNotFound
    is_shown = user.is_profile_public and user.suspended_at is None
    if not is_shown and not policies.sees_private(viewer, user.id):
        raise UserNotFound
    return user


def search_people(session: ReadSession, text: str, viewer: Principal) -> list[User]:
    """At most twenty people whose name or handle holds the text, in any case; private and suspended ones only for those
    who moderate. Handles that begin with the text come first."""
    with_hidden = policies.sees_private(viewer)
    found = _spellings(text)
    return repository.search(session, found, start=text.lower(), with_hidden=with_hidden, limit=_MOST_FOUND)


def _spellings(text: str) -> list[str]:
    """The text as SQLite's `lower` may leave it, which knows ASCII only: other letters as small, capital and initial
    ones. Postgres makes all of them small, so that the first one fits there."""
    spelled = (text.lower(), text.upper(), text.title())
    return list(dict.fromkeys("".join(c.lower() if c.isascii() else c for c in each) for each in spelled))


def mail_preferences(session: ReadSession, user_id: UserId) -> MailChoices:
    """Which classes of mail the person wants; the defaults for who never chose."""
    row = repository.mail_preferences(session, user_id)
    return MailChoices(**{name: getattr(row, name) for name in _CLASSES}) if row else MailChoices()


def get_settings(session: ReadSession, user_id: UserId) -> Settings:
    return Settings(mail=MailSettings(**asdict(mail_preferences(session, user_id))))


def change_settings(
    session: WriteSession, user_id: UserId, mail_changes: dict[str, bool], expected: Expected
) -> Settings:
    """Choose some classes of mail; the others stay. Raises `UserNotFound`, `PreconditionFailed`."""
    lock_user(session, user_id)
    expected.check(get_settings(session, user_id))
    if mail_changes:
        repository.put_mail_preferences(session, user_id, otherwise=asdict(MailChoices()), changes=mail_changes)
    return get_settings(session, user_id)


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
    nothing = dict.fromkeys((*_OWN_WORDS, *facts))
    powers = ("can_take_courses", "can_create_courses", "can_teach_courses", "can_moderate_courses", "is_admin")
    flags = dict.fromkeys((*powers, "is_profile_public"), False)
    named = {"name": DELETED_NAME, "handle": user_id, "email": f"{user_id}@deleted.invalid", "timezone": "UTC"}
    state = {"email_status": EmailStatus.OK, "deleted_at": session.now}
    repository.delete_mail_preferences(session, user_id)
    if not repository.change(session, user_id, nothing | flags | named | state):
        raise UserNotFound
