"""Tables of the catalogue: nothing in them is not also elsewhere, and all of it can be made anew.

Slugs, titles as they are sorted, labels, words and spellings are compared byte by byte: for ranges, and for orders that
must not differ between the databases.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, one_of
from app.db.types import Cents, JsonValue, PlainText
from app.domains.catalogue.types import LabelKind
from app.domains.courses.types import CourseId
from app.domains.users.types import UserId


def _another() -> int:
    return secrets.randbits(63)


class CourseListing(Base):
    """A course on sale as lists and its own page show it."""

    __tablename__ = "course_listings"
    __table_args__ = (
        Index("ix_course_listings_published_at", "published_at", "course_id"),
        Index("ix_course_listings_sort_title", "sort_title", "course_id"),
        Index("ix_course_listings_price_cents", "price_cents", "course_id"),
        Index("ix_course_listings_rating", "rating_hundredths", "rating_count", "course_id"),
        Index("ix_course_listings_student_count", "student_count", "course_id"),
        Index("ix_course_listings_creator_id", "creator_id", "published_at", "course_id"),
        Index("ix_course_listings_creator_handle", "creator_handle"),
        Index("ix_course_listings_free_due_at", "free_due_at"),
    )

    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    # Another one with each change, whoever makes it: what was made of the row once is found by it.
    version: Mapped[int] = mapped_column(BigInteger, default=_another, onupdate=_another, server_default="0")
    slug: Mapped[str] = mapped_column(PlainText, unique=True)
    title: Mapped[str]
    sort_title: Mapped[str] = mapped_column(PlainText, server_default="")
    tagline: Mapped[str]
    level: Mapped[str]
    topics: Mapped[list[dict[str, str]]] = mapped_column(JsonValue)
    tags: Mapped[list[str]] = mapped_column(JsonValue)
    creator_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    creator_name: Mapped[str]
    creator_handle: Mapped[str]
    creator_avatar_key: Mapped[str | None]
    thumbnail_key: Mapped[str | None]
    price_cents: Mapped[int] = mapped_column(Cents)
    currency: Mapped[str]
    session_count: Mapped[int]
    session_duration_minutes: Mapped[int]
    module_count: Mapped[int]
    rating_sum: Mapped[int]
    rating_hundredths: Mapped[int]  # of a star, rounded half up; 0 while nobody has rated
    rating_count: Mapped[int]
    student_count: Mapped[int]
    next_free_at: Mapped[datetime | None]
    free_due_at: Mapped[datetime]  # when `next_free_at` is to be found anew
    is_featured: Mapped[bool]
    published_at: Mapped[datetime]
    words: Mapped[dict[str, Any]] = mapped_column(JsonValue)  # description and lists, which only its own page shows


class CourseLabel(Base):
    """A topic (by slug) or a tag of a course on sale. The time is the course's, so that the newest ones under a label
    are read off its index."""

    __tablename__ = "course_labels"
    __table_args__ = (
        CheckConstraint(one_of("kind", LabelKind), name="kind"),
        Index("ix_course_labels_newest", "kind", "label", "published_at", "course_id"),
        Index("ix_course_labels_course_id", "course_id"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(PlainText, primary_key=True)
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    published_at: Mapped[datetime]


class CourseTerm(Base):
    """A word of a course on sale. The weight adds up the places where it occurs; the time is the course's, so that what
    a search finds is put in order without a look at the courses."""

    __tablename__ = "course_terms"
    __table_args__ = (
        Index("ix_course_terms_best", "term", "weight", "published_at", "course_id"),
        Index("ix_course_terms_course_id", "course_id"),
    )

    term: Mapped[str] = mapped_column(PlainText, primary_key=True)
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    weight: Mapped[int]
    published_at: Mapped[datetime]


class SearchSpelling(Base):
    """A word that occurs or occurred, under itself and under all that is left when one of its letters is missing: two
    words with one typo between them have such a spelling in common."""

    __tablename__ = "search_spellings"

    spelling: Mapped[str] = mapped_column(PlainText, primary_key=True)
    term: Mapped[str] = mapped_column(PlainText, primary_key=True)


class ListedTeacher(Base):
    """Somebody who can be booked for a course on sale."""

    __tablename__ = "listed_teachers"
    __table_args__ = (Index("ix_listed_teachers_course_id", "course_id"),)

    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"), primary_key=True)


class ListedPerson(Base):
    """Somebody with a public profile who has a course on sale or can be booked for one."""

    __tablename__ = "listed_people"
    __table_args__ = (
        Index("ix_listed_people_handle", "handle"),
        Index("ix_listed_people_student_count", "student_count", "user_id"),
        Index("ix_listed_people_taught_student_count", "taught_student_count", "user_id"),
    )

    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    handle: Mapped[str]
    name: Mapped[str]
    title: Mapped[str | None]
    bio_short: Mapped[str | None]
    avatar_key: Mapped[str | None]
    course_count: Mapped[int]
    student_count: Mapped[int]
    rating_sum: Mapped[int]
    rating_count: Mapped[int]
    taught_course_count: Mapped[int]
    taught_student_count: Mapped[int]
