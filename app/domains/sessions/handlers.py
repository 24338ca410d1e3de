"""What happens to planned sessions when something happens to their people or places."""

from app.db.session import WriteSession
from app.domains.enrollments.events import PlaceGivenUp
from app.domains.roles.events import PersonSuspended
from app.domains.sessions import service
from app.domains.sessions.types import EndingCause


def on_person_suspended(session: WriteSession, event: PersonSuspended) -> None:
    service.expect_ending(session, EndingCause.SUSPENDED, event.user_id)


def on_place_given_up(session: WriteSession, event: PlaceGivenUp) -> None:
    service.expect_ending(session, EndingCause.PLACE_ENDED, event.student_id, event.course_id)
