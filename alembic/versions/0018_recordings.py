"""Recordings: who agreed to them, how rooms were ordered, and what is kept.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recording_consents",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("consents", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_recording_consents_session_id_sessions")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recording_consents_user_id_users")),
        sa.PrimaryKeyConstraint("session_id", "user_id", name=op.f("pk_recording_consents")),
    )
    op.create_index("ix_recording_consents_user_id", "recording_consents", ["user_id", "answered_at"])
    op.create_table(
        "session_rooms",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("is_recorded", sa.Boolean(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_session_rooms_session_id_sessions")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_rooms")),
    )
    op.create_index("ix_session_rooms_recorded_at", "session_rooms", ["recorded_at"])
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("enrollment_id", sa.String(), nullable=False),
        sa.Column("teacher_id", sa.String(), nullable=False),
        sa.Column("student_id", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("kept_at", sa.BigInteger(), nullable=True),
        sa.Column("is_unwanted", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'kept', 'lost', 'deleted')", name=op.f("ck_recordings_state")),
        sa.CheckConstraint(
            "state <> 'kept' OR (size_bytes IS NOT NULL AND sha256 IS NOT NULL AND kept_at IS NOT NULL)",
            name=op.f("ck_recordings_kept"),
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_recordings_session_id_sessions")),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["enrollments.id"], name=op.f("fk_recordings_enrollment_id_enrollments")
        ),
        sa.ForeignKeyConstraint(["teacher_id"], ["users.id"], name=op.f("fk_recordings_teacher_id_users")),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name=op.f("fk_recordings_student_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("provider", "provider_id", name=op.f("uq_recordings_provider_provider_id")),
        sa.UniqueConstraint("key", name=op.f("uq_recordings_key")),
    )
    op.create_index("ix_recordings_session_id", "recordings", ["session_id", "created_at"])
    op.create_index("ix_recordings_state", "recordings", ["state", "kept_at"])
    op.create_index("ix_recordings_teacher_id", "recordings", ["teacher_id"])
    op.create_index("ix_recordings_student_id", "recordings", ["student_id"])
