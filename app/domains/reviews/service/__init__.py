"""Rules of reviews and session ratings, one module for each use case. Other domains use what is named here."""

from app.domains.reviews.service.answering import reply, take_back_reply
from app.domains.reviews.service.hiding import hide, show
from app.domains.reviews.service.leaving import erase, export_of
from app.domains.reviews.service.rating import get_feedback, rate_session
from app.domains.reviews.service.reading import (
    get_of_place,
    get_review,
    get_visible,
    list_all,
    list_of_course,
    list_of_teacher,
    stars_of_course,
    stars_of_teacher,
)
from app.domains.reviews.service.writing import change, write

__all__ = [
    "change",
    "erase",
    "export_of",
    "get_feedback",
    "get_of_place",
    "get_review",
    "get_visible",
    "hide",
    "list_all",
    "list_of_course",
    "list_of_teacher",
    "rate_session",
    "reply",
    "show",
    "stars_of_course",
    "stars_of_teacher",
    "take_back_reply",
    "write",
]
