"""What administrators do to courses, and the lists of all of them. Each change is written into the audit log."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.courses.errors import (
    CourseNotFound,
    CourseNotSuspended,
    CourseRetired,
    CourseSuspended,
    CreatorNotEligible,
)
from app.domains.courses.events import CourseTransferred, SuspensionChanged
from app.domains.courses.repository import courses
from app.domains.courses.service.managing import get_row, state_of, tell
from app.domains.courses.types import CourseId, CourseState, ManagedCourse, ManagedFilter
from app.domains.files import service as files
from app.domains.users import service as users
from app.domains.users.types import UserId


def list_managed(
    session: ReadSession, wanted: ManagedFilter, *, before: Moment | None, limit: int
) -> list[ManagedCourse]:
    """Courses in every state, the newest first."""
    return _as_managed(session, courses.managed_page(session, wanted, before=before, limit=limit))


def show_managed(session: ReadSession, course_id: CourseId) -> ManagedCourse:
    """Raises `CourseNotFound`."""
    return _as_managed(session, [get_row(session, course_id)])[0]


def _as_managed(session: ReadSession, rows: Sequence[Row[Any]]) -> list[ManagedCourse]:
    people = users.get_people(session, {row.creator_id for row in rows})
    return [
        ManagedCourse(
            id=row.id,
            slug=row.slug,
            title=row.title,
            state=state_of(row),
            creator=people[row.creator_id],
            price_cents=row.price_cents,
            currency=row.currency,
            module_count=row.module_count,
            is_on_sale=row.is_on_sale,
            published_at=row.published_at,
            suspended_at=row.suspended_at,
            suspended_reason=row.suspended_reason,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in rows
    ]


def suspend(session: WriteSession, actor_id: UserId, course_id: CourseId, reason: str) -> ManagedCourse:
    """Take a course off sale, whatever its creator does. Raises `Forbidden`, `CourseNotFound`, `CourseSuspended`."""
    row = _take(session, actor_id, course_id)
    if not courses.suspend(session, course_id, reason):
        raise CourseSuspended
    return _tell(session, actor_id, row, is_suspended=True, reason=reason)


def unsuspend(session: WriteSession, actor_id: UserId, course_id: CourseId) -> ManagedCourse:
    """Lift that; whether it is on sale is then up to its creator. Raises `Forbidden`, `CourseNotFound`,
    `CourseNotSuspended`."""
    row = _take(session, actor_id, course_id)
    if not courses.unsuspend(session, course_id):
        raise CourseNotSuspended
    return _tell(session, actor_id, row, is_suspended=False, reason=None)


def transfer(
    session: WriteSession, actor_id: UserId, course_id: CourseId, creator_id: UserId, reason: str
) -> ManagedCourse:
    """Give a course to another creator, with the files that are part of it. What was sold stays shared as it was; of
    later sales the new one gets the part.

    Raises `Forbidden`, `CourseNotFound`, `CourseRetired`, `UserNotFound`, `CreatorNotEligible`.
    """
    users.require_admin(session, actor_id)
    # Before the course, in the order in which people leave. Whoever buys holds their own account, so that of buying a
    # course and being given it the second one sees the first.
    users.lock_user(session, creator_id)
    row = _take(session, actor_id, course_id)
    if state_of(row) is CourseState.RETIRED:
        raise CourseRetired
    receiver = users.get_account(session, creator_id)
    is_able = receiver.can_create_courses and receiver.is_email_verified and receiver.suspended_at is None
    if not is_able or creator_id == row.creator_id:
        raise CreatorNotEligible
    if not courses.transfer(session, course_id, row.creator_id, creator_id):
        raise CourseNotFound
    files.hand_over(session, [course_id], row.creator_id, creator_id)
    before, after = {"creator_id": row.creator_id}, {"creator_id": creator_id}
    audit.record(session, actor_id, Change("course.transferred", "course", course_id, before, after, reason))
    session.publish(CourseTransferred(course_id, row.creator_id, creator_id))
    tell(session, course_id)
    return show_managed(session, course_id)


def _take(session: WriteSession, actor_id: UserId, course_id: CourseId) -> Row[Any]:
    users.require_admin(session, actor_id)
    if not courses.lock(session, course_id):
        raise CourseNotFound
    return get_row(session, course_id)


def _tell(
    session: WriteSession, actor_id: UserId, row: Row[Any], *, is_suspended: bool, reason: str | None
) -> ManagedCourse:
    action = "course.suspended" if is_suspended else "course.unsuspended"
    before, after = {"is_suspended": not is_suspended}, {"is_suspended": is_suspended}
    audit.record(session, actor_id, Change(action, "course", row.id, before, after, reason))
    session.publish(SuspensionChanged(row.id, row.creator_id, is_suspended))
    tell(session, row.id, was_on_sale=row.is_on_sale)
    return show_managed(session, row.id)
