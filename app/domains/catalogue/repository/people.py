"""SQL of the people in the directories."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    Row,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from app.db.keyset import page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_replace
from app.domains.catalogue.models import (
    CourseLabel,
    CourseListing,
    ListedPerson,
    ListedTeacher,
)
from app.domains.catalogue.types import (
    LabelKind,
    Part,
    PersonNumbers,
)
from app.domains.users.types import UserId


def put_person(session: WriteSession, user_id: UserId, shown: Mapping[str, Any]) -> None:
    """Show this of the person, whose row nobody else changes until this transaction ends: what is counted afterwards
    for it stays right."""
    row = {"user_id": user_id, **shown, **dict.fromkeys(PersonNumbers.__dataclass_fields__, 0)}
    insert_or_replace(session, ListedPerson, row, keys=("user_id",), replaced=tuple(shown))


def change_person(session: WriteSession, user_id: UserId, values: Mapping[str, Any]) -> None:
    session.change(update(ListedPerson).where(ListedPerson.user_id == user_id).values(**values))


def delete_person(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(ListedPerson).where(ListedPerson.user_id == user_id))


def numbers_of_creator(session: ReadSession, user_id: UserId) -> tuple[int, int, int, int]:
    """Courses on sale, their students, and the sum and number of their ratings."""
    listing = CourseListing
    sums = (
        func.coalesce(func.sum(column), 0)
        for column in (listing.student_count, listing.rating_sum, listing.rating_count)
    )
    row = session.execute(select(func.count(), *sums).where(listing.creator_id == user_id)).one()
    courses, students, rating_sum, rating_count = (int(value) for value in row)
    return courses, students, rating_sum, rating_count


_PERSON: Final[tuple[Any, ...]] = (
    ListedPerson.user_id,
    ListedPerson.handle,
    ListedPerson.name,
    ListedPerson.title,
    ListedPerson.bio_short,
    ListedPerson.avatar_key,
)


def people(
    session: ReadSession, part: Part, topic: str | None, *, after: Sequence[str | int] | None, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Listed people who create (or teach) something (under the topic), those with the most students first."""
    match part:
        case Part.CREATOR:
            courses, students = ListedPerson.course_count, ListedPerson.student_count
            own = CourseListing.creator_id == ListedPerson.user_id
        case Part.TEACHER:
            courses, students = ListedPerson.taught_course_count, ListedPerson.taught_student_count
            own = CourseListing.course_id.in_(
                select(ListedTeacher.course_id).where(ListedTeacher.user_id == ListedPerson.user_id)
            )
    columns = (courses, students, ListedPerson.rating_sum, ListedPerson.rating_count)
    statement = select(*_PERSON, *columns).where(courses > 0)
    if topic is not None:
        is_filed = CourseLabel.course_id == CourseListing.course_id, CourseLabel.kind == LabelKind.TOPIC
        statement = statement.where(exists().where(own, *is_filed, CourseLabel.label == topic))
    return session.execute(page_after(statement, students, ListedPerson.user_id, place=after, limit=limit)).all()


def listed_id(session: ReadSession, id_or_handle: str) -> UserId | None:
    """The listed person of this id or handle, which never look alike."""
    is_it = or_(ListedPerson.user_id == id_or_handle, ListedPerson.handle == id_or_handle.lower())
    return session.scalar(select(ListedPerson.user_id).where(is_it))
