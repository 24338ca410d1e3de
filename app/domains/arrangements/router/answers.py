"""Problems that several routes about arrangements can answer."""

from app.domains.enrollments.errors import EnrollmentNotFound, TeacherNotAvailable
from app.domains.sessions.errors import (
    EnrollmentNotActive,
    HoldOver,
    NoSessionsLeft,
    SessionNotFound,
    SessionNotPlanned,
    SlotNotOffered,
    SlotTaken,
    StudentBusy,
)

PLANNING = (
    EnrollmentNotFound,
    EnrollmentNotActive,
    TeacherNotAvailable,
    NoSessionsLeft,
    SessionNotFound,
    SessionNotPlanned,
)
"""Whoever arranges one more session of a place, or another time of a planned one."""

REDEEMING = (HoldOver, *PLANNING, SlotNotOffered, SlotTaken, StudentBusy)
"""Whoever takes the time that is kept for it."""
