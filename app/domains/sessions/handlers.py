"""What calendars show of sessions follows what courses and people are called."""

from app.db.session import WriteSession
from app.domains.courses.events import CourseRenamed
from app.domains.sessions import service
from app.domains.users.events import PersonRenamed


def on_course_renamed(session: WriteSession, event: CourseRenamed) -> None:
    service.note_course_renamed(session, event.course_id)


def on_person_renamed(session: WriteSession, event: PersonRenamed) -> None:
    service.note_person_renamed(session, event.user_id)
