"""The frame of every change of a course: who may make it, of which version, and what must hold afterwards."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sized
from typing import Any

from sqlalchemy import Row

from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.courses import policies
from app.domains.courses.errors import CourseIncomplete, CourseNotFound, CourseRetired
from app.domains.courses.events import CourseChanged
from app.domains.courses.policies import Completeness
from app.domains.courses.price_guard import guard
from app.domains.courses.repository import courses
from app.domains.courses.schemas.pricing import PriceGuardView
from app.domains.courses.schemas.studio import (
    Draft,
    DraftModule,
    DraftTopic,
    PrerequisiteLists,
    PublishCheck,
    TestimonialBody,
)
from app.domains.courses.types import Check, CourseFacts, CourseId, CourseState, PointKind
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.etags import Expected
from app.edge.principal import Principal


def find_managed(session: ReadSession, id_or_slug: str, caller: Principal) -> CourseFacts:
    """A course of the caller's, or any for an administrator. Raises `CourseNotFound`."""
    course = courses.facts_by_id_or_slug(session, id_or_slug)
    if course is None or not policies.may_manage(course, caller):
        raise CourseNotFound
    return course


def show_draft(session: ReadSession, id_or_slug: str, caller: Principal) -> Draft:
    """Everything that its editor needs, in whatever state it is. Raises `CourseNotFound`."""
    return draft_of(session, find_managed(session, id_or_slug, caller).id)


def draft_of(session: ReadSession, course_id: CourseId) -> Draft:
    """The course as it is now. Raises `CourseNotFound`."""
    row = get_row(session, course_id)
    lists = _lists_of(session, course_id)
    checks = _checks(row, lists["tags"], lists["modules"])
    columns = {name: getattr(row, name) for name in Draft.model_fields.keys() & set(row._fields)}
    derived = {
        "state": state_of(row),
        "thumbnail": row.thumbnail_key,
        "checks": [PublishCheck.model_validate(check) for check in checks],
        "missing": policies.missing_of(checks),
        "price_guard": PriceGuardView.model_validate(guard(row.price_cents)),
    }
    return Draft.model_validate(columns | derived | lists)


def _lists_of(session: ReadSession, course_id: CourseId) -> dict[str, Any]:
    """What a course has many of, by the draft's fields."""
    points = defaultdict(list[str], courses.points_of(session, course_id))
    return {
        "topics": [DraftTopic.model_validate(topic) for topic in courses.topics_of(session, course_id)],
        "tags": courses.tags_of(session, course_id),
        "objectives": points[PointKind.OBJECTIVE],
        "includes": points[PointKind.INCLUDES],
        "target_audience": points[PointKind.AUDIENCE],
        "prerequisites": PrerequisiteLists.model_construct(
            required=points[PointKind.PREREQUISITE_REQUIRED],
            nice_to_have=points[PointKind.PREREQUISITE_NICE],
            not_required=points[PointKind.PREREQUISITE_NONE],
        ),
        "testimonials": [TestimonialBody.model_validate(each) for each in courses.testimonials_of(session, course_id)],
        "modules": [DraftModule.model_validate(each) for each in courses.modules_of(session, course_id)],
    }


def get_row(session: ReadSession, course_id: CourseId) -> Row[Any]:
    """All columns of a course. Raises `CourseNotFound`."""
    row = courses.managed(session, course_id)
    if row is None:
        raise CourseNotFound
    return row


def state_of(row: Row[Any]) -> CourseState:
    return policies.state_of(
        published_at=row.published_at, unpublished_at=row.unpublished_at, retired_at=row.retired_at
    )


def _checks(row: Row[Any], tags: Sized, modules: Iterable[Any]) -> list[Check]:
    """The publish checklist of a course with these tags and modules."""
    return policies.publish_checks(
        Completeness(
            title=row.title,
            description=row.description,
            has_thumbnail=row.thumbnail_key is not None,
            tag_count=len(tags),
            is_priced=row.is_priced,
            session_count=row.session_count,
            modules=[(each.session_number, each.duration_minutes) for each in modules],
        )
    )


def demand_complete(session: ReadSession, row: Row[Any]) -> None:
    """Raises `CourseIncomplete` with what is missing, and the whole checklist."""
    checks = _checks(row, courses.tags_of(session, row.id), courses.modules_of(session, row.id))
    missing = policies.missing_of(checks)
    if missing:
        shown = [{"code": check.code, "is_met": check.is_met, "hint": check.hint} for check in checks]
        raise CourseIncomplete(missing=missing, checks=shown)


def take(session: WriteSession, id_or_slug: str, caller: Principal, expected: Expected) -> Row[Any]:
    """The course, which nobody else changes until this unit is done, in the version that the caller wants to change.

    Raises `CourseNotFound`, `PreconditionFailed`.
    """
    course_id = find_managed(session, id_or_slug, caller).id
    if not courses.lock(session, course_id):
        raise CourseNotFound
    row = get_row(session, course_id)
    if row.creator_id != caller.user_id and not users.hold_admin(session, UserId(caller.user_id)):
        raise CourseNotFound
    if not expected.is_any:
        expected.check(draft_of(session, course_id))
    return row


def record(session: WriteSession, row: Row[Any], caller: Principal, action: str) -> None:
    """Write down what an administrator does to somebody else's course."""
    if row.creator_id != caller.user_id:
        audit.record(session, caller.user_id, Change(f"course.{action}", "course", row.id))


def settle(session: WriteSession, row: Row[Any], caller: Principal, action: str) -> Draft:
    """End a change of a course that was `row`: write it down if need be, tell whoever shows courses, answer it as it is
    now."""
    record(session, row, caller, action)
    if state_of(row) is not CourseState.DRAFT:  # which nobody else is shown
        tell(session, row.id, was_on_sale=row.is_on_sale)
    return draft_of(session, row.id)


def tell(session: WriteSession, course_id: CourseId, *, was_on_sale: bool = False) -> None:
    """Tell whoever shows courses that this one is no longer what it was. Raises `CourseNotFound`."""
    is_listed = was_on_sale or get_row(session, course_id).is_on_sale
    session.publish(CourseChanged(course_id, is_listed))


def edit(
    session: WriteSession,
    id_or_slug: str,
    caller: Principal,
    expected: Expected,
    action: str,
    apply: Callable[[Row[Any]], None],
) -> Draft:
    """Run `apply` on a course that is not retired; one that is published must stay complete.

    Raises `CourseNotFound`, `PreconditionFailed`, `CourseRetired`, `CourseIncomplete`, and what `apply` raises.
    """
    before = take(session, id_or_slug, caller, expected)
    if state_of(before) is CourseState.RETIRED:
        raise CourseRetired
    apply(before)
    courses.change(session, before.id, {})
    after = get_row(session, before.id)
    if state_of(after) is CourseState.PUBLISHED:
        demand_complete(session, after)
    return settle(session, before, caller, action)
