"""Homework and resources of courses.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "homework_assignments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("module_id", sa.String(), nullable=True),
        sa.Column("created_by_user_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("instructions", sa.String(), nullable=False),
        sa.Column("due_within_days", sa.Integer(), nullable=True),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("max_points", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("due_within_days > 0", name=op.f("ck_homework_assignments_due_within_days")),
        sa.CheckConstraint("max_points > 0", name=op.f("ck_homework_assignments_max_points")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_homework_assignments_course_id")),
        sa.ForeignKeyConstraint(
            ["created_by_user_id"], ["users.id"], name=op.f("fk_homework_assignments_created_by_user_id")
        ),
        sa.ForeignKeyConstraint(["module_id"], ["course_modules.id"], name=op.f("fk_homework_assignments_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_homework_assignments")),
    )
    op.create_index(
        "ix_homework_assignments_course_id", "homework_assignments", ["course_id", "created_at"], unique=False
    )
    op.create_index("ix_homework_assignments_module_id", "homework_assignments", ["module_id"], unique=False)
    op.create_table(
        "homework_submissions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("assignment_id", sa.String(), nullable=False),
        sa.Column("student_id", sa.String(), nullable=False),
        sa.Column("enrollment_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("file_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("reviewed_by_user_id", sa.String(), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.Column("feedback", sa.String(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('submitted', 'reviewed', 'resubmit_requested')", name=op.f("ck_homework_submissions_status")
        ),
        sa.CheckConstraint("points >= 0", name=op.f("ck_homework_submissions_points")),
        sa.CheckConstraint(
            "text IS NOT NULL OR url IS NOT NULL OR file_id IS NOT NULL", name=op.f("ck_homework_submissions_something")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["homework_assignments.id"], name=op.f("fk_homework_submissions_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["enrollments.id"], name=op.f("fk_homework_submissions_enrollment_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_homework_submissions_file_id")),
        sa.ForeignKeyConstraint(
            ["reviewed_by_user_id"], ["users.id"], name=op.f("fk_homework_submissions_reviewed_by_user_id")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name=op.f("fk_homework_submissions_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_homework_submissions")),
        sa.UniqueConstraint(
            "assignment_id", "student_id", name=op.f("uq_homework_submissions_assignment_id_student_id")
        ),
        sa.UniqueConstraint("file_id", name=op.f("uq_homework_submissions_file_id")),
    )
    op.create_index("ix_homework_submissions_enrollment_id", "homework_submissions", ["enrollment_id"], unique=False)
    op.create_index(
        "ix_homework_submissions_newest", "homework_submissions", ["assignment_id", "submitted_at", "id"], unique=False
    )
    op.create_index("ix_homework_submissions_student_id", "homework_submissions", ["student_id"], unique=False)
    op.create_table(
        "course_resources",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("module_id", sa.String(), nullable=True),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("created_by_user_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("file_id", sa.String(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("download_count", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('slide', 'document', 'video', 'link', 'other')", name=op.f("ck_course_resources_kind")
        ),
        sa.CheckConstraint("(url IS NULL) <> (file_id IS NULL)", name=op.f("ck_course_resources_one_source")),
        sa.CheckConstraint(
            "session_id IS NULL OR (module_id IS NULL AND NOT is_public)", name=op.f("ck_course_resources_session")
        ),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_resources_course_id")),
        sa.ForeignKeyConstraint(
            ["created_by_user_id"], ["users.id"], name=op.f("fk_course_resources_created_by_user_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_course_resources_file_id")),
        sa.ForeignKeyConstraint(["module_id"], ["course_modules.id"], name=op.f("fk_course_resources_module_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_course_resources_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_resources")),
        sa.UniqueConstraint("file_id", name=op.f("uq_course_resources_file_id")),
    )
    op.create_index("ix_course_resources_course_id", "course_resources", ["course_id", "position", "id"], unique=False)
    op.create_index("ix_course_resources_created_by_user_id", "course_resources", ["created_by_user_id"], unique=False)
    op.create_index("ix_course_resources_module_id", "course_resources", ["module_id"], unique=False)
    op.create_index("ix_course_resources_session_id", "course_resources", ["session_id"], unique=False)
