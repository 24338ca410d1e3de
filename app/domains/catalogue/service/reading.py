"""What visitors read: courses found and shown, topics and tags."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.core.ids import id_pattern
from app.db.lookup import Lookup
from app.db.session import ReadSession
from app.db.types import microseconds
from app.domains.catalogue import policies, repository, words
from app.domains.catalogue.service.cards import Cards
from app.domains.catalogue.service.listing import listing_values
from app.domains.catalogue.types import (
    CataloguePage,
    CourseFilter,
    Details,
    LabelKind,
    Listing,
    Match,
    SearchWord,
    TagCount,
    TopicCount,
)
from app.domains.courses import policies as course_policies
from app.domains.courses import service as courses
from app.domains.courses.errors import CourseNotFound
from app.domains.courses.types import CourseFacts, ModuleView, Renamed
from app.domains.enrollments import service as enrollments
from app.domains.users.types import UserId
from app.edge.principal import Principal

_NOTHING = CataloguePage([], [], 0)
_COPIED = ("topic", "tag", "level", "min_price_cents", "max_price_cents", "min_rating")


def list_courses(
    session: ReadSession,
    wanted: CourseFilter,
    cards: Cards,
    *,
    after: Sequence[str | int] | None,
    limit: int,
    with_total: bool,
) -> CataloguePage:
    """Courses on sale that match every part of the filter."""
    nothing = _NOTHING if with_total else replace(_NOTHING, total=None)
    found = _understood(session, wanted.q)
    narrowing = _narrowing(session, wanted)
    if found is None or narrowing is None:
        return nothing
    placed = repository.page(session, wanted, found, narrowing, after=after, limit=limit)
    total = repository.count(session, found, narrowing) if with_total else None
    return CataloguePage(placed, cards.of(session, placed), total)


def _understood(session: ReadSession, q: str | None) -> list[SearchWord] | None:
    """The words to look for, none when nothing was asked; None when there is one that nothing can have."""
    if q is None or not q.strip():
        return []
    asked = words.asked_words(q, policies.MOST_WORDS)
    known = repository.known_words(session, asked) if asked else {}
    rarest_first = sorted(asked, key=lambda word: known[word][2])  # few courses are then looked through for the others
    found = [_known(word, *known[word][:2]) or _meant(session, word) for word in rarest_first]
    understood = [word for word in found if word is not None]
    return understood if asked and len(understood) == len(asked) else None


def _known(word: str, is_whole: bool, is_longer: bool) -> SearchWord | None:
    """The word as courses have it. Where no longer one begins with it, it is found much faster as a whole word."""
    if is_longer and words.is_beginning(word):
        return SearchWord(word, Match.BEGINNING)
    return SearchWord(word, Match.WHOLE) if is_whole else None


def _meant(session: ReadSession, word: str) -> SearchWord | None:
    """The words of which this may be a misspelling; None when there is none."""
    spelled = words.spellings(word)
    meant = words.nearest(word, repository.terms_spelled(session, spelled)) if spelled else []
    return SearchWord(word, Match.NEAR, meant) if meant else None


def _narrowing(session: ReadSession, wanted: CourseFilter) -> dict[str, Any] | None:
    """The values of the filters by their names; None when nothing can meet them."""
    values = {name: getattr(wanted, name) for name in _COPIED}
    if wanted.creator is not None:
        is_id = re.match(id_pattern("usr"), wanted.creator)  # handles are shorter, so the two never collide
        values |= {"creator_id": wanted.creator} if is_id else {"creator_handle": wanted.creator.lower()}
    if wanted.teacher is not None:
        values["teacher_id"] = repository.listed_id(session, wanted.teacher)
        if values["teacher_id"] is None:
            return None
    if wanted.is_available_soon:
        values["free_before"] = session.now + policies.SOON
    if wanted.is_featured:
        values["is_featured"] = True
    return {name: value for name, value in values.items() if value is not None}


def look_up_listed(lookup: Lookup, id_or_slug: str) -> Details | None:
    """A course on sale, by its id or its present slug."""
    found = repository.find_listed(lookup, id_or_slug)
    return Details(*found) if found else None


def view_unlisted(session: ReadSession, id_or_slug: str, viewer: Principal | None) -> Details | Renamed:
    """A course for those who see it though it is not on sale, or its present slug. Raises `CourseNotFound`."""
    course = find_visible(session, id_or_slug, viewer)
    if isinstance(course, Renamed):
        return course
    values = listing_values(session, courses.get_details(session, course.id))
    shown = {name: values[name] for name in Listing._fields if name in values}
    shown |= {name: json.dumps(values[name]) for name in ("topics", "tags")}
    shown["published_at"] = microseconds(published_at) if (published_at := values["published_at"]) else None
    return Details(Listing(id=course.id, next_free_at=None, **shown), values["words"])


def find_visible(session: ReadSession, id_or_slug: str, viewer: Principal | None) -> CourseFacts | Renamed:
    """A course that is on sale, or that the viewer manages, takes or gives lessons in; for a slug that it had before,
    or one in capital letters, the present one. Raises `CourseNotFound`."""
    course = courses.find_course(session, id_or_slug)
    if course is None or not _sees(session, course, viewer):
        raise CourseNotFound
    return course_policies.as_named(course, id_or_slug)


def _sees(session: ReadSession, course: CourseFacts, viewer: Principal | None) -> bool:
    return course.is_on_sale or course_policies.may_manage(course, viewer) or _takes_part(session, course, viewer)


def _takes_part(session: ReadSession, course: CourseFacts, viewer: Principal | None) -> bool:
    return viewer is not None and enrollments.takes_part(session, UserId(viewer.user_id), course.id)


def read_curriculum(
    session: ReadSession, course: CourseFacts, viewer: Principal | None
) -> tuple[list[ModuleView], bool]:
    """The modules in order, and whether with their content: for those who take, teach or own the course."""
    with_content = enrollments.may_read_content(session, course, viewer)
    return courses.curriculum(session, course, with_content=with_content), with_content


def list_topics(session: ReadSession) -> list[TopicCount]:
    """All topics in the order in which they are shown."""
    counts = repository.labels(session, LabelKind.TOPIC)
    return [TopicCount(topic.slug, topic.name, counts.get(topic.slug, 0)) for topic in courses.list_topics(session)]


def list_tags(
    session: ReadSession, topic: str | None, *, after: Sequence[str | int] | None, limit: int
) -> list[TagCount]:
    """Tags of courses on sale (under the topic), the most used ones first."""
    return [TagCount(*row) for row in repository.tags_page(session, topic, after=after, limit=limit)]
