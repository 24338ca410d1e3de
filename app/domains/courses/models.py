"""Tables of courses, what they are made of, and who may teach them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.db.types import Cents
from app.domains.courses.types import CourseId, Level, ModuleId, PointKind, TopicId
from app.domains.files.types import FileId
from app.domains.users.types import UserId


class Rated:
    """Mixin: what reviews add up to. The average is derived, so that no rounding is ever stored."""

    rating_sum: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    rating_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class Topic(Base):
    """A top browsing bucket."""

    __tablename__ = "topics"

    id: Mapped[TopicId] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    position: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))  # courses can be filed under it


class Course(Rated, Stamped, Base):
    """A priced, self-contained thing a creator owns. One price, whoever teaches it."""

    __tablename__ = "courses"
    __table_args__ = (
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint("price_cents >= 0", name="price"),
        CheckConstraint("session_count BETWEEN 1 AND 50", name="session_count"),
        CheckConstraint(
            "session_duration_minutes BETWEEN 15 AND 240 AND session_duration_minutes % 5 = 0", name="duration"
        ),
        Index("ix_courses_creator_id", "creator_id"),
        Index("ix_courses_topic_id", "topic_id"),
        Index("ix_courses_published_at", "published_at", "id"),
        Index("ix_courses_created_at", "created_at", "id"),
    )

    id: Mapped[CourseId] = mapped_column(primary_key=True)
    creator_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    topic_id: Mapped[TopicId] = mapped_column(ForeignKey("topics.id"))
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    tagline: Mapped[str]
    description: Mapped[str]
    search_text: Mapped[str]  # empty: what is searched is the catalogue's; the column goes with a later revision
    level: Mapped[str]
    price_cents: Mapped[int] = mapped_column(Cents)
    is_priced: Mapped[bool] = mapped_column(default=True, server_default=text("true"))  # somebody chose the price
    currency: Mapped[str]
    session_count: Mapped[int]
    session_duration_minutes: Mapped[int]
    thumbnail_key: Mapped[str | None]
    thumbnail_file_id: Mapped[FileId | None]  # the file that the picture was made from; the files' own row may go first
    published_at: Mapped[datetime | None]  # for the first time; what was published never is a draft again
    unpublished_at: Mapped[datetime | None]
    featured_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]  # by an administrator, whatever its creator does
    suspended_reason: Mapped[str | None]
    updated_at: Mapped[datetime]


class CourseModule(Base):
    """One unit of a curriculum, taught in the course's session of that number."""

    __tablename__ = "course_modules"
    __table_args__ = (UniqueConstraint("course_id", "position"),)

    id: Mapped[ModuleId] = mapped_column(primary_key=True)
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"))
    position: Mapped[int]
    session_number: Mapped[int]
    title: Mapped[str]
    description: Mapped[str]
    duration_minutes: Mapped[int]


class CoursePoint(Base):
    """One line of a course's lists: objectives, what is included, audience, prerequisites."""

    __tablename__ = "course_points"
    __table_args__ = (CheckConstraint(one_of("kind", PointKind), name="kind"),)

    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class CourseTag(Base):
    """A finer label than the topic."""

    __tablename__ = "course_tags"
    __table_args__ = (Index("ix_course_tags_tag", "tag"),)

    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)


class CourseTopic(Base):
    """A topic that a course is filed under besides its first one, which is a column of the course."""

    __tablename__ = "course_topics"
    __table_args__ = (
        CheckConstraint("position BETWEEN 2 AND 3", name="position"),
        UniqueConstraint("course_id", "position"),
        Index("ix_course_topics_topic_id", "topic_id"),
    )

    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    topic_id: Mapped[TopicId] = mapped_column(ForeignKey("topics.id"), primary_key=True)
    position: Mapped[int]


class CourseSlug(Base):
    """A slug that a course had: addresses with it still lead to the course, and no other course gets it."""

    __tablename__ = "course_slugs"
    __table_args__ = (Index("ix_course_slugs_course_id", "course_id"),)

    slug: Mapped[str] = mapped_column(primary_key=True)
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"))
    until: Mapped[datetime]


class CourseTestimonial(Base):
    """What somebody said about a course or its creator, as the creator tells it."""

    __tablename__ = "course_testimonials"

    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    quote: Mapped[str]
    student_name: Mapped[str]
    student_role: Mapped[str | None]
    is_featured: Mapped[bool]


class Certification(Rated, Base):
    """The standing permission to teach one course. Bookable means both flags are set."""

    __tablename__ = "certifications"
    __table_args__ = (Index("ix_certifications_course_id", "course_id"),)

    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    certified_at: Mapped[datetime]
    approved_by_user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    is_active: Mapped[bool] = mapped_column(default=True)  # withdrawn by creator or admin
    is_teaching: Mapped[bool] = mapped_column(default=True)  # paused by the teacher
    withdrawn_reason: Mapped[str | None]
    withdrawn_by_admin: Mapped[bool] = mapped_column(default=False, server_default=text("false"))  # only one undoes it
