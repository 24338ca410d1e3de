"""What is kept of somebody's time, for them to read and to have erased."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.calendar import repository
from app.domains.users.types import UserId


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """When the person offers lessons. Weekday 0 is Sunday; minutes count from midnight in that zone. Of an external
    calendar only the host is told: its whole address opens it."""
    return {
        "rules": repository.export_profile(session, user_id),
        "own_rules": repository.export_rules(session, user_id),
        "weekly": repository.export_windows(session, user_id),
        "dates": repository.export_overrides(session, user_id),
        "external_calendars": repository.export_external(session, user_id),
    }


def erase(session: WriteSession, user_id: UserId) -> None:
    """The person offers nothing any more. The time that past lessons took stays taken: it names nobody."""
    repository.delete_external_of(session, user_id)
    repository.delete_availability(session, user_id)
