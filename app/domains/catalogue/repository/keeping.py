"""SQL of keeping the catalogue as the courses are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_many_or_skip, insert_or_skip
from app.domains.catalogue.models import (
    CourseLabel,
    CourseListing,
    CourseTerm,
    ListedTeacher,
    SearchSpelling,
)
from app.domains.catalogue.types import (
    LabelKind,
    Listed,
)
from app.domains.courses.types import CourseId
from app.domains.users.types import UserId

Ts = TypeVarTuple("Ts")


def is_listed(session: ReadSession, course_id: CourseId) -> bool:
    return session.scalar(select(exists().where(CourseListing.course_id == course_id))) is True


def lock_listings(
    session: WriteSession, course_ids: Collection[CourseId], creator_ids: Collection[UserId]
) -> dict[CourseId, Listed]:
    """Those of these courses that are listed, and all of these creators, as they are listed now. Nobody else changes
    them in this transaction: what is counted afterwards for them stays right."""
    wanted = or_(CourseListing.course_id.in_(course_ids), CourseListing.creator_id.in_(creator_ids))
    statement = _in_order(
        select(CourseListing.course_id, CourseListing.creator_id, CourseListing.session_duration_minutes)
    )
    rows = session.execute(statement.where(wanted))
    return {course_id: Listed(creator_id, minutes) for course_id, creator_id, minutes in rows}


def add_listing(session: WriteSession, course_id: CourseId, values: Mapping[str, Any]) -> None:
    insert_or_skip(session, CourseListing, {**values, "course_id": course_id})


def change_listing(session: WriteSession, course_id: CourseId, values: Mapping[str, Any]) -> None:
    session.change(update(CourseListing).where(CourseListing.course_id == course_id).values(**values))


def change_creator(session: WriteSession, user_id: UserId, values: Mapping[str, Any]) -> None:
    session.change(update(CourseListing).where(CourseListing.creator_id == user_id).values(**values))


def make_due(session: WriteSession, teacher_id: UserId) -> None:
    """The next free time of all courses of this teacher is to be found anew."""
    taught = select(ListedTeacher.course_id).where(ListedTeacher.user_id == teacher_id)
    ids = _lock_in_order(session, CourseListing.course_id.in_(taught))
    session.change(update(CourseListing).where(CourseListing.course_id.in_(ids)).values(free_due_at=session.now))


def _lock_in_order(session: WriteSession, *conditions: ColumnElement[bool]) -> list[CourseId]:
    return list(session.scalars(_in_order(select(CourseListing.course_id)).where(*conditions)))


def _in_order(statement: Select[*Ts]) -> Select[*Ts]:
    """Several listings are locked by their ids, which an UPDATE of all at once would not promise: who locks them in
    another order waits for us while we wait for them."""
    return statement.order_by(CourseListing.course_id).with_for_update()


def delete_listing(session: WriteSession, course_id: CourseId) -> None:
    session.change(delete(CourseListing).where(CourseListing.course_id == course_id))


def labels_of(session: ReadSession, course_id: CourseId) -> set[tuple[str, str, datetime]]:
    columns = CourseLabel.kind, CourseLabel.label, CourseLabel.published_at
    rows = session.execute(select(*columns).where(CourseLabel.course_id == course_id))
    return {(kind, label, published_at) for kind, label, published_at in rows}


def ids_filed(session: ReadSession, topic: str, after: CourseId | None, limit: int) -> list[CourseId]:
    """Courses on sale under the topic, by id."""
    filed = CourseLabel.kind == LabelKind.TOPIC, CourseLabel.label == topic
    statement = select(CourseLabel.course_id).where(*filed).order_by(CourseLabel.course_id).limit(limit)
    return list(session.scalars(statement.where(CourseLabel.course_id > after) if after else statement))


def terms_of(session: ReadSession, course_id: CourseId) -> set[tuple[str, int, datetime]]:
    columns = CourseTerm.term, CourseTerm.weight, CourseTerm.published_at
    rows = session.execute(select(*columns).where(CourseTerm.course_id == course_id))
    return {(term, weight, published_at) for term, weight, published_at in rows}


def replace_labels(
    session: WriteSession, course_id: CourseId, labels: Collection[tuple[str, str, datetime | None]]
) -> None:
    session.change(delete(CourseLabel).where(CourseLabel.course_id == course_id))
    names = ("kind", "label", "published_at")
    insert_many_or_skip(
        session, CourseLabel, [dict(zip(names, row, strict=True)) | {"course_id": course_id} for row in labels]
    )


def replace_terms(
    session: WriteSession, course_id: CourseId, terms: Collection[tuple[str, int, datetime | None]]
) -> None:
    session.change(delete(CourseTerm).where(CourseTerm.course_id == course_id))
    names = ("term", "weight", "published_at")
    rows = [dict(zip(names, row, strict=True)) | {"course_id": course_id} for row in sorted(terms, key=str)]
    insert_many_or_skip(session, CourseTerm, rows)


def unspelled(session: ReadSession, course_ids: Collection[CourseId]) -> list[str]:
    """Words of these courses that no spelling leads to yet."""
    is_known = exists().where(SearchSpelling.spelling == CourseTerm.term, SearchSpelling.term == CourseTerm.term)
    statement = select(CourseTerm.term).distinct().where(CourseTerm.course_id.in_(course_ids), ~is_known)
    return list(session.scalars(statement))


def add_spellings(session: WriteSession, pairs: Sequence[tuple[str, str]]) -> None:
    insert_many_or_skip(session, SearchSpelling, [{"spelling": spelling, "term": term} for spelling, term in pairs])


def replace_teachers(session: WriteSession, course_id: CourseId, user_ids: Collection[UserId]) -> None:
    session.change(delete(ListedTeacher).where(ListedTeacher.course_id == course_id))
    insert_many_or_skip(
        session, ListedTeacher, [{"user_id": user_id, "course_id": course_id} for user_id in sorted(user_ids)]
    )


def teachers_of(session: ReadSession, course_id: CourseId) -> set[UserId]:
    return set(session.scalars(select(ListedTeacher.user_id).where(ListedTeacher.course_id == course_id)))


def is_teacher(session: ReadSession, user_id: UserId) -> bool:
    return session.scalar(select(exists().where(ListedTeacher.user_id == user_id))) is True


def count_taught(session: ReadSession, user_id: UserId) -> int:
    return session.scalar(select(func.count()).where(ListedTeacher.user_id == user_id)) or 0


def courses_due(session: WriteSession, limit: int) -> list[CourseId]:
    """Courses whose next free time is to be found anew, those first that wait the longest."""
    statement = select(CourseListing.course_id).where(CourseListing.free_due_at <= session.now)
    return list(session.scalars(statement.order_by(CourseListing.free_due_at, CourseListing.course_id).limit(limit)))


def lock_due(session: WriteSession, course_ids: Collection[CourseId]) -> list[CourseId]:
    """Those of the courses that are due still, and not being seen to by somebody else; by their ids."""
    is_due = CourseListing.free_due_at <= session.now
    return _lock_in_order(session, CourseListing.course_id.in_(course_ids), is_due)
