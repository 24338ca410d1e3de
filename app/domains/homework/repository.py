"""SQL of homework. Rows leave as facts: every change is an UPDATE that loaded objects do not see."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, delete, exists, func, insert, or_, select, update

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.files.types import FileId
from app.domains.homework.models import Assignment, Submission
from app.domains.homework.types import (
    AssignmentFacts,
    AssignmentId,
    SubmissionFacts,
    SubmissionId,
    SubmissionStatus,
    Task,
)
from app.domains.users.types import UserId

_ASSIGNMENT = (
    Assignment.id,
    Assignment.course_id,
    Assignment.module_id,
    Assignment.title,
    Assignment.instructions,
    Assignment.due_within_days,
    Assignment.is_required,
    Assignment.max_points,
    Assignment.is_active,
    Assignment.created_at,
    Assignment.updated_at,
)
_SUBMISSION = (
    Submission.id,
    Submission.assignment_id,
    Submission.student_id,
    Submission.enrollment_id,
    Submission.text,
    Submission.url,
    Submission.file_id,
    Submission.status,
    Submission.attempt,
    Submission.submitted_at,
    Submission.reviewed_by_user_id,
    Submission.reviewed_at,
    Submission.feedback,
    Submission.points,
)
_COUNTS = and_(Assignment.is_active, Assignment.is_required)
_IS_UNUSED = ~exists().where(Submission.assignment_id == Assignment.id)


def assignment(session: ReadSession, assignment_id: AssignmentId) -> AssignmentFacts | None:
    return _one_assignment(session, select(*_ASSIGNMENT).where(Assignment.id == assignment_id))


def hold_assignment(session: WriteSession, assignment_id: AssignmentId) -> AssignmentFacts | None:
    """The assignment, which nobody changes until this transaction ends; others may hold it too."""
    wanted = select(*_ASSIGNMENT).where(Assignment.id == assignment_id)
    return _one_assignment(session, wanted.with_for_update(read=True))


def lock_assignment(session: WriteSession, assignment_id: AssignmentId) -> AssignmentFacts | None:
    """The assignment, kept from everybody else who locks or holds it until this transaction ends."""
    return _one_assignment(session, select(*_ASSIGNMENT).where(Assignment.id == assignment_id).with_for_update())


def _one_assignment(session: ReadSession, wanted: Select[*tuple[Any, ...]]) -> AssignmentFacts | None:
    row = session.execute(wanted).one_or_none()
    return AssignmentFacts(*row) if row else None


def assignments(
    session: ReadSession, course_id: CourseId, *, with_inactive: bool, after: Moment | None, limit: int
) -> list[AssignmentFacts]:
    """Of the course, in the order in which they were made."""
    wanted = select(*_ASSIGNMENT).where(Assignment.course_id == course_id)
    if not with_inactive:
        wanted = wanted.where(Assignment.is_active)
    page = page_after(wanted, Assignment.created_at, Assignment.id, place=after, limit=limit, is_descending=False)
    return [AssignmentFacts(*row) for row in session.execute(page)]


def count_assignments(session: ReadSession, course_id: CourseId) -> int:
    return session.scalar(select(func.count()).where(Assignment.course_id == course_id)) or 0


def insert_assignment(session: WriteSession, values: dict[str, Any]) -> None:
    session.change(insert(Assignment).values(values))


def change_assignment(session: WriteSession, assignment_id: AssignmentId, values: dict[str, Any]) -> None:
    changed = values | {"updated_at": session.now}
    session.change(update(Assignment).where(Assignment.id == assignment_id).values(changed))


def delete_unused(session: WriteSession, assignment_id: AssignmentId) -> bool:
    """False when somebody has handed something in."""
    return session.change(delete(Assignment).where(Assignment.id == assignment_id, _IS_UNUSED)) == 1


def delete_unused_of_course(session: WriteSession, course_id: CourseId) -> None:
    session.change(delete(Assignment).where(Assignment.course_id == course_id, _IS_UNUSED))


def students_with_open(session: ReadSession, course_id: CourseId, student_ids: Collection[UserId]) -> frozenset[UserId]:
    """Those of the students for whom a required assignment of the course has no reviewed submission."""
    required = session.scalar(select(func.count()).where(Assignment.course_id == course_id, _COUNTS)) or 0
    if not required:
        return frozenset()
    reviewed = (
        select(Submission.student_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == course_id, _COUNTS, Submission.status == SubmissionStatus.REVIEWED)
        .where(Submission.student_id.in_(student_ids))
        .group_by(Submission.student_id)
        .having(func.count() == required)
    )
    return frozenset(student_ids) - frozenset(session.scalars(reviewed))


def tasks(session: ReadSession, course_id: CourseId, student_id: UserId) -> list[Task]:
    """What is asked of a student, and what is no more but was handed in, in the order in which it was made."""
    of_student = and_(Submission.assignment_id == Assignment.id, Submission.student_id == student_id)
    wanted = (
        select(*_ASSIGNMENT, *_SUBMISSION)
        .outerjoin(Submission, of_student)
        .where(Assignment.course_id == course_id, or_(Assignment.is_active, Submission.id.is_not(None)))
        .order_by(Assignment.created_at, Assignment.id)
    )
    return [_task(row) for row in session.execute(wanted)]


def _task(row: Row[*tuple[Any, ...]]) -> Task:
    width = len(_ASSIGNMENT)
    own = row[width:]
    return Task(AssignmentFacts(*row[:width]), _submission(own) if own[0] is not None else None)


def submission(session: ReadSession, submission_id: SubmissionId) -> SubmissionFacts | None:
    return _one_submission(session, select(*_SUBMISSION).where(Submission.id == submission_id))


def submission_of(session: ReadSession, assignment_id: AssignmentId, student_id: UserId) -> SubmissionFacts | None:
    of_student = Submission.assignment_id == assignment_id, Submission.student_id == student_id
    return _one_submission(session, select(*_SUBMISSION).where(*of_student))


def _one_submission(session: ReadSession, wanted: Select[*tuple[Any, ...]]) -> SubmissionFacts | None:
    row = session.execute(wanted).one_or_none()
    return _submission(row) if row else None


def _submission(row: Any) -> SubmissionFacts:
    values = {column.key: value for column, value in zip(_SUBMISSION, row, strict=True)}
    return SubmissionFacts(**values | {"status": SubmissionStatus(values["status"])})


def submissions(
    session: ReadSession,
    assignment_id: AssignmentId,
    *,
    places: Collection[EnrollmentId] | None,
    status: SubmissionStatus | None,
    before: Moment | None,
    limit: int,
) -> list[SubmissionFacts]:
    """To an assignment, from these places or from all, the newest first."""
    wanted = select(*_SUBMISSION).where(Submission.assignment_id == assignment_id)
    if places is not None:
        wanted = wanted.where(Submission.enrollment_id.in_(places))
    if status is not None:
        wanted = wanted.where(Submission.status == status)
    page = page_after(wanted, Submission.submitted_at, Submission.id, place=before, limit=limit)
    return [_submission(row) for row in session.execute(page)]


def files_of_place(session: ReadSession, enrollment_id: EnrollmentId) -> list[tuple[str, datetime, FileId]]:
    """Title of the homework, when it was handed in, and the file, the oldest first."""
    statement = (
        select(Assignment.title, Submission.submitted_at, Submission.file_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Submission.enrollment_id == enrollment_id)
        .order_by(Submission.submitted_at, Submission.id)
    )
    return [(title, at, file_id) for title, at, file_id in session.execute(statement) if file_id is not None]


def insert_submission(session: WriteSession, values: dict[str, Any]) -> None:
    session.change(insert(Submission).values(values))


def replace_submission(session: WriteSession, submission_id: SubmissionId, values: dict[str, Any]) -> bool:
    """False when it was accepted: then it stays as it is."""
    statement = update(Submission).where(Submission.id == submission_id, Submission.status != SubmissionStatus.REVIEWED)
    return session.change(statement.values(values | {"attempt": Submission.attempt + 1})) == 1


def review(session: WriteSession, submission_id: SubmissionId, attempt: int, values: dict[str, Any]) -> bool:
    """Judge the attempt while it waits; exactly one caller gets True."""
    statement = update(Submission).where(
        Submission.id == submission_id,
        Submission.attempt == attempt,
        Submission.status == SubmissionStatus.SUBMITTED,
    )
    return session.change(statement.values(values | {"reviewed_at": session.now})) == 1


def delete_of_student(session: WriteSession, student_id: UserId) -> list[FileId]:
    """Delete all that the student handed in; the files that were among it."""
    of_student = Submission.student_id == student_id
    files = list(session.scalars(select(Submission.file_id).where(of_student, Submission.file_id.is_not(None))))
    session.change(delete(Submission).where(of_student))
    return [file_id for file_id in files if file_id is not None]


def export_assignments(session: ReadSession, user_id: UserId) -> list[Plain]:
    made = Assignment.created_by_user_id == user_id
    return plain_rows(session, select(*_ASSIGNMENT).where(made).order_by(Assignment.created_at.desc(), Assignment.id))


def export_submissions(session: ReadSession, user_id: UserId) -> list[Plain]:
    own = [column for column in _SUBMISSION if column.key not in {"student_id", "reviewed_by_user_id"}]
    wanted = select(*own).where(Submission.student_id == user_id)
    return plain_rows(session, wanted.order_by(Submission.submitted_at.desc(), Submission.id))


def export_reviews(session: ReadSession, user_id: UserId) -> list[Plain]:
    written = (Submission.id, Submission.reviewed_at, Submission.status, Submission.feedback, Submission.points)
    wanted = select(*written).where(Submission.reviewed_by_user_id == user_id)
    return plain_rows(session, wanted.order_by(Submission.reviewed_at.desc(), Submission.id))
