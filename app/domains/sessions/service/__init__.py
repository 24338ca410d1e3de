"""Rules of teaching sessions, one module for each use case. Other domains use what is named here."""

from app.domains.sessions.repository import SessionFilter
from app.domains.sessions.schemas import SessionCourse, SessionLocal, SessionPerson
from app.domains.sessions.service.attendance import record_joined, record_left, record_room_finished
from app.domains.sessions.service.booking import BookCommand, book
from app.domains.sessions.service.holding import free_times, hold_agreed, hold_slot, may_book, next_times, redeem
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
from app.domains.sessions.service.taking import open_place, take
from app.domains.sessions.service.wishes import Pair

__all__ = [
    "BookCommand",
    "Pair",
    "SessionCourse",
    "SessionFilter",
    "SessionLocal",
    "SessionPerson",
    "SlotQuestion",
    "book",
    "calendar_event",
    "calendar_file",
    "enqueue_overdue",
    "export_of",
    "find_free_slots",
    "first_free",
    "free_times",
    "get_own_session",
    "get_session",
    "get_session_facts",
    "hold_agreed",
    "hold_slot",
    "list_sessions",
    "may_book",
    "next_times",
    "obligations_of",
    "open_place",
    "record_joined",
    "record_left",
    "record_room_finished",
    "redeem",
    "release_after_contest",
    "settle",
    "take",
]
