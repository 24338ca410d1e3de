"""Places as their people see them."""

from collections.abc import Sequence

from app.db.keyset import Moment
from app.db.session import ReadSession
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId
from app.domains.sessions import repository
from app.domains.sessions.schemas import Enrollment
from app.domains.users.types import UserId


def list_places(session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int) -> list[Enrollment]:
    """Those the person holds or teaches, newest first."""
    return _show(session, enrollments.list_enrollments(session, user_id, before=before, limit=limit))


def get_place(session: ReadSession, enrollment_id: EnrollmentId, viewer_id: UserId, *, is_admin: bool) -> Enrollment:
    """For its people, the course's creator and admins. Raises `EnrollmentNotFound` for anybody else."""
    [shown] = _show(session, [enrollments.get_visible(session, enrollment_id, viewer_id, is_admin=is_admin)])
    return shown


def _show(session: ReadSession, places: Sequence[EnrollmentFacts]) -> list[Enrollment]:
    """In the given order."""
    uses = repository.uses_of(session, [place.id for place in places])
    return [Enrollment.of(place, uses[place.id]) for place in places]
