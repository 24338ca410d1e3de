"""What happens to a booked session: it is moved, called off, contested, made up for.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _widen_sessions()
    _fill_sessions()
    _create_moves()
    _create_contests()
    _create_credits()


def _widen_sessions() -> None:
    for column, kind in (
        ("settled_at", sa.BigInteger()),
        ("counted_at", sa.BigInteger()),
        ("cancel_reason", sa.String()),
        ("position", sa.Integer()),
        ("taught", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")),
    ):
        op.add_column("sessions", sa.Column(column, kind, nullable=True))
    late = sa.Column("is_late_cancel", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("sessions", late)
    op.add_column("sessions", sa.Column("reschedule_count", sa.Integer(), server_default=sa.text("0"), nullable=False))
    for column, target in (
        ("cancelled_by_user_id", "users"),
        ("completed_by_user_id", "users"),
        ("rebooked_as_session_id", "sessions"),
    ):  # Alembic adds no foreign keys on SQLite, which takes this of both databases
        reference = f"CONSTRAINT fk_sessions_{column} REFERENCES {target} (id)"
        op.execute(f"ALTER TABLE sessions ADD COLUMN {column} VARCHAR {reference}")


def _fill_sessions() -> None:
    """A student's no-show was counted unless its job still waits."""
    op.execute("UPDATE sessions SET settled_at = COALESCE(ended_at, ends_at) WHERE status IN ('completed', 'no_show')")
    op.execute("UPDATE sessions SET counted_at = settled_at WHERE status = 'completed'")
    op.execute(
        "UPDATE sessions SET counted_at = settled_at WHERE status = 'no_show' AND no_show_user_id = student_id "
        "AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.state <> 'done' "
        "AND jobs.dedupe_key = 'sessions.release_after_contest:' || sessions.id)"
    )


def _create_moves() -> None:
    op.create_table(
        "session_moves",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("moved_by_user_id", sa.String(), nullable=False),
        sa.Column("from_starts_at", sa.BigInteger(), nullable=False),
        sa.Column("to_starts_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["moved_by_user_id"], ["users.id"], name=op.f("fk_session_moves_moved_by_user_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_session_moves_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_moves")),
    )
    op.create_index("ix_session_moves_session_id", "session_moves", ["session_id"])


def _create_contests() -> None:
    op.create_table(
        "session_contests",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("opened_by_user_id", sa.String(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("resolved_by_user_id", sa.String(), nullable=True),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opened_by_user_id"], ["users.id"], name=op.f("fk_session_contests_opened_by_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_user_id"], ["users.id"], name=op.f("fk_session_contests_resolved_by_user_id")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_session_contests_session_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_contests")),
    )
    op.create_index("ix_session_contests_resolved_at", "session_contests", ["resolved_at", "created_at"])


def _create_credits() -> None:
    op.create_table(
        "session_credits",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("enrollment_id", sa.String(), nullable=False),
        sa.Column("granted_by_user_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_session_credits_enrollment_id")),
        sa.ForeignKeyConstraint(
            ["granted_by_user_id"], ["users.id"], name=op.f("fk_session_credits_granted_by_user_id")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_session_credits_session_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_credits")),
    )
    op.create_index("ix_session_credits_enrollment_id", "session_credits", ["enrollment_id"])
