"""The studio: states of a course, its slugs, topics and testimonials, and what a purchase is of.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_slugs",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_slugs_course_id")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_course_slugs")),
    )
    op.create_index("ix_course_slugs_course_id", "course_slugs", ["course_id"], unique=False)
    op.create_table(
        "course_topics",
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("topic_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("position BETWEEN 2 AND 3", name=op.f("ck_course_topics_position")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_topics_course_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_course_topics_topic_id")),
        sa.PrimaryKeyConstraint("course_id", "topic_id", name=op.f("pk_course_topics")),
        sa.UniqueConstraint("course_id", "position", name=op.f("uq_course_topics_course_id_position")),
    )
    op.create_index("ix_course_topics_topic_id", "course_topics", ["topic_id"], unique=False)
    op.create_table(
        "course_testimonials",
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("student_name", sa.String(), nullable=False),
        sa.Column("student_role", sa.String(), nullable=True),
        sa.Column("is_featured", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_testimonials_course_id")),
        sa.PrimaryKeyConstraint("course_id", "position", name=op.f("pk_course_testimonials")),
    )
    op.add_column("topics", sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column("courses", sa.Column("is_priced", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column("courses", sa.Column("thumbnail_key", sa.String(), nullable=True))
    op.add_column("courses", sa.Column("thumbnail_file_id", sa.String(), nullable=True))
    op.add_column("courses", sa.Column("unpublished_at", sa.BigInteger(), nullable=True))
    op.add_column("courses", sa.Column("suspended_at", sa.BigInteger(), nullable=True))
    op.add_column("courses", sa.Column("suspended_reason", sa.String(), nullable=True))
    op.create_index("ix_courses_created_at", "courses", ["created_at", "id"], unique=False)
    op.add_column("purchases", sa.Column("session_count", sa.Integer(), nullable=True))
