"""Rules of people's time: when teachers offer it, what else they have to do, and that nobody's time is taken twice.
Other domains use what is named here."""

from app.domains.calendar.service.availability import (
    get_availability,
    replace_availability,
    rules_for,
    set_availability,
)
from app.domains.calendar.service.external import (
    accepted,
    add_external,
    enqueue_due,
    get_external,
    list_externals,
    note_copy,
    note_failure,
    note_unchanged,
    outside_times,
    read_now,
    remove_external,
    shown,
    to_read,
)
from app.domains.calendar.service.leaving import erase, export_of
from app.domains.calendar.service.overrides import get_override, list_overrides, remove_overrides, replace_overrides
from app.domains.calendar.service.taking import give_back_time, is_taken, lock_people, take_time

__all__ = [
    "accepted",
    "add_external",
    "enqueue_due",
    "erase",
    "export_of",
    "get_availability",
    "get_external",
    "get_override",
    "give_back_time",
    "is_taken",
    "list_externals",
    "list_overrides",
    "lock_people",
    "note_copy",
    "note_failure",
    "note_unchanged",
    "outside_times",
    "read_now",
    "remove_external",
    "remove_overrides",
    "replace_availability",
    "replace_overrides",
    "rules_for",
    "set_availability",
    "shown",
    "take_time",
    "to_read",
]
