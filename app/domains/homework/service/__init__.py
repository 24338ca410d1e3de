"""Rules of homework, one module for each use case. Other domains use what is named here."""

from app.domains.homework.service.assigning import (
    change_assignment,
    create_assignment,
    delete_all_unused,
    delete_assignment,
)
from app.domains.homework.service.completing import complete_if_done
from app.domains.homework.service.leaving import erase, export_of
from app.domains.homework.service.reading import (
    find_own_submission,
    get_assignment,
    get_submission,
    get_submitted_file,
    list_assignments,
    list_files_of_place,
    list_submissions,
    list_tasks,
    load_assignment,
    load_submission,
)
from app.domains.homework.service.reviewing import review
from app.domains.homework.service.submitting import submit

__all__ = [
    "change_assignment",
    "complete_if_done",
    "create_assignment",
    "delete_all_unused",
    "delete_assignment",
    "erase",
    "export_of",
    "find_own_submission",
    "get_assignment",
    "get_submission",
    "get_submitted_file",
    "list_assignments",
    "list_files_of_place",
    "list_submissions",
    "list_tasks",
    "load_assignment",
    "load_submission",
    "review",
    "submit",
]
