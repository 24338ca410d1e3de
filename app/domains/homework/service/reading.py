"""Homework as those see it who take, teach or own the course, and submissions as their two sides do."""

from typing import Any

from app.db.keyset import Moment
from app.db.session import ReadSession
from app.domains.courses import service as courses
from app.domains.courses.policies import may_manage
from app.domains.courses.types import CourseFacts, CourseId
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId
from app.domains.files import service as files
from app.domains.files.types import FileFacts
from app.domains.homework import repository
from app.domains.homework.errors import AssignmentNotFound, MayNotReview, SubmissionHasNoFile, SubmissionNotFound
from app.domains.homework.policies import Access, to_submission
from app.domains.homework.types import (
    AssignmentFacts,
    AssignmentId,
    SubmissionFacts,
    SubmissionId,
    SubmissionStatus,
    Task,
)
from app.domains.users.types import UserId
from app.edge.principal import Principal


def readable_course(session: ReadSession, course_id: CourseId, viewer: Principal) -> CourseFacts:
    """A course whose content the viewer may read, in any state. Raises `AssignmentNotFound`."""
    course = courses.get_courses(session, [course_id]).get(course_id)
    if course is None or not enrollments.may_read_content(session, course, viewer):
        raise AssignmentNotFound
    return course


def list_assignments(
    session: ReadSession, course_id: CourseId, viewer: Principal, *, after: Moment | None, limit: int
) -> list[AssignmentFacts]:
    """The course's homework in the order in which it was made; what is not given at present is for those who manage the
    course. Raises `AssignmentNotFound`."""
    course = readable_course(session, course_id, viewer)
    with_inactive = may_manage(course, viewer)
    return repository.assignments(session, course.id, with_inactive=with_inactive, after=after, limit=limit)


def load_assignment(session: ReadSession, assignment_id: AssignmentId) -> AssignmentFacts:
    """Homework, whoever asks. Raises `AssignmentNotFound`."""
    assignment = repository.assignment(session, assignment_id)
    if assignment is None:
        raise AssignmentNotFound
    return assignment


def get_assignment(session: ReadSession, assignment_id: AssignmentId, viewer: Principal) -> AssignmentFacts:
    """Homework for those who may read what its course holds. Raises `AssignmentNotFound`."""
    assignment = load_assignment(session, assignment_id)
    readable_course(session, assignment.course_id, viewer)
    return assignment


def list_submissions(
    session: ReadSession,
    assignment_id: AssignmentId,
    viewer: Principal,
    *,
    status: SubmissionStatus | None,
    before: Moment | None,
    limit: int,
) -> list[SubmissionFacts]:
    """What students handed in, the newest first: all of it for those who manage the course, that of their own students
    for its teachers. Raises `AssignmentNotFound`, `MayNotReview`."""
    assignment = get_assignment(session, assignment_id, viewer)
    places = _places_to_review(session, assignment.course_id, viewer)
    return repository.submissions(session, assignment_id, places=places, status=status, before=before, limit=limit)


def _places_to_review(session: ReadSession, course_id: CourseId, viewer: Principal) -> list[EnrollmentId] | None:
    """None for those who review everybody's."""
    course = courses.get_course(session, course_id)
    if may_manage(course, viewer):
        return None
    places = enrollments.ids_taught(session, UserId(viewer.user_id), course.id)
    if not places and not courses.may_read_content(session, course, viewer):
        raise MayNotReview
    return places


def find_own_submission(session: ReadSession, assignment_id: AssignmentId, student_id: UserId) -> SubmissionFacts:
    """What the student handed in. Raises `SubmissionNotFound`."""
    submission = repository.submission_of(session, assignment_id, student_id)
    if submission is None:
        raise SubmissionNotFound
    return submission


def load_submission(session: ReadSession, submission_id: SubmissionId) -> SubmissionFacts:
    """A submission, whoever asks. Raises `SubmissionNotFound`."""
    submission = repository.submission(session, submission_id)
    if submission is None:
        raise SubmissionNotFound
    return submission


def get_submission(session: ReadSession, submission_id: SubmissionId, viewer: Principal) -> SubmissionFacts:
    """A submission for its author and for those who may review it. Raises `SubmissionNotFound`."""
    submission = load_submission(session, submission_id)
    access_to(session, submission, viewer)
    return submission


def get_submitted_file(session: ReadSession, submission_id: SubmissionId, viewer: Principal) -> FileFacts:
    """The file of a submission that the viewer may see. Raises `SubmissionNotFound`, `SubmissionHasNoFile`."""
    submission = get_submission(session, submission_id, viewer)
    if submission.file_id is None:
        raise SubmissionHasNoFile
    return files.get_facts(session, submission.file_id)


def access_to(session: ReadSession, submission: SubmissionFacts, viewer: Principal) -> Access:
    """What the viewer is to the submission. Raises `SubmissionNotFound` for strangers."""
    place = enrollments.get_enrollment(session, submission.enrollment_id)
    access = to_submission(viewer, submission, place, courses.get_course(session, place.course_id))
    if access is Access.STRANGER:
        raise SubmissionNotFound
    return access


def list_tasks(
    session: ReadSession, enrollment_id: EnrollmentId, viewer: Principal
) -> tuple[EnrollmentFacts, list[Task]]:
    """A place and what it asks of its student, for those who may see the place. Raises `EnrollmentNotFound`."""
    place = enrollments.get_visible(session, enrollment_id, UserId(viewer.user_id), is_admin=viewer.is_admin)
    return place, repository.tasks(session, place.course_id, place.student_id)


def list_files_of_place(session: ReadSession, enrollment_id: EnrollmentId) -> list[dict[str, Any]]:
    """The files that were handed in from a place: for which homework, when, and what they are."""
    found = []
    for title, at, file_id in repository.files_of_place(session, enrollment_id):
        file = files.get_facts(session, file_id)
        found.append(
            {"what": title, "handed_in_at": at, "name": file.name, "size_bytes": file.size_bytes, "etag": file.etag}
        )
    return found
