"""Rules of teaching sessions, one module for each use case. Other domains use what is named here."""

from app.domains.sessions.repository import SessionFilter
from app.domains.sessions.service.attendance import record_joined, record_left, record_room_finished
from app.domains.sessions.service.booking import BookCommand, book
from app.domains.sessions.service.feeding import (
    calendar_events,
    calendar_version,
    note_course_renamed,
    note_person_renamed,
)
from app.domains.sessions.service.leaving import export_of, obligations_of
from app.domains.sessions.service.reading import (
    calendar_event,
    calendar_file,
    get_own_session,
    get_session,
    get_session_facts,
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
    "calendar_events",
    "calendar_file",
    "calendar_version",
    "enqueue_overdue",
    "export_of",
    "find_free_slots",
    "first_free",
    "get_own_session",
    "get_session",
    "get_session_facts",
    "list_sessions",
    "note_course_renamed",
    "note_person_renamed",
    "obligations_of",
    "record_joined",
    "record_left",
    "record_room_finished",
    "release_after_contest",
    "settle",
]
