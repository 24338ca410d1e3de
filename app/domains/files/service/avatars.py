"""People's pictures."""

from app.db.session import WriteSession
from app.domains.files import repository
from app.domains.files.service.closing import give_up
from app.domains.files.service.using import attach
from app.domains.files.types import FileFacts, FileId, Purpose
from app.domains.users import service as users
from app.domains.users.types import UserId


def set_avatar(session: WriteSession, user_id: UserId, file_id: FileId) -> FileFacts:
    """Show this picture of the person from now on. The one before is deleted.

    Raises `UserNotFound`, and as `attach` does.
    """
    users.lock_user(session, user_id)
    file = attach(session, file_id, user_id, Purpose.AVATAR, to=user_id)
    _give_up_others(session, user_id, file_id)
    users.set_avatar(session, user_id, file.key)
    return file


def remove_avatar(session: WriteSession, user_id: UserId) -> None:
    """Show no picture of the person, and delete the one there was. Raises `UserNotFound`."""
    users.lock_user(session, user_id)
    _give_up_others(session, user_id, None)
    users.set_avatar(session, user_id, None)


def _give_up_others(session: WriteSession, user_id: UserId, kept: FileId | None) -> None:
    for file in repository.attached_to(session, user_id, Purpose.AVATAR):
        if file.id != kept:
            give_up(session, file)
