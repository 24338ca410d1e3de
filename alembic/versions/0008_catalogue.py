"""Catalogue: courses on sale as they are listed, what they are found by, who creates and teaches them.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("courses", sa.Column("featured_at", sa.BigInteger(), nullable=True))
    create_listings()
    create_words()
    create_people()
    op.execute(  # a job lists the courses that are there
        "INSERT INTO jobs (id, kind, payload, state, run_at, attempts, created_at) "
        "SELECT 'job_catalogue_rebuild', 'catalogue.rebuild', '{\"after\": null}', 'queued', 0, 0, 0 "
        "WHERE EXISTS (SELECT 1 FROM courses)"
    )


def create_listings() -> None:
    op.create_table(
        "course_listings",
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("slug", _PLAIN, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("tagline", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("topics", _JSON, nullable=False),
        sa.Column("tags", _JSON, nullable=False),
        sa.Column("creator_id", sa.String(), nullable=False),
        sa.Column("creator_name", sa.String(), nullable=False),
        sa.Column("creator_handle", sa.String(), nullable=False),
        sa.Column("creator_avatar_key", sa.String(), nullable=True),
        sa.Column("thumbnail_key", sa.String(), nullable=True),
        sa.Column("price_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("session_count", sa.Integer(), nullable=False),
        sa.Column("session_duration_minutes", sa.Integer(), nullable=False),
        sa.Column("module_count", sa.Integer(), nullable=False),
        sa.Column("rating_sum", sa.Integer(), nullable=False),
        sa.Column("rating_hundredths", sa.Integer(), nullable=False),
        sa.Column("rating_count", sa.Integer(), nullable=False),
        sa.Column("student_count", sa.Integer(), nullable=False),
        sa.Column("next_free_at", sa.BigInteger(), nullable=True),
        sa.Column("free_due_at", sa.BigInteger(), nullable=False),
        sa.Column("is_featured", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("words", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_listings_course_id")),
        sa.ForeignKeyConstraint(["creator_id"], ["users.id"], name=op.f("fk_course_listings_creator_id")),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_course_listings")),
        sa.UniqueConstraint("slug", name=op.f("uq_course_listings_slug")),
    )
    indexes = {
        "published_at": ["published_at", "course_id"],
        "price_cents": ["price_cents", "course_id"],
        "rating": ["rating_hundredths", "rating_count", "course_id"],
        "student_count": ["student_count", "course_id"],
        "creator_id": ["creator_id", "published_at", "course_id"],
        "creator_handle": ["creator_handle"],
        "free_due_at": ["free_due_at"],
    }
    for name, columns in indexes.items():
        op.create_index(f"ix_course_listings_{name}", "course_listings", columns)
    op.create_table(
        "course_labels",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", _PLAIN, nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('topic', 'tag')", name=op.f("ck_course_labels_kind")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_labels_course_id")),
        sa.PrimaryKeyConstraint("kind", "label", "course_id", name=op.f("pk_course_labels")),
    )
    op.create_index("ix_course_labels_newest", "course_labels", ["kind", "label", "published_at", "course_id"])
    op.create_index("ix_course_labels_course_id", "course_labels", ["course_id"])


def create_words() -> None:
    op.create_table(
        "course_terms",
        sa.Column("term", _PLAIN, nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_terms_course_id")),
        sa.PrimaryKeyConstraint("term", "course_id", name=op.f("pk_course_terms")),
    )
    op.create_index("ix_course_terms_course_id", "course_terms", ["course_id"])
    op.create_table(
        "search_spellings",
        sa.Column("spelling", _PLAIN, nullable=False),
        sa.Column("term", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("spelling", "term", name=op.f("pk_search_spellings")),
    )


def create_people() -> None:
    op.create_table(
        "listed_teachers",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_listed_teachers_course_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_listed_teachers_user_id")),
        sa.PrimaryKeyConstraint("user_id", "course_id", name=op.f("pk_listed_teachers")),
    )
    op.create_index("ix_listed_teachers_course_id", "listed_teachers", ["course_id"])
    op.create_table(
        "listed_people",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("bio_short", sa.String(), nullable=True),
        sa.Column("avatar_key", sa.String(), nullable=True),
        sa.Column("course_count", sa.Integer(), nullable=False),
        sa.Column("student_count", sa.Integer(), nullable=False),
        sa.Column("rating_sum", sa.Integer(), nullable=False),
        sa.Column("rating_count", sa.Integer(), nullable=False),
        sa.Column("taught_course_count", sa.Integer(), nullable=False),
        sa.Column("taught_student_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_listed_people_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_listed_people")),
    )
    op.create_index("ix_listed_people_handle", "listed_people", ["handle"])
    op.create_index("ix_listed_people_student_count", "listed_people", ["student_count", "user_id"])
    op.create_index("ix_listed_people_taught_student_count", "listed_people", ["taught_student_count", "user_id"])
