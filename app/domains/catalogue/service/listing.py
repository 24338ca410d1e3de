"""What of a course the catalogue keeps. Who calls this has locked the listings (`following`); answered is whose numbers
may be others now."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from app.db.session import ReadSession, WriteSession
from app.domains.calendar.policies import BookingPolicy
from app.domains.catalogue import policies, repository, words
from app.domains.catalogue.types import (
    FIND_DUE,
    LabelKind,
    Listed,
    rating_hundredths,
)
from app.domains.courses import service as courses
from app.domains.courses.types import CourseDetails, CourseId
from app.domains.enrollments import service as enrollments
from app.domains.sessions import service as sessions
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.jobs.kinds import JobPayload

_DUE_AT_ONCE = 10


def newcomers(session: ReadSession, course_ids: Collection[CourseId]) -> set[UserId]:
    """Who is to be listed with one of the courses and is not yet."""
    people = set[UserId]()
    for course in (courses.get_course(session, course_id) for course_id in course_ids):
        if course.is_on_sale:
            teachers = set(courses.bookable_teacher_ids(session, course.id))
            people |= teachers - repository.teachers_of(session, course.id)
            people |= set() if repository.is_listed(session, course.id) else {course.creator_id}
    return people


def refresh_course(session: WriteSession, course_id: CourseId, listed: Listed | None) -> set[UserId]:
    """List the course as it is now; take it off the lists when it is not on sale."""
    course = courses.get_details(session, course_id)
    if listed is None and not course.facts.is_on_sale:
        return set()
    creators = {course.facts.creator_id} | ({listed.creator_id} if listed else set())
    if not course.facts.is_on_sale:
        return creators | _remove(session, course_id)
    values = listing_values(session, course)
    if listed is None:
        repository.add_listing(session, course_id, values | {"next_free_at": None, "free_due_at": session.now})
    else:
        repository.change_listing(session, course_id, values)
    _put_labels(session, course)
    _put_terms(session, course)
    is_other_lesson = listed is not None and listed.session_duration_minutes != course.facts.session_duration_minutes
    return creators | refresh_teachers(session, course_id, is_free_unknown=listed is None or is_other_lesson)


def _remove(session: WriteSession, course_id: CourseId) -> set[UserId]:
    teachers = repository.teachers_of(session, course_id)
    repository.replace_teachers(session, course_id, ())
    repository.replace_terms(session, course_id, ())
    repository.replace_labels(session, course_id, ())
    repository.delete_listing(session, course_id)
    return teachers


def listing_values(session: ReadSession, course: CourseDetails) -> dict[str, Any]:
    """What a listing shows of the course, by the names of its columns, but its next free time. A private creator is
    shown by name and handle."""
    facts, creator = course.facts, users.get_person(session, course.facts.creator_id)
    shown = users.public_cards(session, [creator.id]).get(creator.id)
    return {
        "slug": facts.slug,
        "title": facts.title,
        "sort_title": words.sort_title(facts.title),
        "tagline": course.tagline,
        "level": course.level,
        "topics": [{"slug": topic.slug, "name": topic.name} for topic in course.topics],
        "tags": course.tags,
        "creator_id": creator.id,
        "creator_name": creator.name,
        "creator_handle": creator.handle,
        "creator_avatar_key": shown.avatar_key if shown else None,
        "thumbnail_key": course.thumbnail_key,
        "price_cents": facts.price_cents,
        "currency": facts.currency,
        "session_count": facts.session_count,
        "session_duration_minutes": facts.session_duration_minutes,
        "module_count": course.module_count,
        "rating_sum": course.rating_sum,
        "rating_hundredths": rating_hundredths(course.rating_sum, course.rating_count),
        "rating_count": course.rating_count,
        "student_count": enrollments.count_students(session, facts.id),
        "is_featured": course.featured_at is not None,
        "published_at": course.published_at,
        "words": {
            "description": course.description,
            "testimonials": [asdict(each) for each in course.testimonials],
            **{str(kind): texts for kind, texts in course.points.items()},
        },
    }


def _put_labels(session: WriteSession, course: CourseDetails) -> None:
    topics = {(LabelKind.TOPIC.value, topic.slug, course.published_at) for topic in course.topics}
    labels = topics | {(LabelKind.TAG.value, tag, course.published_at) for tag in course.tags}
    if labels != repository.labels_of(session, course.facts.id):
        repository.replace_labels(session, course.facts.id, labels)


def _put_terms(session: WriteSession, course: CourseDetails) -> None:
    weights = policies.search_weights(course)
    terms = {(term, weight, course.published_at) for term, weight in weights.items()}
    if terms != repository.terms_of(session, course.facts.id):
        repository.replace_terms(session, course.facts.id, terms)


def spell(session: WriteSession, course_ids: Collection[CourseId]) -> None:
    """Have words that are new with these courses found in spite of a typo; in one order, for others may add the
    same."""
    unknown = repository.unspelled(session, course_ids)
    pairs = sorted((spelling, term) for term in unknown for spelling in words.spellings(term))
    repository.add_spellings(session, pairs)


def refresh_teachers(session: WriteSession, course_id: CourseId, *, is_free_unknown: bool) -> set[UserId]:
    """List who can be booked now; the next free time may be another one with other teachers."""
    before, now = repository.teachers_of(session, course_id), set(courses.bookable_teacher_ids(session, course_id))
    if before != now:
        repository.replace_teachers(session, course_id, now)
    if before != now or is_free_unknown:
        repository.change_listing(session, course_id, {"free_due_at": session.now})
        FIND_DUE.enqueue(session, JobPayload())
    return before ^ now


def show_creator(session: WriteSession, user_id: UserId) -> None:
    """The person is called otherwise, or is seen by others or no more."""
    person, shown = users.get_person(session, user_id), users.public_cards(session, [user_id]).get(user_id)
    creator = {
        "creator_name": person.name,
        "creator_handle": person.handle,
        "creator_avatar_key": shown.avatar_key if shown else None,
    }
    repository.change_creator(session, user_id, creator)


def count_students(session: WriteSession, course_id: CourseId, listed: Listed) -> set[UserId]:
    """Somebody took the course, or gave it up."""
    students = enrollments.count_students(session, course_id)
    repository.change_listing(session, course_id, {"student_count": students})
    return {listed.creator_id}


def find_due(session: WriteSession, policy: BookingPolicy) -> None:
    """Find the next free time of some courses where it is not known any more; a job goes on with the others."""
    due = repository.courses_due(session, _DUE_AT_ONCE)
    for course_id in repository.lock_due(session, due):
        first = sessions.first_free(session, course_id, policy)
        bookable_until = first.starts_at - first.notice if first else None
        due_at = policies.free_due_at(session.now, bookable_until)
        next_free_at = first.starts_at if first else None
        repository.change_listing(session, course_id, {"next_free_at": next_free_at, "free_due_at": due_at})
    if len(due) == _DUE_AT_ONCE:
        FIND_DUE.enqueue_one(session, JobPayload())


def find_free_of_teacher(session: WriteSession, teacher_id: UserId) -> None:
    """The teacher's time changed: so may the next free time of all that they teach."""
    repository.make_due(session, teacher_id)
    FIND_DUE.enqueue_one(session, JobPayload())
