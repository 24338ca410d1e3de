"""What the catalogue's tables hold, and making them anew."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update

from app.db.base import Base
from app.db.session import ReadSession, WriteSession
from app.domains.catalogue.models import (
    CourseLabel,
    CourseListing,
    CourseTerm,
    ListedPerson,
    ListedTeacher,
    SearchSpelling,
)
from app.domains.catalogue.types import REBUILD, RebuildPayload
from app.domains.courses import service as courses
from app.domains.courses.events import CourseChanged
from app.domains.courses.models import Course, CourseTopic
from app.domains.courses.types import CourseId
from tests.support.world import World

_TABLES: tuple[type[Base], ...] = (CourseListing, CourseLabel, CourseTerm, SearchSpelling, ListedPerson, ListedTeacher)
_PASSING = {"version", "free_due_at"}

Rows = dict[str, list[dict[str, Any]]]


def contents(session: ReadSession) -> Rows:
    """Every row of every table, but for versions and when the next free time is looked for again."""
    found: Rows = {}
    for table in _TABLES:
        rows = session.execute(select(table.__table__)).mappings()
        found[table.__tablename__] = sorted(
            ({name: value for name, value in row.items() if name not in _PASSING} for row in rows), key=str
        )
    return found


async def made_anew(world: World) -> Rows:
    """The same, after the catalogue was emptied and a job made it again."""
    await world.write(_empty)
    await world.settle()
    return await world.db.read(contents)


def _empty(session: WriteSession) -> None:
    for table in _TABLES:
        session.change(delete(table))
    REBUILD.enqueue(session, RebuildPayload())


def change_course(session: WriteSession, course_id: CourseId, values: dict[str, Any]) -> None:
    """As those domains do whose business these columns are."""
    session.change(update(Course).where(Course.id == course_id).values(**values))
    session.publish(CourseChanged(course_id, is_listed=True))


def rename(session: WriteSession, course_id: CourseId, title: str) -> str:
    """Give the course the slug of this title, and answer it."""
    old = courses.get_course(session, course_id).slug
    courses.rename_slug(session, course_id, old=old, title=title, keep_old=True)
    session.publish(CourseChanged(course_id, is_listed=True))
    return courses.get_course(session, course_id).slug


def file_under(session: WriteSession, course_id: CourseId, slugs: Sequence[str]) -> None:
    """Put these topics, the first of which is the main one, in the place of the present ones."""
    known = {topic.slug: topic.id for topic in courses.all_topics(session)}
    main, *more = [known[slug] for slug in slugs]
    session.change(delete(CourseTopic).where(CourseTopic.course_id == course_id))
    for position, topic_id in enumerate(more, start=2):
        session.add(CourseTopic(course_id=course_id, topic_id=topic_id, position=position))
    change_course(session, course_id, {"topic_id": main})
