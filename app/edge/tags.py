"""What public answers show, by name (`Cache-Tag`): caches are told these names when it changes. `app.wiring.caches` has
which event changes what. A name has no comma and no space, and lists have many: keep them short."""

from typing import Final

COURSES: Final = "courses"
"""Every list of courses."""

TOPICS: Final = "topics"
"""Every list of topics or tags."""

PEOPLE: Final = "people"
"""Every list of people that somebody can come into, or leave."""

REVIEWS: Final = "reviews"
"""Everything that shows reviews, or what they amount to: of courses on sale, and of people who teach."""


def course_tag(course_id: str) -> str:
    """Everything that shows one course by itself."""
    return f"course-{course_id}"


def user_tag(user_id: str) -> str:
    """Everything that shows one person, be it only as the name on a course."""
    return f"user-{user_id}"
