"""Students hand in homework, and again when they are asked to or as long as nobody has reviewed it."""

from typing import Any

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.courses import service as courses
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentFacts
from app.domains.files import service as files
from app.domains.files.types import FileId, Purpose
from app.domains.homework import repository
from app.domains.homework.errors import AssignmentInactive, AssignmentNotFound, NotLearning, SubmissionReviewed
from app.domains.homework.events import HomeworkSubmitted
from app.domains.homework.service.reading import get_assignment, load_submission
from app.domains.homework.types import (
    AssignmentFacts,
    AssignmentId,
    HandIn,
    SubmissionFacts,
    SubmissionId,
    SubmissionStatus,
)
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.principal import Principal


def submit(session: WriteSession, caller: Principal, assignment_id: AssignmentId, work: HandIn) -> SubmissionFacts:
    """Hand something in, in place of what was handed in before; a file that is no longer part of it is given up.

    Raises `AssignmentNotFound`, `AssignmentInactive`, `NotLearning`, `SubmissionReviewed`, and as `files.attach` does.
    """
    place = _learning_place(session, caller, assignment_id)
    assignment = repository.hold_assignment(session, assignment_id)
    if assignment is None:
        raise AssignmentNotFound
    if not assignment.is_active:
        raise AssignmentInactive
    submission_id = _keep(session, assignment, place, work)
    submission = load_submission(session, submission_id)
    reviewer_id = place.teacher_id or courses.get_course(session, place.course_id).creator_id
    session.publish(HomeworkSubmitted(submission.id, submission.attempt, reviewer_id))
    return submission


def _learning_place(session: WriteSession, caller: Principal, assignment_id: AssignmentId) -> EnrollmentFacts:
    """The caller's place that is under way, locked: two attempts at once wait for each other."""
    student_id = UserId(caller.user_id)
    users.hold_people(session, {student_id})
    course_id = get_assignment(session, assignment_id, caller).course_id
    place = enrollments.lock_active_place(session, student_id, course_id)
    if place is None:
        raise NotLearning
    return place


def _keep(session: WriteSession, assignment: AssignmentFacts, place: EnrollmentFacts, work: HandIn) -> SubmissionId:
    values = {
        "text": work.text,
        "url": work.url,
        "file_id": work.file_id,
        "enrollment_id": place.id,
        "status": SubmissionStatus.SUBMITTED,
        "submitted_at": session.now,
    }
    earlier = repository.submission_of(session, assignment.id, place.student_id)
    if earlier is None:
        return _insert(session, assignment, place, values)
    old = earlier.file_id
    if work.file_id != old:
        _attach(session, work.file_id, place.student_id, earlier.id)
    if not repository.replace_submission(session, earlier.id, values):
        raise SubmissionReviewed
    if old is not None and work.file_id != old:
        files.release(session, old)
    return earlier.id


def _insert(
    session: WriteSession, assignment: AssignmentFacts, place: EnrollmentFacts, values: dict[str, Any]
) -> SubmissionId:
    submission_id = SubmissionId(new_id("sub"))
    _attach(session, values["file_id"], place.student_id, submission_id)
    first = {"id": submission_id, "assignment_id": assignment.id, "student_id": place.student_id, "attempt": 1}
    repository.insert_submission(session, first | values | {"created_at": session.now})
    return submission_id


def _attach(session: WriteSession, file_id: FileId | None, student_id: UserId, submission_id: SubmissionId) -> None:
    """Before the row names the file, which no other row may name."""
    if file_id is not None:
        files.attach(session, file_id, student_id, Purpose.HOMEWORK, to=submission_id)
