"""Rules of the catalogue, one module for each use case. Other modules use what is named here."""

from app.domains.catalogue.service.cards import Cards
from app.domains.catalogue.service.featuring import feature
from app.domains.catalogue.service.following import Change, follow, rebuild, relabel
from app.domains.catalogue.service.listing import find_due, find_free_of_teacher
from app.domains.catalogue.service.people import list_people, view_numbers
from app.domains.catalogue.service.reading import (
    find_visible,
    list_courses,
    list_tags,
    list_topics,
    look_up_listed,
    read_curriculum,
    view_unlisted,
)

__all__ = [
    "Cards",
    "Change",
    "feature",
    "find_due",
    "find_free_of_teacher",
    "find_visible",
    "follow",
    "list_courses",
    "list_people",
    "list_tags",
    "list_topics",
    "look_up_listed",
    "read_curriculum",
    "rebuild",
    "relabel",
    "view_numbers",
    "view_unlisted",
]
