"""Rules of teaching sessions, one module for each use case. Other domains use what is named here."""

from app.domains.sessions.repository import SessionFilter
from app.domains.sessions.service.attendance import record_joined, record_left, record_room_finished
from app.domains.sessions.service.booking import BookCommand, book
from app.domains.sessions.service.leaving import export_of, obligations_of
from app.domains.sessions.service.reading import (
    calendar_event,
    calendar_file,
    get_own_session,
    get_session,
    get_session_facts,
    has_open_outcome,
    list_attendance,
    list_of_place,
    list_sessions,
)
from app.domains.sessions.service.settling import enqueue_overdue, release_after_contest, settle
from app.domains.sessions.service.slots import SlotQuestion, find_free_slots, first_free

__all__ = [
    "BookCommand",
    "SessionFilter",
    "SlotQuestion",
    "book",
    "calendar_event",
    "calendar_file",
    "enqueue_overdue",
    "export_of",
    "find_free_slots",
    "first_free",
    "get_own_session",
    "get_session",
    "get_session_facts",
    "has_open_outcome",
    "list_attendance",
    "list_of_place",
    "list_sessions",
    "obligations_of",
    "record_joined",
    "record_left",
    "record_room_finished",
    "release_after_contest",
    "settle",
]
