"""When homework completes a course: all sessions were held, and nothing that is required is open any more.

Two things finish a place, the last session and the last review, and they may come at once; so may the end of an
assignment. Each of them locks the place before it looks at the other: whoever comes second sees what the first one did.
The order of locks is people, then places, then assignments.
"""

from collections.abc import Collection

from app.db.session import WriteSession
from app.domains.courses.types import CourseId
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentFacts
from app.domains.homework import repository


def complete_if_done(session: WriteSession, place: EnrollmentFacts) -> None:
    """Complete a place, which the unit has locked, unless a session or a review is still to come."""
    complete_those_done(session, place.course_id, [place])


def complete_those_done(session: WriteSession, course_id: CourseId, places: Collection[EnrollmentFacts]) -> None:
    """Complete those of the course's places, all locked, that wait for nothing any more."""
    waiting = [place for place in places if place.is_delivered]
    if not waiting:
        return
    busy = repository.students_with_open(session, course_id, [place.student_id for place in waiting])
    for place in waiting:
        if place.student_id not in busy:
            enrollments.complete(session, place.id)
