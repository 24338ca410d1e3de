"""What the catalogue does when courses, people, places or times change."""

from app.db.session import WriteSession
from app.domains.calendar.events import AvailabilityChanged
from app.domains.catalogue import repository, service
from app.domains.catalogue.types import FIND_FREE_OF_TEACHER, RELABEL, RelabelPayload, TeacherPayload
from app.domains.courses.events import TopicsChanged
from app.domains.holds.events import TimeFreed, TimeHeld
from app.domains.sessions.events import SessionBooked, SessionCancelled, SessionMissed, SessionMoved
from app.domains.users.types import UserId


def on_change(session: WriteSession, event: service.Change) -> None:
    """At the end of what changes it, for all that changes there."""
    session.at_the_end(service.follow, event)


def on_topics_changed(session: WriteSession, event: TopicsChanged) -> None:
    """Later, for a topic may have many courses."""
    if event.renamed is not None:
        RELABEL.enqueue(session, RelabelPayload(topic=event.renamed))


def on_availability_changed(session: WriteSession, event: AvailabilityChanged) -> None:
    _find_free(session, event.user_id)


def on_time_held(session: WriteSession, event: TimeHeld) -> None:
    _find_free(session, event.teacher_id, event.student_id)


def on_time_freed(session: WriteSession, event: TimeFreed) -> None:
    _find_free(session, event.teacher_id, event.student_id)


def on_session_booked(session: WriteSession, event: SessionBooked) -> None:
    _find_free(session, event.teacher_id, event.student_id)


def on_session_missed(session: WriteSession, event: SessionMissed) -> None:
    _find_free(session, event.teacher_id, event.student_id)


def on_session_moved(session: WriteSession, event: SessionMoved) -> None:
    _find_free(session, event.teacher_id, event.student_id)


def on_session_cancelled(session: WriteSession, event: SessionCancelled) -> None:
    _find_free(session, event.teacher_id, event.student_id)


def _find_free(session: WriteSession, *user_ids: UserId) -> None:
    """Later, so that nobody who takes somebody's time waits for it. Students may be teachers of something else."""
    for user_id in user_ids:
        if repository.is_teacher(session, user_id):
            FIND_FREE_OF_TEACHER.enqueue(session, TeacherPayload(teacher_id=user_id))
