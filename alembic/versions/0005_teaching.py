"""Teaching: requests to teach a course, and why a certification was withdrawn.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PENDING = sa.text("status = 'pending'")


def upgrade() -> None:
    op.add_column("certifications", sa.Column("withdrawn_reason", sa.String(), nullable=True))
    op.add_column(
        "certifications", sa.Column("withdrawn_by_admin", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_table(
        "teaching_requests",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("decided_by_user_id", sa.String(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decline_reason", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("status IN ('pending', 'certified', 'declined')", name=op.f("ck_teaching_requests_status")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_teaching_requests_course_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_user_id"], ["users.id"], name=op.f("fk_teaching_requests_decided_by_user_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_teaching_requests_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teaching_requests")),
    )
    op.create_index("ix_teaching_requests_course_id", "teaching_requests", ["course_id", "created_at"], unique=False)
    op.create_index("ix_teaching_requests_user_id", "teaching_requests", ["user_id", "created_at"], unique=False)
    op.create_index(
        "uq_teaching_requests_pending",
        "teaching_requests",
        ["user_id", "course_id"],
        unique=True,
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
