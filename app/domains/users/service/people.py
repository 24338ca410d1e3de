"""Who somebody is: looked up, locked for a change, and as other domains may know them."""

import re
from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, Select, SQLColumnExpression

from app.core.ids import id_pattern
from app.db.lookup import Lookup
from app.db.session import ReadSession, WriteSession
from app.domains.users import repository
from app.domains.users.errors import UserNotFound
from app.domains.users.models import User
from app.domains.users.types import Person, PublicCard, UserId

T = TypeVar("T")


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


def standing_with(fact: ScalarSelect[T]) -> Select[*tuple[Any, ...]]:
    """The query of a `Standing` and, after it, of one more fact about the account of `user_id`, in one round trip. It
    finds nothing when there is no such account."""
    return repository.standing_with(fact)


def hold_people(session: WriteSession, ids: Collection[UserId]) -> None:
    """None of them leaves before this unit is done; many units may hold one person at once. Raises `UserNotFound` when
    somebody has left."""
    if repository.hold(session, ids) != len(set(ids)):
        raise UserNotFound


def hold_if_there(session: WriteSession, ids: Collection[UserId]) -> None:
    """As `hold_people`, for what is true of somebody who has left too."""
    repository.hold(session, ids)


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


def find_by_id_or_handle(session: ReadSession, id_or_handle: str) -> UserId | None:
    """The person of this handle, or the id as it is. Handles are shorter than ids, so the two never collide."""
    if re.match(id_pattern("usr"), id_or_handle):
        return UserId(id_or_handle)
    return find_by_handle(session, id_or_handle)


def get_person(session: ReadSession, user_id: UserId) -> Person:
    """Somebody for what happened with them: a deleted person is called so. Raises `UserNotFound`."""
    user = repository.by_id(session, user_id)
    if user is None:
        raise UserNotFound
    return _as_person(user)


def get_people(session: ReadSession, ids: Collection[UserId]) -> dict[UserId, Person]:
    """Deleted people too, as `get_person` shows them."""
    return {user.id: _as_person(user) for user in repository.by_ids(session, ids)}


def public_cards(session: ReadSession, ids: Collection[UserId]) -> dict[UserId, PublicCard]:
    """Those of the people whom everybody may see."""
    return {card.id: card for card in repository.public_cards(session, ids)}


def zones_of(session: ReadSession, ids: Collection[UserId]) -> dict[UserId, str]:
    """Where each of them says to be, deleted people too."""
    return repository.zones(session, ids)


def suspended_ids(session: ReadSession, ids: Collection[UserId]) -> frozenset[UserId]:
    """Those of the people who are shut out: suspended, or gone."""
    return repository.shut_out_ids(session, ids)


def is_present(user_id: SQLColumnExpression[UserId]) -> ColumnElement[bool]:
    """The condition, for queries of others, that the person whose id is there is neither suspended nor gone."""
    return repository.is_present(user_id)


def listed_ids(session: ReadSession, ids: Collection[UserId]) -> frozenset[UserId]:
    """Those of the people who show themselves: their profiles are public, and nobody shut them out."""
    return repository.listed_ids(session, ids)


def listed_people() -> Select[UserId]:
    """The query of everybody who shows themselves, for lists that name people only as far as they want to be named."""
    return repository.listed()


def present_people() -> Select[UserId]:
    """The query of everybody who is neither suspended nor gone, for counts of people."""
    return repository.present()


def _as_person(user: User) -> Person:
    return Person(user.id, user.name, user.handle, user.email, user.timezone, user.is_email_verified, user.avatar_key)
