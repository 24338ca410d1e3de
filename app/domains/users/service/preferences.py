"""What somebody chose: which classes of mail they want."""

from dataclasses import asdict, fields

from app.db.session import ReadSession, WriteSession
from app.domains.users import repository
from app.domains.users.schemas import MailSettings, Settings
from app.domains.users.service.people import lock_user
from app.domains.users.types import MailChoices, UserId
from app.edge.etags import Expected

_CLASSES = tuple(field.name for field in fields(MailChoices))


def mail_preferences(session: ReadSession, user_id: UserId) -> MailChoices:
    """Which classes of mail the person wants; the defaults for who never chose."""
    row = repository.mail_preferences(session, user_id)
    return MailChoices(**{name: getattr(row, name) for name in _CLASSES}) if row else MailChoices()


def get_settings(session: ReadSession, user_id: UserId) -> Settings:
    return Settings(mail=MailSettings(**asdict(mail_preferences(session, user_id))))


def change_settings(
    session: WriteSession, user_id: UserId, mail_changes: dict[str, bool], expected: Expected
) -> Settings:
    """Choose some classes of mail; the others stay. Raises `UserNotFound`, `PreconditionFailed`."""
    lock_user(session, user_id)
    expected.check(get_settings(session, user_id))
    if mail_changes:
        repository.put_mail_preferences(session, user_id, otherwise=asdict(MailChoices()), changes=mail_changes)
    return get_settings(session, user_id)
