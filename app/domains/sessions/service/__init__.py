"""Rules of teaching sessions, one module for each use case. Other domains use what is named here."""

from app.domains.sessions.repository import SessionFilter
from app.domains.sessions.schemas import SessionCourse, SessionLocal, SessionPerson
from app.domains.sessions.service.attendance import record_joined, record_left, record_room_finished
from app.domains.sessions.service.booking import BookCommand, book, book_bundle, book_for
from app.domains.sessions.service.cancelling import CancelCommand, cancel
from app.domains.sessions.service.changing import demand_place, get_session_facts, hold_own
from app.domains.sessions.service.ending import end_planned, expect_ending, follow
from app.domains.sessions.service.feeding import (
    calendar_events,
    calendar_version,
    note_course_renamed,
    note_person_renamed,
)
from app.domains.sessions.service.finishing import complete_by_hand, contest
from app.domains.sessions.service.holding import (
    free_times,
    hold_agreed,
    hold_slot,
    may_book,
    next_times,
    redeem,
    redeem_by_moving,
)
from app.domains.sessions.service.leaving import erase, export_of, obligations_of
from app.domains.sessions.service.parts import part_of
from app.domains.sessions.service.places import get_place, list_places
from app.domains.sessions.service.reading import (
    calendar_event,
    calendar_file,
    find_move,
    get_contest,
    get_outcome,
    get_own_session,
    get_session,
    get_sessions,
    has_open_outcome,
    is_open_to_join,
    list_attendance,
    list_managed,
    list_of_place,
    list_sessions,
)
from app.domains.sessions.service.reassigning import Reassignment, reason_of_reassignment, reassign
from app.domains.sessions.service.rescheduling import MoveCommand, reschedule
from app.domains.sessions.service.resolving import Resolution, make_up, resolve
from app.domains.sessions.service.settling import enqueue_overdue, release_after_contest, settle
from app.domains.sessions.service.slots import (
    FirstFree,
    SlotQuestion,
    UnionQuestion,
    find_busy_ranges,
    find_course_slots,
    find_free_slots,
    first_free,
)
from app.domains.sessions.service.taking import open_place, take
from app.domains.sessions.service.wishes import Pair

__all__ = [
    "BookCommand",
    "CancelCommand",
    "FirstFree",
    "MoveCommand",
    "Pair",
    "Reassignment",
    "Resolution",
    "SessionCourse",
    "SessionFilter",
    "SessionLocal",
    "SessionPerson",
    "SlotQuestion",
    "UnionQuestion",
    "book",
    "book_bundle",
    "book_for",
    "calendar_event",
    "calendar_events",
    "calendar_file",
    "calendar_version",
    "cancel",
    "complete_by_hand",
    "contest",
    "demand_place",
    "end_planned",
    "enqueue_overdue",
    "erase",
    "expect_ending",
    "export_of",
    "find_busy_ranges",
    "find_course_slots",
    "find_free_slots",
    "find_move",
    "first_free",
    "follow",
    "free_times",
    "get_contest",
    "get_outcome",
    "get_own_session",
    "get_place",
    "get_session",
    "get_session_facts",
    "get_sessions",
    "has_open_outcome",
    "hold_agreed",
    "hold_own",
    "hold_slot",
    "is_open_to_join",
    "list_attendance",
    "list_managed",
    "list_of_place",
    "list_places",
    "list_sessions",
    "make_up",
    "may_book",
    "next_times",
    "note_course_renamed",
    "note_person_renamed",
    "obligations_of",
    "open_place",
    "part_of",
    "reason_of_reassignment",
    "reassign",
    "record_joined",
    "record_left",
    "record_room_finished",
    "redeem",
    "redeem_by_moving",
    "release_after_contest",
    "reschedule",
    "resolve",
    "settle",
    "take",
]
