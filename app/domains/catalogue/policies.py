"""Pure rules of the catalogue: what is soon, how ratings are shown, what a course is found by, who sees it."""

from datetime import datetime, timedelta

from app.domains.catalogue import words
from app.domains.catalogue.types import Weight
from app.domains.courses.types import CourseDetails

SOON = timedelta(days=7)
MOST_WORDS = 8
_LOOK_AGAIN = timedelta(hours=1)
_MOMENT = timedelta(minutes=1)


def search_weights(course: CourseDetails) -> dict[str, int]:
    """The words that a course is found by, and how prominent they are in it. Of stop words only those of the title
    count."""
    labels = " ".join([*course.tags, *(topic.name for topic in course.topics)])
    return words.weigh(
        (course.facts.title, Weight.TITLE, True),
        (labels, Weight.LABELS, False),
        (course.tagline, Weight.TAGLINE, False),
        (course.description, Weight.DESCRIPTION, False),
    )


def free_due_at(now: datetime, bookable_until: datetime | None) -> datetime:
    """When the next free time is to be found anew: once it is too near to be booked; after an hour where there is none,
    because each day brings another one into the horizon."""
    return now + _LOOK_AGAIN if bookable_until is None else max(now, bookable_until) + _MOMENT
