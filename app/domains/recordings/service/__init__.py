"""Rules of recordings, one module for each use case. Other domains use what is named here."""

from app.domains.recordings.service.copying import (
    copy_again,
    delete_again,
    find_missing,
    find_waiting,
    keep,
    lose,
    may_still_come,
    receive,
    to_ask_about,
)
from app.domains.recordings.service.ending import erase, export_of, find, sweep
from app.domains.recordings.service.reading import list_kept, list_of_session, longest_kept, unknown_keys

__all__ = [
    "copy_again",
    "delete_again",
    "erase",
    "export_of",
    "find",
    "find_missing",
    "find_waiting",
    "keep",
    "list_kept",
    "list_of_session",
    "longest_kept",
    "lose",
    "may_still_come",
    "receive",
    "sweep",
    "to_ask_about",
    "unknown_keys",
]
