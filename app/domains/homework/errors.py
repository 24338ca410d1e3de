"""Refusals about homework."""

from app.core.errors import Conflict, Forbidden, NotFound


class AssignmentNotFound(NotFound):
    """There is no such course or assignment, or the caller may not read what the course holds."""

    code = "assignment_not_found"
    title = "There is no such homework."
    hint = "GET /api/courses/{id}/homework lists the homework of a course that you take, teach or own."


class SubmissionNotFound(NotFound):
    """There is no such submission, or it is neither the caller's nor theirs to review."""

    code = "submission_not_found"
    title = "There is no such submission."
    hint = (
        "GET /api/homework/{id}/submissions lists those that you may review; your own is in GET "
        "/api/homework/{id}/submissions/me."
    )


class SubmissionHasNoFile(NotFound):
    """A text or an address was handed in, and no file."""

    code = "submission_has_no_file"
    title = "No file was handed in."
    hint = "GET /api/homework-submissions/{id} shows the text or the address that was."


class MayNotAssign(Forbidden):
    """Those who take or teach a course do not change its homework."""

    code = "may_not_assign"
    title = "You may not change the homework of this course."
    hint = "The course's creator or an admin can."


class MayNotReview(Forbidden):
    """Nobody reviews their own homework, and students do not read that of others."""

    code = "may_not_review"
    title = "You may not review this homework."
    hint = "The student's teacher, the course's creator or an admin can."


class TooManyAssignments(Conflict):
    """The course has as much homework as a course can have."""

    code = "too_many_assignments"
    title = "This course has as much homework as a course can have."
    hint = "Delete what is no longer given."


class AssignmentInUse(Conflict):
    """Somebody handed something in."""

    code = "assignment_in_use"
    title = "Students have handed this homework in."
    hint = "Deactivate it with PATCH /api/homework/{id}: it is kept, and asked of nobody any more."


class AssignmentInactive(Conflict):
    """The assignment is asked of nobody at present."""

    code = "assignment_inactive"
    title = "This homework is not given at present."
    hint = "GET /api/enrollments/{id}/homework shows what is still to be done."


class NotLearning(Forbidden):
    """The caller may read the homework, but has no place in the course that is under way."""

    code = "not_learning"
    title = "Only students whose place is under way hand in homework."
    hint = "GET /api/enrollments lists your places and how they stand."


class SubmissionReviewed(Conflict):
    """What was accepted is not changed any more."""

    code = "submission_reviewed"
    title = "This homework has been reviewed and is no longer changed."
    hint = "Ask your teacher if something is still to be done."


class SubmissionNotWaiting(Conflict):
    """It was reviewed before, perhaps a moment ago, or another attempt has come in since."""

    code = "submission_not_waiting"
    title = "This attempt does not wait for a review."
    hint = "GET /api/homework-submissions/{id} shows how it stands."


class NoFurtherAttempt(Conflict):
    """The student's place is not under way, so that nothing more can be handed in."""

    code = "no_further_attempt"
    title = "The student cannot hand in another attempt: their place in the course is not under way."
    hint = "Accept this attempt with `reviewed`; `feedback` can say what would make it better."


class PointsTooMany(Conflict):
    """More points than the assignment gives, or any where it gives none."""

    code = "points_too_many"
    title = "The homework does not give so many points."
    hint = "`max_points` of the homework is the most; without it there are none."
