"""Reviews of courses and teachers, ratings of sessions, and follows.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rate_courses_and_teachers()
    _create_reviews()
    _create_session_ratings()
    _create_follows()


def _rate_courses_and_teachers() -> None:
    for table in ("courses", "certifications"):
        for column in ("rating_sum", "rating_count"):
            op.add_column(table, sa.Column(column, sa.Integer(), server_default=sa.text("0"), nullable=False))


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("enrollment_id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("teacher_id", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("clarity", sa.Integer(), nullable=True),
        sa.Column("relevance", sa.Integer(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("replied_at", sa.BigInteger(), nullable=True),
        sa.Column("replied_by_user_id", sa.String(), nullable=True),
        sa.Column("hidden_at", sa.BigInteger(), nullable=True),
        sa.Column("hidden_reason", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('course', 'teacher')", name=op.f("ck_reviews_kind")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_reviews_rating")),
        sa.CheckConstraint("clarity BETWEEN 1 AND 5", name=op.f("ck_reviews_clarity")),
        sa.CheckConstraint("relevance BETWEEN 1 AND 5", name=op.f("ck_reviews_relevance")),
        sa.CheckConstraint("depth BETWEEN 1 AND 5", name=op.f("ck_reviews_depth")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_reviews_author_id")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_reviews_course_id")),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_reviews_enrollment_id")),
        sa.ForeignKeyConstraint(["replied_by_user_id"], ["users.id"], name=op.f("fk_reviews_replied_by_user_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["users.id"], name=op.f("fk_reviews_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("enrollment_id", "kind", name=op.f("uq_reviews_enrollment_id_kind")),
    )
    op.create_index("ix_reviews_course_id", "reviews", ["course_id", "kind", "created_at"], unique=False)
    op.create_index("ix_reviews_teacher_id", "reviews", ["teacher_id", "kind", "created_at"], unique=False)
    op.create_index("ix_reviews_author_id", "reviews", ["author_id"], unique=False)
    op.create_index("ix_reviews_created_at", "reviews", ["created_at", "id"], unique=False)


def _create_session_ratings() -> None:
    op.create_table(
        "session_ratings",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("rater_id", sa.String(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("teaching", sa.Integer(), nullable=True),
        sa.Column("interaction", sa.Integer(), nullable=True),
        sa.Column("materials", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_session_ratings_rating")),
        sa.CheckConstraint("teaching BETWEEN 1 AND 5", name=op.f("ck_session_ratings_teaching")),
        sa.CheckConstraint("interaction BETWEEN 1 AND 5", name=op.f("ck_session_ratings_interaction")),
        sa.CheckConstraint("materials BETWEEN 1 AND 5", name=op.f("ck_session_ratings_materials")),
        sa.ForeignKeyConstraint(["rater_id"], ["users.id"], name=op.f("fk_session_ratings_rater_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_session_ratings_session_id")),
        sa.PrimaryKeyConstraint("session_id", "rater_id", name=op.f("pk_session_ratings")),
    )
    op.create_index("ix_session_ratings_rater_id", "session_ratings", ["rater_id"], unique=False)


def _create_follows() -> None:
    op.create_table(
        "member_follows",
        sa.Column("follower_id", sa.String(), nullable=False),
        sa.Column("followed_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("follower_id <> followed_id", name=op.f("ck_member_follows_not_oneself")),
        sa.ForeignKeyConstraint(["followed_id"], ["users.id"], name=op.f("fk_member_follows_followed_id")),
        sa.ForeignKeyConstraint(["follower_id"], ["users.id"], name=op.f("fk_member_follows_follower_id")),
        sa.PrimaryKeyConstraint("follower_id", "followed_id", name=op.f("pk_member_follows")),
    )
    op.create_index("ix_member_follows_follower_id", "member_follows", ["follower_id", "created_at"], unique=False)
    op.create_index("ix_member_follows_followed_id", "member_follows", ["followed_id", "created_at"], unique=False)
    op.create_table(
        "course_follows",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_follows_course_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_course_follows_user_id")),
        sa.PrimaryKeyConstraint("user_id", "course_id", name=op.f("pk_course_follows")),
    )
    op.create_index("ix_course_follows_user_id", "course_follows", ["user_id", "created_at"], unique=False)
    op.create_index("ix_course_follows_course_id", "course_follows", ["course_id"], unique=False)
