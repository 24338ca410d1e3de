"""Holds: time that is kept while somebody pays, answers an invite or an offer; invites; the waitlist.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_PURPOSES = "purpose IN ('purchase', 'invite', 'offer')"
_HOLD_STATUSES = "status IN ('held', 'used', 'released', 'expired')"
_INVITE_STATUSES = "status IN ('pending', 'accepted', 'declined', 'withdrawn', 'expired')"
_WAIT_STATUSES = "status IN ('waiting', 'served', 'withdrawn', 'ended')"


def upgrade() -> None:
    create_holds()
    create_invites()
    create_waits()


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _instants(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def create_holds() -> None:
    op.create_table(
        "time_holds",
        *_text("id", "purpose", "teacher_id", "student_id", "course_id"),
        *_instants("starts_at", "ends_at", "occupied_from", "occupied_until"),
        *_text("status"),
        *_instants("expires_at"),
        *_instants("checkout_at", "ended_at", nullable=True),
        *_text("session_id", nullable=True),
        *_instants("created_at"),
        sa.CheckConstraint(_PURPOSES, name=op.f("ck_time_holds_purpose")),
        sa.CheckConstraint(_HOLD_STATUSES, name=op.f("ck_time_holds_status")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_time_holds_order")),
        sa.CheckConstraint(
            "occupied_from <= starts_at AND occupied_until >= ends_at", name=op.f("ck_time_holds_occupied")
        ),
        sa.CheckConstraint("(status = 'used') = (session_id IS NOT NULL)", name=op.f("ck_time_holds_used")),
        _reference("time_holds", "teacher_id", "users.id"),
        _reference("time_holds", "student_id", "users.id"),
        _reference("time_holds", "course_id", "courses.id"),
        _reference("time_holds", "session_id", "sessions.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_holds")),
    )
    op.create_index("ix_time_holds_teacher_id", "time_holds", ["teacher_id", "status", "occupied_until"])
    op.create_index("ix_time_holds_student_id", "time_holds", ["student_id", "created_at"])
    op.create_index("ix_time_holds_status", "time_holds", ["status", "expires_at"])


def create_invites() -> None:
    op.create_table(
        "session_invites",
        *_text("id", "enrollment_id", "course_id", "teacher_id", "student_id"),
        *_text("moved_session_id", nullable=True),
        *_text("hold_id", "status"),
        *_instants("starts_at", "expires_at"),
        *_text("session_id", nullable=True),
        *_instants("answered_at", nullable=True),
        *_instants("created_at"),
        sa.CheckConstraint(_INVITE_STATUSES, name=op.f("ck_session_invites_status")),
        sa.CheckConstraint(
            "(status = 'accepted') = (session_id IS NOT NULL)", name=op.f("ck_session_invites_accepted")
        ),
        sa.CheckConstraint("(status = 'pending') = (answered_at IS NULL)", name=op.f("ck_session_invites_answered")),
        _reference("session_invites", "enrollment_id", "enrollments.id"),
        _reference("session_invites", "course_id", "courses.id"),
        _reference("session_invites", "teacher_id", "users.id"),
        _reference("session_invites", "student_id", "users.id"),
        _reference("session_invites", "moved_session_id", "sessions.id"),
        _reference("session_invites", "hold_id", "time_holds.id"),
        _reference("session_invites", "session_id", "sessions.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_invites")),
    )
    pending = sa.text("status = 'pending'")
    op.create_index(
        "uq_session_invites_pending",
        "session_invites",
        ["teacher_id", "student_id"],
        unique=True,
        sqlite_where=pending,
        postgresql_where=pending,
    )
    op.create_index("ix_session_invites_teacher_id", "session_invites", ["teacher_id", "created_at"])
    op.create_index("ix_session_invites_student_id", "session_invites", ["student_id", "created_at"])
    op.create_index("ix_session_invites_status", "session_invites", ["status", "expires_at"])


def create_waits() -> None:
    op.create_table(
        "session_waits",
        *_text("id", "enrollment_id", "course_id", "teacher_id", "student_id"),
        *_text("moved_session_id", nullable=True),
        *_instants("earliest_at", "latest_at"),
        *_text("status"),
        *_text("hold_id", "session_id", nullable=True),
        *_instants("created_at"),
        sa.CheckConstraint(_WAIT_STATUSES, name=op.f("ck_session_waits_status")),
        sa.CheckConstraint("(status = 'served') = (session_id IS NOT NULL)", name=op.f("ck_session_waits_served")),
        sa.CheckConstraint("latest_at > earliest_at", name=op.f("ck_session_waits_order")),
        _reference("session_waits", "enrollment_id", "enrollments.id"),
        _reference("session_waits", "course_id", "courses.id"),
        _reference("session_waits", "teacher_id", "users.id"),
        _reference("session_waits", "student_id", "users.id"),
        _reference("session_waits", "moved_session_id", "sessions.id"),
        _reference("session_waits", "hold_id", "time_holds.id"),
        _reference("session_waits", "session_id", "sessions.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_waits")),
    )
    waiting = sa.text("status = 'waiting'")
    op.create_index(
        "uq_session_waits_waiting",
        "session_waits",
        ["enrollment_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index("ix_session_waits_teacher_id", "session_waits", ["teacher_id", "status", "created_at"])
    op.create_index("ix_session_waits_student_id", "session_waits", ["student_id", "created_at"])
    op.create_table(
        "session_wait_offers",
        *_text("hold_id", "wait_id"),
        *_instants("starts_at", "created_at"),
        _reference("session_wait_offers", "hold_id", "time_holds.id"),
        _reference("session_wait_offers", "wait_id", "session_waits.id"),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_session_wait_offers")),
        sa.UniqueConstraint("wait_id", "starts_at", name=op.f("uq_session_wait_offers_wait_id_starts_at")),
    )
