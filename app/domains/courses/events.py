"""What happened to a course."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.courses.types import CourseId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class CourseChanged(Event):
    """Something that is shown of the course is no longer what it was: its own words and price, whether it is on sale,
    who teaches it. `is_listed`: it is on sale, or was until now; of other courses no list shows anything."""

    course_id: CourseId
    is_listed: bool


@dataclass(frozen=True, slots=True)
class CourseRenamed(Event):
    """The course has another title now."""

    course_id: CourseId


@dataclass(frozen=True, slots=True)
class DraftDeleted(Event):
    """A draft is about to go; what hangs on it goes first. Whoever must not lose it keeps its rows, and so the
    draft."""

    course_id: CourseId


@dataclass(frozen=True, slots=True)
class SuspensionChanged(Event):
    """An administrator suspended a course or lifted that; its creator is told."""

    course_id: CourseId
    creator_id: UserId
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class CourseTransferred(Event):
    """The course has another creator; both are told. Handlers refuse it when the new one has a place in the course."""

    course_id: CourseId
    from_user_id: UserId
    to_user_id: UserId


@dataclass(frozen=True, slots=True)
class TopicsChanged(Event):
    """A topic was added, renamed, moved, or taken out of use. `renamed` is the slug of one that is called otherwise
    now, also where courses are shown with it."""

    renamed: str | None = None
