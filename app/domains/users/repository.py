"""SQL of people."""

from collections.abc import Collection, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.lookup import Lookup
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip, update_or_skip
from app.domains.users.models import MailPreferences, User
from app.domains.users.types import AccountStatus, EmailStatus, MailChoices, PeopleFilter, PublicCard, Role, UserId

T = TypeVar("T")
_LIVING = User.deleted_at.is_(None)
_PRESENT = and_(_LIVING, User.suspended_at.is_(None))
_LISTED = and_(_PRESENT, User.is_profile_public)
_STANDING = select(
    User.email_verified_at,
    User.suspended_at,
    User.is_admin,
    User.can_moderate_courses,
    User.can_create_courses,
    User.can_teach_courses,
).where(User.id == bindparam("user_id"), _LIVING)


def standing_with(fact: ScalarSelect[T]) -> Select[*tuple[Any, ...]]:
    return _STANDING.add_columns(fact)


_ACCOUNT = select(User.__table__).where(User.id == bindparam("user_id"), _LIVING)
_COLUMNS = tuple(User.__table__.c.keys())


def account(lookup: Lookup, user_id: UserId) -> User | None:
    """The person as `by_id` finds them, but of no session: for reading only."""
    row = lookup.one(_ACCOUNT, user_id=user_id)
    if row is None:
        return None
    user = User()
    # As loaded: setting one attribute after the other would take as long as the query.
    vars(user).update(zip(_COLUMNS, row, strict=True))
    return user


def by_id(session: ReadSession, user_id: UserId) -> User | None:
    """Deleted ones too."""
    return session.get(User, user_id)


def fresh(session: ReadSession, user_id: UserId) -> User | None:
    """As it is now, also when this unit changed it after it was read."""
    return session.get(User, user_id, populate_existing=True)


def locked(session: WriteSession, user_id: UserId) -> User | None:
    """As it is now, and nobody else changes it in this transaction. References to it are no changes."""
    statement = select(User).where(User.id == user_id, _LIVING).with_for_update(key_share=True)
    return session.scalar(statement, execution_options={"populate_existing": True})


def hold_admin(session: WriteSession, user_id: UserId) -> bool:
    """Whether the person is an administrator who is not shut out. A change of the row waits for this transaction."""
    statement = select(User.id).where(User.id == user_id, User.is_admin, User.suspended_at.is_(None))
    return session.scalar(statement.where(User.deleted_at.is_(None)).with_for_update(read=True)) is not None


def hold(session: WriteSession, ids: Collection[UserId]) -> int:
    """How many of these people are there. A change of their rows waits for this transaction; others may hold them
    too."""
    statement = select(User.id).where(User.id.in_(ids), _LIVING).order_by(User.id).with_for_update(read=True)
    return len(session.scalars(statement).all())


def by_email(session: ReadSession, email: str) -> User | None:
    return session.scalar(select(User).where(func.lower(User.email) == email))  # as the index has it


def id_by_handle(session: ReadSession, handle: str) -> UserId | None:
    return session.scalar(select(User.id).where(User.handle == handle))


def by_ids(session: ReadSession, ids: Collection[UserId]) -> list[User]:
    return list(session.scalars(select(User).where(User.id.in_(ids))))


def public_cards(session: ReadSession, ids: Collection[UserId]) -> list[PublicCard]:
    columns = User.id, User.handle, User.name, User.title, User.bio_short, User.avatar_key, User.created_at
    statement = select(*columns).where(User.id.in_(ids), User.is_profile_public, User.suspended_at.is_(None), _LIVING)
    return [PublicCard(*row) for row in session.execute(statement)]


def shut_out_ids(session: ReadSession, ids: Collection[UserId]) -> frozenset[UserId]:
    is_out = or_(User.suspended_at.is_not(None), User.deleted_at.is_not(None))
    return frozenset(user_id for (user_id,) in session.rows(select(User.id).where(User.id.in_(ids), is_out)))


_ZONES = select(User.id, User.timezone).where(User.id.in_(bindparam("user_ids", expanding=True)))


def zones(session: ReadSession, ids: Collection[UserId]) -> dict[UserId, str]:
    return {row.id: row.timezone for row in session.rows(_ZONES, user_ids=list(ids))}


def is_present(user_id: SQLColumnExpression[UserId]) -> ColumnElement[bool]:
    return exists().where(User.id == user_id, _PRESENT)


def present() -> Select[UserId]:
    return select(User.id).where(_PRESENT)


def listed() -> Select[UserId]:
    return select(User.id).where(_LISTED)


def listed_ids(session: ReadSession, ids: Collection[UserId]) -> frozenset[UserId]:
    return frozenset(session.scalars(listed().where(User.id.in_(ids))))


def by_handle(session: ReadSession, handle: str) -> User | None:
    return session.scalar(select(User).where(User.handle == handle, _LIVING))


def search(
    session: ReadSession, spellings: Collection[str], *, start: str, with_hidden: bool, limit: int
) -> list[User]:
    """People whose name or handle holds one of the spellings (in lower case as far as ASCII goes). Handles that begin
    with `start` come first; handles are ASCII, compared byte by byte on both databases."""
    handle = User.handle.collate("C" if session.on_postgres else "BINARY")
    found = [func.lower(User.name).contains(text, autoescape=True) for text in spellings]
    found += [User.handle.contains(text, autoescape=True) for text in spellings]
    statement = select(User).where(_LIVING, or_(*found))
    if not with_hidden:
        statement = statement.where(_LISTED)
    is_hit = case((User.handle.startswith(start, autoescape=True), 0), else_=1)
    return list(session.scalars(statement.order_by(is_hit, handle).limit(limit)))


def insert(session: WriteSession, values: dict[str, Any]) -> bool:
    """Whether the row was inserted; not when the address or the handle is taken."""
    return insert_or_skip(session, User, values) == 1


def change(session: WriteSession, user_id: UserId, values: dict[str, Any]) -> bool:
    """False when there is no such person any more."""
    statement = update(User).where(User.id == user_id, _LIVING).values(values | {"updated_at": session.now})
    return session.change(statement) == 1


def claim_handle(session: WriteSession, user_id: UserId, handle: str) -> bool:
    """False when somebody else has it."""
    return update_or_skip(session, update(User).where(User.id == user_id, _LIVING).values(handle=handle)) == 1


def set_last_login(session: WriteSession, user_id: UserId) -> None:
    session.change(update(User).where(User.id == user_id).values(last_login_at=session.now))


def replace_email(session: WriteSession, user_id: UserId, email: str) -> bool:
    """Whether it was done; not when the address is another account's."""
    proven = {"email": email, "email_verified_at": session.now, "email_status": EmailStatus.OK}
    values = proven | {"updated_at": session.now}
    return update_or_skip(session, update(User).where(User.id == user_id, _LIVING).values(values)) == 1


def verify_email(session: WriteSession, user_id: UserId) -> bool:
    statement = update(User).where(User.id == user_id, User.email_verified_at.is_(None), _LIVING)
    return session.change(statement.values(email_verified_at=session.now, updated_at=session.now)) == 1


def suspend(session: WriteSession, user_id: UserId, reason: str | None) -> bool:
    values = {"suspended_at": session.now, "suspended_reason": reason, "updated_at": session.now}
    return session.change(update(User).where(User.id == user_id, User.suspended_at.is_(None)).values(values)) == 1


def unsuspend(session: WriteSession, user_id: UserId) -> bool:
    values = {"suspended_at": None, "suspended_reason": None, "updated_at": session.now}
    return session.change(update(User).where(User.id == user_id, User.suspended_at.is_not(None)).values(values)) == 1


def page(session: ReadSession, wanted: PeopleFilter, *, before: Moment | None, limit: int) -> list[User]:
    """Newest accounts first."""
    statement = select(User).where(*_conditions(wanted))
    return list(session.scalars(page_after(statement, User.created_at, User.id, place=before, limit=limit)))


def _conditions(wanted: PeopleFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.q is not None:
        texts = (User.name, User.handle, User.email)
        yield or_(*(text.icontains(wanted.q, autoescape=True) for text in texts))
    if wanted.role is not None:
        yield _having(wanted.role)
    if wanted.status is not None:
        yield from _standing(wanted.status)


def _having(role: Role) -> ColumnElement[bool]:
    match role:
        case Role.TEACHER:
            return User.can_teach_courses.is_(True)
        case Role.CREATOR:
            return User.can_create_courses.is_(True)
        case Role.MODERATOR:
            return User.can_moderate_courses.is_(True)
        case Role.ADMIN:
            return User.is_admin.is_(True)


def _standing(status: AccountStatus) -> tuple[ColumnElement[bool], ...]:
    is_there, is_free = User.deleted_at.is_(None), User.suspended_at.is_(None)
    match status:
        case AccountStatus.DELETED:
            return (User.deleted_at.is_not(None),)
        case AccountStatus.SUSPENDED:
            return (is_there, User.suspended_at.is_not(None))
        case AccountStatus.UNVERIFIED:
            return (is_there, is_free, User.email_verified_at.is_(None))
        case AccountStatus.ACTIVE:
            return (is_there, is_free, User.email_verified_at.is_not(None))


def mail_preferences(session: ReadSession, user_id: UserId) -> MailPreferences | None:
    statement = select(MailPreferences).where(MailPreferences.user_id == user_id)
    return session.scalar(statement, execution_options={"populate_existing": True})


def put_mail_preferences(
    session: WriteSession, user_id: UserId, *, otherwise: dict[str, bool], changes: dict[str, bool]
) -> None:
    """Change the given classes; the others keep their choice, or start as `otherwise` says."""
    row = {"user_id": user_id, **otherwise, **changes, "updated_at": session.now}
    if not insert_or_skip(session, MailPreferences, row):
        statement = update(MailPreferences).where(MailPreferences.user_id == user_id)
        session.change(statement.values(**changes, updated_at=session.now))


def lock_admins(session: WriteSession) -> list[UserId]:
    """Those who can act as administrators, of whom none is demoted or leaves while this transaction lasts."""
    can_act = (User.is_admin, User.suspended_at.is_(None), _LIVING)
    return list(session.scalars(select(User.id).where(*can_act).order_by(User.id).with_for_update(key_share=True)))


def admin_ids(session: ReadSession) -> list[UserId]:
    return list(
        session.scalars(select(User.id).where(User.is_admin, User.suspended_at.is_(None), _LIVING).order_by(User.id))
    )


def export_profile(session: ReadSession, user_id: UserId) -> list[Plain]:
    return plain_rows(
        session,
        select(
            User.id,
            User.email,
            User.email_verified_at,
            User.email_status,
            User.name,
            User.handle,
            User.timezone,
            User.title,
            User.bio_short,
            User.bio,
            User.teaching_philosophy,
            User.website,
            User.location,
            User.is_profile_public,
            User.can_take_courses,
            User.can_create_courses,
            User.can_teach_courses,
            User.can_moderate_courses,
            User.is_admin,
            User.suspended_at,
            User.suspended_reason,
            User.last_login_at,
            User.created_at,
            User.updated_at,
        ).where(User.id == user_id),
    )


def delete_mail_preferences(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(MailPreferences).where(MailPreferences.user_id == user_id))


def set_email_status(
    session: WriteSession, user_id: UserId, status: EmailStatus, *, instead_of: Collection[EmailStatus], as_of: datetime
) -> bool:
    """Not when the address was proven after that moment: what was reported then is of an earlier address or state."""
    is_unproven_since = or_(User.email_verified_at.is_(None), User.email_verified_at <= as_of)
    statement = update(User).where(User.id == user_id, User.email_status.in_(instead_of), is_unproven_since)
    return session.change(statement.values(email_status=status, updated_at=session.now)) == 1


def reset_email_status(session: WriteSession, user_id: UserId) -> None:
    statement = update(User).where(User.id == user_id, User.email_status != EmailStatus.OK)
    session.change(statement.values(email_status=EmailStatus.OK, updated_at=session.now))


def refuse_marketing(session: WriteSession, user_id: UserId) -> None:
    row = asdict(MailChoices(marketing=False)) | {"user_id": user_id, "updated_at": session.now}
    insert_or_skip(session, MailPreferences, row)
    statement = update(MailPreferences).where(MailPreferences.user_id == user_id, MailPreferences.marketing)
    session.change(statement.values(marketing=False, updated_at=session.now))
