"""What happens to sessions when something happens to their people, places or courses."""

from app.db.session import WriteSession
from app.domains.courses.events import CourseRenamed
from app.domains.enrollments.events import PlaceGivenUp
from app.domains.roles.events import PersonSuspended
from app.domains.sessions import service
from app.domains.sessions.types import EndingCause
from app.domains.users.events import PersonRenamed


def on_person_suspended(session: WriteSession, event: PersonSuspended) -> None:
    service.expect_ending(session, EndingCause.SUSPENDED, event.user_id)


def on_place_given_up(session: WriteSession, event: PlaceGivenUp) -> None:
    service.expect_ending(session, EndingCause.PLACE_ENDED, event.student_id, event.course_id)


def on_course_renamed(session: WriteSession, event: CourseRenamed) -> None:
    service.note_course_renamed(session, event.course_id)


def on_person_renamed(session: WriteSession, event: PersonRenamed) -> None:
    service.note_person_renamed(session, event.user_id)
