"""What a certified teacher's standing means for the courses they teach."""

from app.db.session import WriteSession
from app.domains.certificates import service
from app.domains.roles.events import PersonSuspended


def on_person_suspended(session: WriteSession, event: PersonSuspended) -> None:
    service.notice_leaving(session, event.user_id)
