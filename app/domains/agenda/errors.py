"""Refusals about calendar feeds."""

from app.core.errors import NotFound


class CalendarFeedNotFound(NotFound):
    """There is no feed at this address: it was replaced or given up, or its owner may not be here any more. Or the
    caller has none yet."""

    code = "calendar_feed_not_found"
    title = "There is no such calendar feed."
    hint = "POST /api/users/me/calendar-feed makes one and answers its address."
