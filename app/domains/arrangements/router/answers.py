"""Problems that several routes about arrangements can answer."""

from app.domains.sessions.errors import (
    NOT_BOOKABLE,
    NOT_FREE,
    HoldOver,
    SessionNotFound,
    SessionNotPlanned,
)

PLANNING = (*NOT_BOOKABLE, SessionNotFound, SessionNotPlanned)
"""Whoever arranges one more session of a place, or another time of a planned one."""

REDEEMING = (HoldOver, *PLANNING, *NOT_FREE)
"""Whoever takes the time that is kept for it."""
