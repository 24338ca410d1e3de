"""What the catalogue does when courses, people, places or times change."""

from app.db.session import WriteSession
from app.domains.calendar.events import AvailabilityChanged
from app.domains.catalogue import repository, service
from app.domains.catalogue.types import FIND_FREE_OF_TEACHER, RELABEL, RelabelPayload, TeacherPayload
from app.domains.courses.events import CourseChanged, TopicsChanged
from app.domains.enrollments.events import EnrollmentStarted, PlaceGivenUp, TeacherAssigned
from app.domains.holds.events import TimeFreed, TimeHeld
from app.domains.sessions.events import SessionBooked, SessionCancelled, SessionMissed, SessionMoved
from app.domains.users.events import ProfileChanged
from app.domains.users.types import UserId


def on_course_changed(session: WriteSession, event: CourseChanged) -> None:
    service.refresh_course(session, event.course_id)


def on_topics_changed(session: WriteSession, event: TopicsChanged) -> None:
    """Later, for a topic may have many courses."""
    if event.renamed is not None:
        RELABEL.enqueue(session, RelabelPayload(topic=event.renamed))


def on_profile_changed(session: WriteSession, event: ProfileChanged) -> None:
    service.follow_profile(session, event.user_id)


def on_enrollment_started(session: WriteSession, event: EnrollmentStarted) -> None:
    service.count_students(session, event.course_id, event.teacher_id)


def on_teacher_assigned(session: WriteSession, event: TeacherAssigned) -> None:
    service.count_students(session, event.course_id, event.teacher_id, event.former_id)


def on_place_given_up(session: WriteSession, event: PlaceGivenUp) -> None:
    service.count_students(session, event.course_id, event.teacher_id)


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
