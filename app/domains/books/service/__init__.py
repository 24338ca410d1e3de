"""Rules of checking the books, and of writing down how they differ."""

from app.domains.books.service.accepting import accept
from app.domains.books.service.checking import find_faults, record_check, show_books
from app.domains.books.service.comparing import (
    OurSide,
    list_findings,
    our_side,
    read_until,
    record_comparison,
    record_findings,
    record_read,
)

__all__ = [
    "OurSide",
    "accept",
    "find_faults",
    "list_findings",
    "our_side",
    "read_until",
    "record_check",
    "record_comparison",
    "record_findings",
    "record_read",
    "show_books",
]
