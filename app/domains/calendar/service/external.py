"""Calendars elsewhere, whose busy times are not offered."""

from collections.abc import Collection
from datetime import timedelta

from app.db.session import ReadSession
from app.domains.calendar import repository
from app.domains.calendar.types import OutsideDates, OutsideTime
from app.domains.users.types import UserId

_REACH = timedelta(days=400)  # beyond any horizon


def outside_times(session: ReadSession, user_ids: Collection[UserId]) -> dict[UserId, list[OutsideTime | OutsideDates]]:
    """What these people have elsewhere from now on."""
    found: dict[UserId, list[OutsideTime | OutsideDates]] = {}
    for user_id, time in repository.outside_times(session, user_ids, session.now, session.now + _REACH):
        found.setdefault(user_id, []).append(time)
    return found
