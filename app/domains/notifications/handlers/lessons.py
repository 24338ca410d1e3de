"""Who is mailed about places, sessions, coursework, certificates, courses and reviews."""

from app.db.session import WriteSession
from app.domains.agenda.events import NudgeDue, ReminderDue, WallsMoved
from app.domains.arrangements.events import (
    EarlierTimeOffered,
    HeldTimeLost,
    SessionInviteAnswered,
    SessionInvited,
)
from app.domains.certificates.events import (
    CertificateIssued,
    CertificateRecommended,
    LastTeacherLost,
    TeacherRestored,
    TeacherWithdrawn,
    TeachingDeclined,
    TeachingRequested,
)
from app.domains.courses import service as courses
from app.domains.courses.events import CourseTransferred, SuspensionChanged
from app.domains.enrollments.events import (
    CourseCompleted,
    EnrollmentStarted,
    TeacherAssigned,
)
from app.domains.homework.events import HomeworkReviewed, HomeworkSubmitted
from app.domains.notifications.handlers.mailing import mail, there
from app.domains.notifications.types import Template
from app.domains.recordings.events import RecordingKept
from app.domains.reviews.events import ReviewAnswered, ReviewTakenDown, ReviewWritten
from app.domains.sessions.events import (
    SessionBooked,
    SessionCancelled,
    SessionCompletedByHand,
    SessionContested,
    SessionCredited,
    SessionMissed,
    SessionMoved,
    SessionResolved,
)
from app.domains.users import service as users


def on_enrollment_started(session: WriteSession, event: EnrollmentStarted) -> None:
    """Receipt and welcome to the student, a notice to the teacher, once there is one, and to the creator if that is
    somebody else."""
    mail(session, Template.ENROLLMENT_STARTED, event.student_id, event.enrollment_id)
    creator_id = courses.get_course(session, event.course_id).creator_id
    for person_id in there(event.teacher_id, creator_id):
        mail(session, Template.ENROLLMENT_NOTICE, person_id, event.enrollment_id)


def on_teacher_assigned(session: WriteSession, event: TeacherAssigned) -> None:
    """The first one is told of a new student; when it is another one, all three are."""
    if event.former_id is None:
        mail(session, Template.ENROLLMENT_NOTICE, event.teacher_id, event.enrollment_id)
        return
    fact = f"{event.enrollment_id}:{session.now.isoformat()}"
    for person_id in (event.student_id, event.teacher_id, event.former_id):
        mail(session, Template.TEACHER_CHANGED, person_id, event.enrollment_id, fact=fact)


def on_course_completed(session: WriteSession, event: CourseCompleted) -> None:
    """The diploma to the student; to the teacher the hint that a good student may be recommended."""
    mail(session, Template.COURSE_COMPLETED, event.student_id, event.enrollment_id)
    mail(session, Template.RECOMMENDATION_HINT, event.teacher_id, event.enrollment_id)


def on_session_booked(session: WriteSession, event: SessionBooked) -> None:
    for person_id in (event.student_id, event.teacher_id):
        mail(session, Template.SESSION_BOOKED, person_id, event.session_id)


def on_session_missed(session: WriteSession, event: SessionMissed) -> None:
    for person_id in (event.student_id, event.teacher_id):
        mail(session, Template.SESSION_MISSED, person_id, event.session_id)


def on_held_time_lost(session: WriteSession, event: HeldTimeLost) -> None:
    mail(session, Template.HELD_TIME_LOST, event.student_id, event.hold_id)


def on_session_invited(session: WriteSession, event: SessionInvited) -> None:
    mail(session, Template.SESSION_INVITED, event.student_id, event.invite_id)


def on_session_invite_answered(session: WriteSession, event: SessionInviteAnswered) -> None:
    mail(session, Template.SESSION_INVITE_ANSWERED, event.teacher_id, event.invite_id)


def on_earlier_time_offered(session: WriteSession, event: EarlierTimeOffered) -> None:
    mail(session, Template.EARLIER_TIME_OFFERED, event.student_id, event.hold_id)


def on_reminder_due(session: WriteSession, event: ReminderDue) -> None:
    """Once for each start: a session that is moved has others."""
    fact = f"{event.session_id}:{event.starts_at:%Y%m%dT%H%M%S}:{event.minutes_before}"
    for person_id in (event.student_id, event.teacher_id):
        template = Template.SESSION_REMINDER
        mail(session, template, person_id, event.session_id, fact=fact, starts_at=event.starts_at)


def on_nudge_due(session: WriteSession, event: NudgeDue) -> None:
    for person_id in (event.student_id, event.teacher_id):
        mail(session, Template.FEEDBACK_NUDGE, person_id, event.session_id)


def on_walls_moved(session: WriteSession, event: WallsMoved) -> None:
    """Once for each release of the rules, also to the one whose clock shows the same: the other's does not."""
    for person_id in (event.student_id, event.teacher_id):
        fact = f"{event.session_id}:{event.release}"
        mail(session, Template.SESSION_CLOCK_CHANGED, person_id, event.session_id, fact=fact)


def on_session_moved(session: WriteSession, event: SessionMoved) -> None:
    """Each time."""
    for person_id in (event.student_id, event.teacher_id):
        mail(session, Template.SESSION_RESCHEDULED, person_id, event.move_id)


def on_session_cancelled(session: WriteSession, event: SessionCancelled) -> None:
    """To both, for the calendar of who cancelled must lose it too."""
    for person_id in (event.student_id, event.teacher_id):
        mail(session, Template.SESSION_CANCELLED, person_id, event.session_id)


def on_session_completed_by_hand(session: WriteSession, event: SessionCompletedByHand) -> None:
    """To the student, who may contest it."""
    mail(session, Template.SESSION_COMPLETED_BY_HAND, event.student_id, event.session_id)


def on_session_contested(session: WriteSession, event: SessionContested) -> None:
    """To the other one and to every administrator."""
    people = {event.student_id, event.teacher_id} - {event.contested_by}
    for person_id in dict.fromkeys((*people, *users.admin_ids(session))):
        mail(session, Template.SESSION_CONTESTED, person_id, event.session_id)


def on_session_resolved(session: WriteSession, event: SessionResolved) -> None:
    """Each time: an administrator may decide anew while no money has moved."""
    fact = f"{event.session_id}:{session.now.isoformat()}"
    for person_id in (event.student_id, event.teacher_id):
        mail(session, Template.SESSION_RESOLVED, person_id, event.session_id, fact=fact)


def on_session_credited(session: WriteSession, event: SessionCredited) -> None:
    mail(session, Template.SESSION_CREDITED, event.student_id, event.session_id)


def on_recording_kept(session: WriteSession, event: RecordingKept) -> None:
    """To both, once for a session."""
    for person_id in (event.student_id, event.teacher_id):
        mail(session, Template.RECORDING_READY, person_id, event.session_id)


def on_homework_submitted(session: WriteSession, event: HomeworkSubmitted) -> None:
    """Each attempt: the teacher asked for it."""
    fact = f"{event.submission_id}:{event.attempt}"
    mail(session, Template.HOMEWORK_SUBMITTED, event.teacher_id, event.submission_id, fact=fact)


def on_homework_reviewed(session: WriteSession, event: HomeworkReviewed) -> None:
    fact = f"{event.submission_id}:{event.attempt}"
    mail(session, Template.HOMEWORK_REVIEWED, event.student_id, event.submission_id, fact=fact)


def on_certificate_recommended(session: WriteSession, event: CertificateRecommended) -> None:
    mail(session, Template.CERTIFICATE_RECOMMENDED, event.creator_id, event.certificate_id)


def on_certificate_issued(session: WriteSession, event: CertificateIssued) -> None:
    mail(session, Template.CERTIFICATE_ISSUED, event.user_id, event.certificate_id)


def on_suspension_changed(session: WriteSession, event: SuspensionChanged) -> None:
    """Each time: a course may be suspended again."""
    template = Template.COURSE_SUSPENDED if event.is_suspended else Template.COURSE_UNSUSPENDED
    mail(session, template, event.creator_id, event.course_id, fact=f"{event.course_id}:{session.now.isoformat()}")


def on_course_transferred(session: WriteSession, event: CourseTransferred) -> None:
    fact = f"{event.course_id}:{session.now.isoformat()}"
    for person_id in (event.from_user_id, event.to_user_id):
        mail(session, Template.COURSE_TRANSFERRED, person_id, event.course_id, fact=fact)


def on_teacher_withdrawn(session: WriteSession, event: TeacherWithdrawn) -> None:
    """Each time."""
    fact = f"{event.course_id}:{session.now.isoformat()}"
    mail(session, Template.TEACHER_WITHDRAWN, event.user_id, event.course_id, fact=fact)


def on_teacher_restored(session: WriteSession, event: TeacherRestored) -> None:
    """Each time."""
    fact = f"{event.course_id}:{session.now.isoformat()}"
    mail(session, Template.TEACHER_RESTORED, event.user_id, event.course_id, fact=fact)


def on_teaching_requested(session: WriteSession, event: TeachingRequested) -> None:
    mail(session, Template.TEACHING_REQUESTED, event.creator_id, event.request_id)


def on_teaching_declined(session: WriteSession, event: TeachingDeclined) -> None:
    mail(session, Template.TEACHING_DECLINED, event.user_id, event.request_id)


def on_last_teacher_lost(session: WriteSession, event: LastTeacherLost) -> None:
    """The creator and every administrator, each time that it happens."""
    fact = f"{event.course_id}:{session.now.isoformat()}"
    for person_id in dict.fromkeys((event.creator_id, *users.admin_ids(session))):
        mail(session, Template.LAST_TEACHER_LOST, person_id, event.course_id, fact=fact)


def on_review_written(session: WriteSession, event: ReviewWritten) -> None:
    mail(session, Template.REVIEW_RECEIVED, event.reviewed_id, event.review_id)


def on_review_answered(session: WriteSession, event: ReviewAnswered) -> None:
    """Once, however often the reply is taken back and given again."""
    mail(session, Template.REVIEW_ANSWERED, event.author_id, event.review_id)


def on_review_taken_down(session: WriteSession, event: ReviewTakenDown) -> None:
    """Each time: it may have been shown again in between."""
    fact = f"{event.review_id}:{session.now.isoformat()}"
    mail(session, Template.REVIEW_HIDDEN, event.author_id, event.review_id, fact=fact)
