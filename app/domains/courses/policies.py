"""Pure rules of courses: how their texts are compared, what may be published, and who sees what is not on sale."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domains.courses.types import Check, CheckCode, CourseFacts, CourseId, CourseState, PointKind, Renamed
from app.edge.principal import Principal

_SHORTEST_TITLE = 3
_SHORTEST_DESCRIPTION = 50
_LONGEST_SLUG = 80


def fold(text: str) -> str:
    """Text as it is compared: no case, no accents, and single blanks between the words."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def normal_tag(text: str) -> str:
    """A tag as it is stored and asked for."""
    return " ".join(text.lower().split())


def tag_rows(course_id: CourseId, tags: Iterable[str]) -> list[dict[str, Any]]:
    """The rows of a course's tags; those that differ only in case and spaces are one."""
    return [{"course_id": course_id, "tag": tag} for tag in dict.fromkeys(normal_tag(tag) for tag in tags)]


def slug_of(title: str) -> str:
    """The title's letters and digits with hyphens; it cannot look like an id, which has an underscore."""
    plain = fold(title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_SLUG].strip("-") or "course"


def unique_slug(title: str, course_id: CourseId) -> str:
    """The title's slug with the end of the id, which no other course has."""
    return f"{slug_of(title)}-{course_id[-8:]}"


def point_rows(course_id: CourseId, kind: PointKind, texts: Iterable[str]) -> list[dict[str, Any]]:
    """The rows of one of a course's lists of short texts."""
    return [
        {"course_id": course_id, "kind": kind, "position": position, "text": text}
        for position, text in enumerate(texts, start=1)
    ]


@dataclass(frozen=True, slots=True)
class Completeness:
    """What the publish checklist looks at. `modules` are their session numbers and minutes."""

    title: str
    description: str
    has_thumbnail: bool
    tag_count: int
    is_priced: bool
    session_count: int
    modules: Sequence[tuple[int, int]]


def publish_checks(course: Completeness) -> list[Check]:
    """Every entry of the checklist; every bought session must have something to teach."""
    numbers = {number for number, _ in course.modules}
    met = {
        CheckCode.TITLE: len(course.title.strip()) >= _SHORTEST_TITLE,
        CheckCode.DESCRIPTION: len(course.description.strip()) >= _SHORTEST_DESCRIPTION,
        CheckCode.THUMBNAIL: course.has_thumbnail,
        CheckCode.TAGS: course.tag_count > 0,
        CheckCode.PRICE: course.is_priced,
        CheckCode.MODULES: bool(course.modules),
        CheckCode.SESSIONS: numbers == set(range(1, course.session_count + 1)),
        CheckCode.DURATION: all(minutes > 0 for _, minutes in course.modules),
    }
    return [Check(code, is_met, _HINTS[code]) for code, is_met in met.items()]


_HINTS = {
    CheckCode.TITLE: f"Give it a title of at least {_SHORTEST_TITLE} characters.",
    CheckCode.DESCRIPTION: f"Describe the course in at least {_SHORTEST_DESCRIPTION} characters.",
    CheckCode.THUMBNAIL: "Upload an image for it.",
    CheckCode.TAGS: "Give it at least one tag.",
    CheckCode.PRICE: "Choose its price; 0 makes it free.",
    CheckCode.MODULES: "Add at least one module.",
    CheckCode.SESSIONS: "Give each session that is bought at least one module, and no other session any.",
    CheckCode.DURATION: "Say of each module how many minutes it takes.",
}


def missing_of(checks: Iterable[Check]) -> list[CheckCode]:
    """What is left to do."""
    return [check.code for check in checks if not check.is_met]


def state_of(
    *, published_at: datetime | None, unpublished_at: datetime | None, retired_at: datetime | None
) -> CourseState:
    """Where a course stands; whether it is suspended is beside that."""
    if retired_at is not None:
        return CourseState.RETIRED
    if published_at is None:
        return CourseState.DRAFT
    return CourseState.PUBLISHED if unpublished_at is None else CourseState.UNPUBLISHED


def as_named(course: CourseFacts, id_or_slug: str) -> CourseFacts | Renamed:
    """The course; or its present slug, when it was asked for by one that it had, or in capital letters."""
    return course if id_or_slug in {course.id, course.slug} else Renamed(course.slug)


def may_manage(course: CourseFacts, viewer: Principal | None) -> bool:
    """Whether the viewer may see and manage the course before and after it is on sale."""
    return viewer is not None and (viewer.is_admin or viewer.user_id == course.creator_id)
