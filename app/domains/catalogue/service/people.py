"""Creators and teachers in their directories, and what their profiles count. Private people are in neither."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app.db.session import ReadSession, WriteSession
from app.domains.catalogue import repository
from app.domains.catalogue.types import Part, PersonListing, PersonNumbers, rating_hundredths
from app.domains.enrollments import service as enrollments
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.principal import Principal


def refresh_person(session: WriteSession, user_id: UserId) -> None:
    """List the person as they are now, or not at all: who is private, or has nothing on sale and teaches nothing."""
    card = users.public_cards(session, [user_id]).get(user_id)
    if card is None:
        repository.delete_person(session, user_id)
        return
    shown = {
        "handle": card.handle,
        "name": card.name,
        "title": card.title,
        "bio_short": card.bio_short,
        "avatar_key": card.avatar_key,
    }
    repository.put_person(session, user_id, shown)
    numbers = numbers_of(session, user_id)
    if numbers.course_count or numbers.taught_course_count:
        repository.change_person(session, user_id, asdict(numbers))
    else:
        repository.delete_person(session, user_id)


def numbers_of(session: ReadSession, user_id: UserId) -> PersonNumbers:
    taught = repository.count_taught(session, user_id), enrollments.count_students_of_teacher(session, user_id)
    return PersonNumbers(*repository.numbers_of_creator(session, user_id), *taught)


def view_numbers(session: ReadSession, handle: str, viewer: Principal | None) -> PersonNumbers:
    """The numbers of somebody whose profile the viewer may see. Raises `UserNotFound`."""
    return numbers_of(session, users.view_profile(session, handle, viewer).id)


def list_people(
    session: ReadSession, part: Part, topic: str | None, *, after: Sequence[str | int] | None, limit: int
) -> list[PersonListing]:
    """Those with the most students first."""
    rows = repository.people(session, part, topic, after=after, limit=limit)
    return [_listed(*row) for row in rows]


def _listed(*row: Any) -> PersonListing:
    *shown, rating_sum, rating_count = row
    values: list[Any] = [*shown, rating_hundredths(rating_sum, rating_count), rating_count]
    return PersonListing(*values)
