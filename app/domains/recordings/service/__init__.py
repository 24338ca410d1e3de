"""Rules of recordings, one module for each use case. Other domains use what is named here."""

from app.domains.recordings.service.copying import copy_later, find_waiting, keep, lose, receive, unheard_of
from app.domains.recordings.service.ending import erase, export_of, find, sweep
from app.domains.recordings.service.reading import list_kept, list_of_session, longest_kept, unknown_keys

__all__ = [
    "copy_later",
    "erase",
    "export_of",
    "find",
    "find_waiting",
    "keep",
    "list_kept",
    "list_of_session",
    "longest_kept",
    "lose",
    "receive",
    "sweep",
    "unheard_of",
    "unknown_keys",
]
