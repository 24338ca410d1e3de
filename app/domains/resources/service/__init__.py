"""Rules of resources, one module for each use case. Other domains use what is named here."""

from app.domains.resources.service.leaving import export_of
from app.domains.resources.service.reading import (
    get_resource,
    list_of_course,
    list_of_session,
    open_resource,
)
from app.domains.resources.service.sharing import (
    add_to_course,
    add_to_session,
    change_resource,
    hand_over,
    put_in_order,
    remove_all,
    remove_resource,
)

__all__ = [
    "add_to_course",
    "add_to_session",
    "change_resource",
    "export_of",
    "get_resource",
    "hand_over",
    "list_of_course",
    "list_of_session",
    "open_resource",
    "put_in_order",
    "remove_all",
    "remove_resource",
]
