"""What happens to payouts when something happens to their payees."""

from app.db.session import WriteSession
from app.domains.payouts import service
from app.domains.roles.events import PersonSuspended


def on_person_suspended(session: WriteSession, event: PersonSuspended) -> None:
    service.hold_of_suspended(session, event.user_id)
