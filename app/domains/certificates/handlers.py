"""What a certified teacher's standing means for the courses they teach."""

from app.db.session import WriteSession
from app.domains.arrangements import service as arrangements
from app.domains.certificates import service
from app.domains.certificates.events import TeacherWithdrawn
from app.domains.roles.events import PersonSuspended
from app.domains.sessions import service as sessions
from app.domains.sessions.types import EndingCause


def on_person_suspended(session: WriteSession, event: PersonSuspended) -> None:
    service.notice_leaving(session, event.user_id)


def on_teacher_withdrawn(session: WriteSession, event: TeacherWithdrawn) -> None:
    """The sessions that were planned with them go back to their students, and what they asked or offered is over."""
    sessions.expect_ending(session, EndingCause.WITHDRAWN, event.user_id, event.course_id)
    arrangements.look_again(session, event.user_id)
    arrangements.time_freed(session, event.user_id)
