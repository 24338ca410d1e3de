"""The picture of a course. Each change answers the course as it then is and raises as `managing.edit` does."""

from typing import Any

from sqlalchemy import Row

from app.db.session import WriteSession
from app.domains.courses.repository import courses
from app.domains.courses.schemas.studio import Draft
from app.domains.courses.service.managing import edit
from app.domains.files import service as files
from app.domains.files.types import FileId, Purpose
from app.domains.users.types import UserId
from app.edge.etags import Expected
from app.edge.principal import Principal


def set_thumbnail(
    session: WriteSession, id_or_slug: str, caller: Principal, expected: Expected, file_id: FileId
) -> Draft:
    """Show the picture made of a file that the caller uploaded; the one before is deleted. Raises as `files.attach`
    does too."""

    def apply(row: Row[Any]) -> None:
        file = files.attach(session, file_id, UserId(caller.user_id), Purpose.COURSE_THUMBNAIL, to=row.id)
        if row.thumbnail_file_id != file.id:
            release(session, row)
        courses.change(session, row.id, {"thumbnail_key": file.key, "thumbnail_file_id": file.id})

    return edit(session, id_or_slug, caller, expected, "thumbnail_set", apply)


def remove_thumbnail(session: WriteSession, id_or_slug: str, caller: Principal, expected: Expected) -> Draft:
    """Show no picture, and delete the one there was."""

    def apply(row: Row[Any]) -> None:
        release(session, row)
        courses.change(session, row.id, {"thumbnail_key": None, "thumbnail_file_id": None})

    return edit(session, id_or_slug, caller, expected, "thumbnail_removed", apply)


def release(session: WriteSession, row: Row[Any]) -> None:
    """Delete the picture of a course that no longer shows it."""
    if row.thumbnail_file_id is not None:
        files.release(session, row.thumbnail_file_id)
