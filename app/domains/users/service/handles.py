"""Giving out handles."""

import re
import unicodedata
from typing import Literal

from app.core.ids import new_id
from app.db.session import ReadSession
from app.domains.users import repository
from app.domains.users.handles import is_handle, is_reserved
from app.domains.users.schemas import HandleCheck
from app.domains.users.types import UserId

_LONGEST_HANDLE = 20


def check_handle(session: ReadSession, user_id: UserId, handle: str) -> HandleCheck:
    """Whether this person may take the handle now. The own one is free."""
    reason = _reason_against(session, user_id, handle.lower())
    return HandleCheck(handle=handle.lower(), is_free=reason is None, reason=reason)


def _reason_against(
    session: ReadSession, user_id: UserId, handle: str
) -> Literal["taken", "reserved", "invalid"] | None:
    if not is_handle(handle):
        return "invalid"
    if is_reserved(handle):
        return "reserved"
    return "taken" if repository.id_by_handle(session, handle) not in {None, user_id} else None


def free_handle(session: ReadSession, name: str, user_id: UserId) -> str:
    """Letters, digits and underscores made from the name, starting with a letter; a suffix when somebody else has
    it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_0123456789")[:_LONGEST_HANDLE]
    if len(base) < 3 or is_reserved(base):  # noqa: PLR2004 - the shortest handle
        base = "newcomer"
    if repository.id_by_handle(session, base) in {None, user_id}:
        return base
    return f"{base[:12]}_{new_id('h')[-7:]}"
