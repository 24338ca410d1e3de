"""Teachers and creators judge what was handed in; the last judgement completes the course."""

from app.db.session import WriteSession
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentFacts
from app.domains.homework import repository
from app.domains.homework.errors import (
    AssignmentInactive,
    MayNotReview,
    NoFurtherAttempt,
    PointsTooMany,
    SubmissionNotWaiting,
)
from app.domains.homework.events import HomeworkReviewed
from app.domains.homework.policies import Access
from app.domains.homework.service.completing import complete_if_done
from app.domains.homework.service.reading import access_to, load_assignment, load_submission
from app.domains.homework.types import (
    AssignmentFacts,
    Decision,
    Review,
    SubmissionFacts,
    SubmissionId,
    SubmissionStatus,
)
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.principal import Principal


def review(session: WriteSession, caller: Principal, submission_id: SubmissionId, judged: Review) -> SubmissionFacts:
    """Judge the attempt that waits. Of two reviewers at once one is refused, and so is whoever has seen an attempt that
    was replaced meanwhile.

    Raises `SubmissionNotFound`, `MayNotReview`, `PointsTooMany`, `SubmissionNotWaiting`; when another attempt is asked
    for, `NoFurtherAttempt` and `AssignmentInactive` too.
    """
    submission = load_submission(session, submission_id)
    if access_to(session, submission, users.as_of_now(session, caller)) is not Access.REVIEWER:
        raise MayNotReview
    assignment = load_assignment(session, submission.assignment_id)
    if judged.points is not None and judged.points > (assignment.max_points or 0):
        raise PointsTooMany
    # The place in which the student learns now; after a retake it is not the one in which this was handed in.
    place = enrollments.lock_active_place(session, submission.student_id, assignment.course_id)
    _judge(session, caller, submission, judged)
    if judged.decision is Decision.RESUBMIT_REQUESTED:
        _demand_another(place, assignment)
    session.publish(HomeworkReviewed(submission.id, submission.attempt, submission.student_id))
    if place is not None:
        complete_if_done(session, place)
    return load_submission(session, submission_id)


def _judge(session: WriteSession, caller: Principal, submission: SubmissionFacts, judged: Review) -> None:
    values = {
        "status": SubmissionStatus(judged.decision),
        "feedback": judged.feedback,
        "points": judged.points,
        "reviewed_by_user_id": UserId(caller.user_id),
    }
    attempt = judged.attempt or submission.attempt
    if not repository.review(session, submission.id, attempt, values):
        raise SubmissionNotWaiting


def _demand_another(place: EnrollmentFacts | None, assignment: AssignmentFacts) -> None:
    """Nobody is asked for what would be refused: it goes by what handing in asks for."""
    if place is None:
        raise NoFurtherAttempt
    if not assignment.is_active:
        raise AssignmentInactive
